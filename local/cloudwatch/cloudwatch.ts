import type { Kernel, VendedSample } from '../kernel/kernel.ts';
import type { Operation, ResourceProvider, Service } from '../kernel/service.ts';
import { AlarmBook } from './alarm-book.ts';
import { readAlarm } from './alarm-definition.ts';
import { AlarmEngine } from './alarm-engine.ts';
import { HISTORY_KEPT_MS, openAlarmHistory } from './alarm-history.ts';
import { alarmOperations } from './alarm-operations.ts';
import { ClassicMetrics } from './classic-metrics.ts';
import { dashboards } from './dashboards.ts';
import { NewNames, type NewNameDelay } from './new-names.ts';
import { cloudWatchNeeds } from './needs.ts';
import { otlpRoute } from './otlp-route.ts';
import { Outbox } from './outbox.ts';
import { cloudWatchPrometheusRoutes } from './prometheus-api.ts';
import { checkAlarm, instantQuery } from './promql.ts';
import { readMetricData } from './put-metric-data.ts';
import { throttled } from './request-rates.ts';
import { openRunningSpan } from './running-span.ts';
import { SeriesStore } from './series-store.ts';

export interface CloudWatchOptions {
  /** How old a sample may be to stand for now; 5 minutes as in Prometheus. */
  readonly lookbackMs?: number;
  /** How often it is looked for alarms that are due; 1 second. */
  readonly alarmTickMs?: number;
  /** How long series are kept; 3 hours, where AWS keeps 15 months. */
  readonly retentionMs?: number;
  /** How long a new metric name cannot be queried; not at all if it is not given. */
  readonly newNameDelay?: NewNameDelay;
}

export interface CloudWatch extends Service {
  /** All series that can be queried, and what is known of their metrics. */
  readonly series: Pick<SeriesStore, 'select' | 'metadata'>;
  /** Takes a sample of a metric that an AWS service vends. Never throws. */
  readonly record: (sample: VendedSample) => void;
  /** Evaluates every alarm that is due now. */
  readonly tick: () => void;
}

const ALARM_TICK_MS = 1_000;
const FLUSH_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 300_000;
const RETENTION_MS = 3 * 3_600_000;
/** The longest window of an alarm on a metric of periods under an hour. */
const CLASSIC_KEPT_MS = 86_400_000;

/**
 * The embedded CloudWatch: OTLP in, PromQL out, classic metrics, and alarms of both kinds.
 *
 * Series and metrics are written to disk every second: a kill -9 loses what came in the last one. States,
 * history and notices of alarms are on disk before anything is sent.
 */
export function createCloudWatch(kernel: Kernel, options: CloudWatchOptions = {}): CloudWatch {
  const parts = assemble(kernel, options);
  const { engine, series } = parts;
  const pages = dashboards(kernel, parts.state);
  const evaluation = options.lookbackMs === undefined ? {} : { lookbackMs: options.lookbackMs };
  const promql = { source: series, nowMs: kernel.clock.nowMs, options: evaluation };
  return {
    name: 'monitoring',
    rpc: {
      targetPrefix: 'GraniteServiceVersion20100801',
      jsonVersion: '1.0',
      xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      operations: throttled(
        {
          ...alarmOperations({ ...parts, kernel, checkAlarm }),
          ...pages.operations,
          PutMetricData: putMetricData(kernel, parts),
        },
        kernel.clock.nowMs,
      ),
    },
    rest: [otlpRoute(kernel, series), ...cloudWatchPrometheusRoutes(promql)],
    resources: [alarmProvider(kernel, engine), pages.provider],
    needs: cloudWatchNeeds(kernel),
    series,
    record: ({ namespace, name, dimensions, value, unit, atMs = kernel.clock.nowMs() }) => {
      if (!Number.isFinite(value)) return;
      const values = { count: 1, sum: value, minimum: value, maximum: value };
      parts.metrics.put({ namespace, name, dimensions }, unit, atMs, values);
    },
    tick: () => {
      engine.tick();
    },
    ...lifetime(kernel, options, parts),
  };
}

function assemble(kernel: Kernel, options: CloudWatchOptions) {
  const state = kernel.state('cloudwatch');
  const series = new SeriesStore(state.database, new NewNames(kernel.clock.nowMs, options.newNameDelay));
  const metrics = new ClassicMetrics(state.database);
  const history = openAlarmHistory(state.database);
  const book = new AlarmBook(state);
  const outbox = new Outbox(kernel, state, history);
  const span = openRunningSpan(state);
  const query = instantQuery(series, options.lookbackMs, kernel.clock.nowMs);
  const engine = new AlarmEngine({ kernel, state, book, history, outbox, metrics, span, query });
  return { state, series, metrics, history, book, outbox, engine };
}

type Parts = ReturnType<typeof assemble>;

function putMetricData(kernel: Kernel, { metrics }: Parts): Operation {
  return (input) => {
    for (const { metric, unit, atMs, values } of readMetricData(input, kernel.clock.nowMs())) {
      metrics.put(metric, unit, atMs, values);
    }
    return {};
  };
}

/** The timers, and what is written when they end. */
function lifetime(
  kernel: Kernel,
  options: CloudWatchOptions,
  parts: Parts,
): Required<Pick<Service, 'start' | 'stop'>> {
  const { engine, outbox } = parts;
  const flush = flusher(parts);
  const prune = pruner(kernel, options, parts);
  let cancels: (() => void)[] = [];
  return {
    start: () => {
      const tick = (): void => {
        engine.tick();
      };
      cancels = [
        kernel.clock.every(FLUSH_EVERY_MS, flush),
        kernel.clock.every(options.alarmTickMs ?? ALARM_TICK_MS, tick),
        kernel.clock.every(PRUNE_EVERY_MS, prune),
      ];
      prune();
      // What an earlier run had decided but not sent.
      outbox.send();
    },
    stop: () => {
      for (const cancel of cancels) cancel();
      outbox.close();
      flush();
      return Promise.resolve();
    },
  };
}

function flusher({ state, series, metrics }: Parts): () => void {
  return () => {
    state.atomically(() => {
      series.flush();
      metrics.flush();
    });
  };
}

function pruner(kernel: Kernel, options: CloudWatchOptions, parts: Parts): () => void {
  const { state, series, metrics, history } = parts;
  return () => {
    const nowMs = kernel.clock.nowMs();
    state.atomically(() => {
      series.prune(nowMs - (options.retentionMs ?? RETENTION_MS));
      metrics.prune(nowMs - CLASSIC_KEPT_MS);
      history.prune(nowMs - HISTORY_KEPT_MS);
    });
  };
}

function alarmProvider(kernel: Kernel, engine: AlarmEngine): ResourceProvider {
  return {
    type: 'AWS::CloudWatch::Alarm',
    put: ({ properties, suggestedName }) => {
      const alarm = readAlarm(properties, {
        region: kernel.region,
        accountId: kernel.accountId,
        suggestedName,
      });
      checkAlarm(alarm);
      engine.define(alarm);
      return { ref: alarm.name, attributes: { Arn: alarm.arn } };
    },
    remove: (name) => {
      engine.remove(name);
    },
  };
}
