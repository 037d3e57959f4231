import * as z from 'zod';
import { addSentence, RuleDuration, Text } from './text.ts';

/*
 * Prometheus' rule file (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/),
 * read as Prometheus reads it: every scalar is text as written, an empty value is an absent one.
 */

const TextMap = z
  .record(
    Text,
    z
      .string()
      .nullable()
      .transform((value) => value ?? ''),
  )
  .nullish()
  .transform((map) => map ?? {});

/** @param object what a map is: strict, or one whose unknown keys are passed over */
function ruleFile(object: typeof z.strictObject) {
  const rule = object({
    alert: Text.optional().describe('Name of the alert.'),
    record: Text.optional().describe(
      'Name of a recorded series. CloudWatch records nothing: the expression is put where an alert reads the name.',
    ),
    expr: Text.describe('PromQL. Every series of its answer is an alert of its own.'),
    for: RuleDuration.optional().describe('How long it must hold before the alert fires; at most 1d.'),
    keep_firing_for: RuleDuration.optional().describe(
      'How long it must be over before the alert ends; at most 1d.',
    ),
    labels: TextMap.describe(
      'Added to the alert. `severity` must be given, one of those above or of `severities` in `organization.yaml`; `service` names the service it is about.',
    ),
    annotations: TextMap.describe('Text for people.'),
  }).superRefine(checkKind);
  const group = object({
    name: Text.describe('Name of the group, once in a file.'),
    interval: RuleDuration.optional().describe(
      'How often its rules are evaluated: 10s, 20s, 30s or whole minutes; 1m if not given.',
    ),
    query_offset: RuleDuration.optional().describe(
      'Taken, but without effect: CloudWatch evaluates at the present.',
    ),
    limit: z
      .string()
      .regex(/^\d+$/, 'a whole number')
      .transform(Number)
      .optional()
      .describe('Taken, but without effect: CloudWatch has its own limit of 100 alerts a rule.'),
    labels: TextMap.describe('Added to every rule of the group.'),
    rules: z.array(rule).nullish().describe('In any order.'),
  });

  return object({
    groups: z.array(group).nullish().describe('Rules that are evaluated at the same interval.'),
  });
}

interface RuleKeys {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly for?: number | undefined;
  readonly keep_firing_for?: number | undefined;
  readonly annotations: object;
}

function checkKind(rule: RuleKeys, context: z.RefinementCtx): void {
  const { alert, record } = rule;
  if ((alert === undefined) === (record === undefined)) {
    const found = alert === undefined ? 'neither "alert" nor "record"' : 'both "alert" and "record"';
    addSentence(context, `found ${found}, expected one of them`);
  }
  if (alert !== undefined) return;
  const hasAnnotations = Object.keys(rule.annotations).length > 0;
  const alien = Object.entries({
    for: rule.for,
    keep_firing_for: rule.keep_firing_for,
    annotations: hasAnnotations || undefined,
  });
  for (const [key, value] of alien) {
    if (value !== undefined)
      addSentence(context, `found "${key}" on a recording rule; only alerts have it`, [key]);
  }
}

/** A Prometheus rule file. */
export const RuleFile = ruleFile(z.strictObject);

/** The same; keys that are not known are passed over. */
export const LooseRuleFile = ruleFile(z.object);

/** What a rule file says; durations are seconds. */
export type RuleFile = z.output<typeof RuleFile>;
