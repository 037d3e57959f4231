import * as z from 'zod';
import type { PendingDelivery } from '../kernel/delivery-queue.ts';
import { compilePattern, type Vocabulary } from '../kernel/matching.ts';
import type { Event } from './event.ts';
import { compileTargetInput, TargetInput, type InputOf, type RuleNames } from './target-input.ts';

const EVENT_BRIDGE: Vocabulary = {
  operators: [
    'anything-but',
    'cidr',
    'equals-ignore-case',
    'exists',
    'numeric',
    'prefix',
    'suffix',
    'wildcard',
  ],
  exceptions: ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'],
};

const Target = TargetInput.extend({
  Arn: z
    .string()
    .regex(
      /^arn:aws:(lambda|sqs|sns):/,
      'the ARN of a function, queue or topic: the targets of the embedded cloud',
    ),
  Id: z.string(),
  RoleArn: z.string().optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).default(185),
      MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).default(86_400),
    })
    .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).default({}),
}).strict();

/** AWS::Events::Rule on the default bus. */
const Properties = z.object({
  Name: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  EventBusName: z
    .string()
    .regex(/^(arn:.*event-bus\/)?default$/, 'the default bus; the embedded cloud has no other')
    .optional(),
  ScheduleExpression: z
    .undefined({
      error: 'scheduled rules are not part of the embedded cloud; use an AWS::Scheduler::Schedule',
    })
    .optional(),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(Target).default([]),
});

/** The properties of AWS::Events::Rule as a template or the API gave them. */
export type RuleProperties = Readonly<Record<string, unknown>>;

export interface Rule extends RuleNames {
  readonly isEnabled: boolean;
  readonly matches: (event: Event) => boolean;
  readonly targets: readonly RuleTarget[];
}

interface RuleTarget {
  readonly arn: string;
  readonly inputOf: InputOf;
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly deadLetterArn?: string;
}

/**
 * Reads one rule.
 *
 * @param arnPrefix `arn:aws:events:<region>:<account>:rule/`
 * @throws ZodError or Error naming the property or the place in the pattern
 */
export function readRule(
  { properties, suggestedName }: { readonly properties: RuleProperties; readonly suggestedName: string },
  arnPrefix: string,
): Rule {
  const read = Properties.parse(properties);
  const name = read.Name ?? suggestedName;
  const names = { name, arn: `${arnPrefix}${name}` };
  return {
    ...names,
    isEnabled: read.State !== 'DISABLED',
    matches: compilePattern(read.EventPattern, EVENT_BRIDGE, 'EventPattern'),
    targets: read.Targets.map((target) => ({
      arn: target.Arn,
      inputOf: compileTargetInput(target, names),
      maxRetries: target.RetryPolicy.MaximumRetryAttempts,
      maxAgeMs: target.RetryPolicy.MaximumEventAgeInSeconds * 1_000,
      ...(target.DeadLetterConfig.Arn === undefined ? {} : { deadLetterArn: target.DeadLetterConfig.Arn }),
    })),
  };
}

/** What one event becomes under one rule: a delivery for each target, none if the rule does not want it. */
export function deliveriesOf(
  rule: Rule,
  event: Event,
): Omit<PendingDelivery, 'id' | 'acceptedAtMs' | 'attempts' | 'nextAtMs'>[] {
  if (!rule.isEnabled || !rule.matches(event)) return [];
  return rule.targets.map(({ arn, inputOf, ...limits }) => {
    const text = inputOf(event);
    const payload = arn.startsWith('arn:aws:lambda:') ? parsed(text) : text;
    return { arn, delivery: { payload, from: 'events.amazonaws.com', sourceArn: rule.arn }, ...limits };
  });
}

/** A function gets a text that is no JSON (a plain template) as a string. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
