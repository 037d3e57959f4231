import * as z from 'zod';
import { addSentence, duration, ServiceName, Text } from '../../../shared/domain/catalog/schema/text.ts';

/*
 * `plays.yaml`: what the services of a system show when all is well, and how each alert is brought about.
 * examples/qbm-ai/plays.yaml explains it by example, docs/workload.md key by key.
 */

const MetricName = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric, such as orders_total');
const LabelName = z
  .string()
  .regex(
    /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/,
    'the name of a label: letters, digits and _, not beginning with __',
  );

const Labels = z.record(LabelName, Text);

/** A label with several values is a series for each. */
const ManyLabels = z.record(
  LabelName,
  z.union([Text.transform((value) => [value]), z.array(Text).min(1)], 'text or a list of texts'),
);

const Swing = z.strictObject({
  by: z.number().describe('So much more at the top, so much less at the bottom.'),
  every: duration({ minS: 10, maxS: 31 * 86_400 })
    .prefault('1d')
    .describe('From top to top.'),
});

/** What one series does. Which of the keys stands there decides its kind. */
const level = {
  rate: z.number().min(0).optional().describe('Counter: so many a second. Histogram: observations a second.'),
  value: z.number().optional().describe('Gauge: its value.'),
  age: z
    .number()
    .optional()
    .describe('Gauge that holds a time: so many seconds ago, in seconds of the epoch; negative is ahead.'),
  median: z.number().positive().optional().describe('Histogram: half of the observations are below.'),
  spread: z
    .number()
    .gt(1)
    .max(100)
    .optional()
    .describe(
      'Histogram: two thirds lie between median / spread and median * spread (log-normal); 2 if not given.',
    ),
  wobble: z
    .number()
    .min(0)
    .optional()
    .describe(
      'By chance up to so much more or less; 0 for gauges, a tenth of the rate for the others if not given.',
    ),
  swing: Swing.optional().describe('A wave, a day long if not said otherwise; of the value or the rate.'),
  slope: z.number().optional().describe('Gauge: so much more each second.'),
};

const Buckets = z
  .array(z.number())
  .min(1)
  .max(100)
  .refine(
    (bounds) => bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? bound)),
    'ascending bounds',
  );

const Series = z.strictObject({ labels: ManyLabels.default({}), ...level });

const Metric = z
  .strictObject({
    help: Text.optional().describe('What it counts or measures.'),
    labels: ManyLabels.default({}).describe(
      'Labels of all its series; a list of values is a series for each.',
    ),
    ...level,
    buckets: Buckets.optional().describe(
      'Histogram: upper bounds; those of the Prometheus clients if not given.',
    ),
    series: z
      .array(Series)
      .min(1)
      .optional()
      .describe('Series that differ: their labels, and what they do otherwise.'),
  })
  .superRefine((metric, context) => {
    const one = kindsOf(metric);
    const all = (metric.series ?? [{}]).map((series) => kindsOf({ ...metric, ...series }));
    for (const [at, kinds] of all.entries()) {
      if (kinds.length === 1 && kinds[0] === all[0]?.[0]) continue;
      const path = metric.series === undefined || one.length > 1 ? [] : ['series', String(at)];
      addSentence(context, kindProblem(kinds), path);
      return;
    }
    const kind = all[0]?.[0];
    if (metric.buckets !== undefined && kind !== 'histogram')
      addSentence(context, 'only a histogram (a metric with "median") has buckets', ['buckets']);
  });

export type MetricKind = 'counter' | 'gauge' | 'histogram';

interface KindKeys {
  readonly rate?: number | undefined;
  readonly value?: number | undefined;
  readonly age?: number | undefined;
  readonly median?: number | undefined;
}

/** The kinds that the keys speak of: one, if they are sound. */
export function kindsOf({ rate, value, age, median }: KindKeys): MetricKind[] {
  const kinds: MetricKind[] = [];
  if (value !== undefined) kinds.push('gauge');
  if (age !== undefined) kinds.push('gauge');
  if (median !== undefined && rate !== undefined) kinds.push('histogram');
  else if (rate !== undefined) kinds.push('counter');
  return kinds;
}

function kindProblem(kinds: readonly MetricKind[]): string {
  const found = kinds.length === 0 ? 'none of them' : kinds.join(' and ');
  return `a series is a counter ("rate"), a gauge ("value" or "age") or a histogram ("rate" and "median"), and all of a metric are the same; found ${found}`;
}

const Metrics = z.record(MetricName, Metric);

const Service = z.strictObject({
  sets: z.array(Text).default([]).describe('Names of `sets` whose metrics it shows as well.'),
  metrics: Metrics.default({}).describe('What it shows, by name.'),
});

const Change = z
  .strictObject({
    service: ServiceName.describe('Whose.'),
    process: z
      .enum(['crash', 'hang', 'unhealthy'])
      .optional()
      .describe('It exits; or it answers nothing; or its health URL answers 503. A new deployment heals it.'),
    metric: MetricName.optional().describe('Which metric changes.'),
    labels: Labels.default({}).describe('Only the series with these labels; all of the metric if not given.'),
    ...level,
    gone: z.literal(true).optional().describe('The series are no longer shown.'),
    healedByRestart: z.boolean().default(false).describe('A new deployment of the service ends the change.'),
  })
  .superRefine((change, context) => {
    const { process, metric, gone } = change;
    if ((process === undefined) === (metric === undefined)) {
      const found = process === undefined ? 'neither' : 'both';
      addSentence(context, `found ${found}, expected either "process" or "metric"`);
    }
    const says = Object.keys(level).some((key) => change[key as keyof typeof level] !== undefined);
    if (metric !== undefined && !says && gone === undefined)
      addSentence(context, `it changes nothing; expected one of: ${Object.keys(level).join(', ')}, gone`);
    if (process !== undefined && (says || gone !== undefined))
      addSentence(context, 'a change of the process changes no metric; write a second change');
  });

export const PlaysFile = z.strictObject({
  sets: z
    .record(Text, Metrics)
    .default({})
    .describe('Metrics that several services show, by a name for them.'),
  services: z.record(ServiceName, Service).describe('The services as workload.yaml calls them.'),
  faults: z
    .record(Text, z.array(Change).min(1))
    .default({})
    .describe('What has to happen for an alert, by its name.'),
});

/** What `plays.yaml` says, as it is written. */
export type PlaysFile = z.output<typeof PlaysFile>;
