import { hint } from '../../../shared/domain/catalog/nearest.ts';
import {
  failure,
  formatProblem,
  sortProblems,
  type Finding,
} from '../../../shared/domain/catalog/problem.ts';
import { readSchema } from '../../../shared/domain/catalog/read-schema.ts';
import { readYaml } from '../../../shared/domain/catalog/yaml-source.ts';
import { isAbout, type Change, type Level, type PlayedMetric, type PlayedModel } from './model.ts';
import { kindsOf, PlaysFile, type MetricKind } from './schema.ts';

/** The Prometheus clients' own, 5 ms to 10 s. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Reads a `plays.yaml`.
 *
 * @param file how its problems name it
 * @throws Error with one line `file:line:col: message` for each problem
 */
export function readPlayedModel(text: string, file: string): PlayedModel {
  const { source, problems } = readYaml(file, text, 'typed');
  const read = source === undefined ? undefined : readSchema(PlaysFile, source.value);
  const { value } = read ?? {};
  const model = value === undefined ? undefined : build(value);
  const findings = [...(read?.findings ?? []), ...(model?.findings ?? [])];
  const all = [...problems, ...findings.flatMap((finding) => source?.locate(finding) ?? [])];
  if (model !== undefined && all.length === 0) return model;
  throw new Error(sortProblems(all).map(formatProblem).join('\n'));
}

function build(file: PlaysFile): PlayedModel & { readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const metricsOf = (name: string, { sets, metrics }: PlaysFile['services'][string]): PlayedMetric[] => {
    for (const [at, set] of sets.entries()) {
      if (file.sets[set] === undefined)
        findings.push(
          failure(['services', name, 'sets', at], `no set "${set}"${hint(set, Object.keys(file.sets))}`),
        );
    }
    const all = {
      ...Object.assign({}, ...sets.map((set) => file.sets[set] ?? {})),
      ...metrics,
    } as typeof metrics;
    return Object.entries(all).map(([metric, written]) => playedMetric(metric, written));
  };
  const services = Object.fromEntries(
    Object.entries(file.services).map(([name, service]) => [name, metricsOf(name, service)]),
  );
  const faults = Object.fromEntries(
    Object.entries(file.faults).map(([alert, changes]) => [alert, changes.map(changeOf)]),
  );
  for (const [alert, changes] of Object.entries(faults)) {
    for (const [at, change] of changes.entries())
      findings.push(...checkChange(change, services, ['faults', alert, at]));
  }
  return { services, faults, findings };
}

type WrittenMetric = PlaysFile['sets'][string][string];

function playedMetric(name: string, written: WrittenMetric): PlayedMetric {
  const series = (written.series ?? [{ labels: {} }]).flatMap((one) => {
    const level: Level = levelOf({ ...levelOf(written), ...levelOf(one) });
    return combinations({ ...written.labels, ...one.labels }).map((labels) => ({ labels, level }));
  });
  const kind = kindsOf(series[0]?.level ?? {})[0] ?? 'gauge';
  return {
    name,
    kind,
    help: written.help ?? `${name}, as played.`,
    buckets: kind === 'histogram' ? (written.buckets ?? DEFAULT_BUCKETS) : [],
    series,
  };
}

/** Only the keys that are given. */
function levelOf({ rate, value, age, median, spread, wobble, swing, slope }: Level): Level {
  return Object.fromEntries(
    Object.entries({ rate, value, age, median, spread, wobble, swing, slope }).filter(
      ([, one]) => one !== undefined,
    ),
  );
}

/** Every choice of one value a label. */
function combinations(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels))
    all = all.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
  return all;
}

function changeOf(written: PlaysFile['faults'][string][number]): Change {
  const { service, process, metric = '', labels, gone, healedByRestart } = written;
  return process === undefined
    ? {
        kind: 'metric',
        service,
        metric,
        labels,
        level: levelOf(written),
        isGone: gone === true,
        healedByRestart,
      }
    : { kind: 'process', service, process, healedByRestart: true };
}

/** Which keys of a change mean something for which kind of metric. */
const KEYS: Readonly<Record<MetricKind, ReadonlySet<string>>> = {
  counter: new Set(['rate', 'wobble', 'swing']),
  gauge: new Set(['value', 'age', 'wobble', 'swing', 'slope']),
  histogram: new Set(['rate', 'median', 'spread', 'wobble', 'swing']),
};

function checkChange(change: Change, services: PlayedModel['services'], path: Finding['path']): Finding[] {
  const metrics = services[change.service];
  if (metrics === undefined) {
    const message = `no service "${change.service}"${hint(change.service, Object.keys(services))}`;
    return [failure([...path, 'service'], message)];
  }
  if (change.kind === 'process') return [];
  const metric = metrics.find(({ name }) => name === change.metric);
  if (metric === undefined) {
    const names = metrics.map(({ name }) => name);
    const message = `${change.service} has no metric "${change.metric}"${hint(change.metric, names)}`;
    return [failure([...path, 'metric'], message)];
  }
  if (!metric.series.some(({ labels }) => isAbout(change, metric.name, labels)))
    return [failure([...path, 'labels'], `no series of "${metric.name}" has these labels`)];
  return Object.keys(change.level).flatMap((key) =>
    KEYS[metric.kind].has(key)
      ? []
      : [failure([...path, key], `"${metric.name}" is a ${metric.kind}, and those have no "${key}"`, 'key')],
  );
}
