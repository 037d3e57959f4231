import * as z from 'zod';
import { RuleDuration, Text } from '../../catalog/schema/text.ts';
import { parseInstantMs } from '../instant.ts';

/*
 * promtool's unit-test file (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/).
 * Every scalar is text as written. Durations are seconds.
 */

const Texts = z
  .record(Text, z.string())
  .nullish()
  .transform((map) => map ?? {});

const Switch = z
  .enum(['true', 'false'])
  .optional()
  .transform((text) => text === 'true');

/** Where the clock of a test begins: seconds of the epoch, or an RFC 3339 time. */
const Instant = z
  .string()
  .transform((text, context) => {
    const ms = parseInstantMs(text);
    if (ms !== undefined) return ms;
    context.addIssue({
      code: 'custom',
      message: 'a time such as 2026-01-01T00:00:00Z, or seconds',
      input: text,
    });
    return z.NEVER;
  })
  .optional();

const InputSeries = z.strictObject({ series: Text, values: z.string() });

const ExpectedAlert = z.strictObject({ exp_labels: Texts, exp_annotations: Texts });

const AlertTest = z.strictObject({
  eval_time: RuleDuration.default(0),
  alertname: Text,
  exp_alerts: z.array(ExpectedAlert).nullish(),
});

const ExpectedSample = z.strictObject({
  labels: z.string().optional(),
  value: z.string().optional(),
  histogram: z.string().optional(),
});

const ExpressionTest = z.strictObject({
  expr: Text,
  eval_time: RuleDuration.default(0),
  exp_samples: z.array(ExpectedSample).nullish(),
});

const TestGroup = z.strictObject({
  interval: RuleDuration.optional(),
  name: z.string().optional(),
  input_series: z.array(InputSeries).nullish(),
  alert_rule_test: z.array(AlertTest).nullish(),
  promql_expr_test: z.array(ExpressionTest).nullish(),
  external_labels: Texts,
  external_url: z.string().optional(),
  start_timestamp: Instant,
});

/** A file of unit tests for rules. */
export const TestFile = z.strictObject({
  rule_files: z.array(Text).nullish(),
  evaluation_interval: RuleDuration.optional(),
  group_eval_order: z.array(Text).nullish(),
  fuzzy_compare: Switch,
  tests: z.array(TestGroup).nullish(),
});

export type TestFile = z.output<typeof TestFile>;
export type TestGroup = z.output<typeof TestGroup>;
export type AlertTest = z.output<typeof AlertTest>;
export type ExpressionTest = z.output<typeof ExpressionTest>;
