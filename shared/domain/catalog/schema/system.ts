import * as z from 'zod';
import { ObjectiveEntry } from './objective.ts';
import { Scrape } from './scrape.ts';
import { duration, Key, ServiceName, SystemName, Text, TimeZone, WebUrl } from './text.ts';

const DAY_S = 86_400;

const Network = z.strictObject({
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]+$/, 'an id such as vpc-0123456789abcdef0')
    .describe('The VPC.'),
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'an id such as subnet-0123456789abcdef0'))
    .min(1)
    .describe('Subnets from which the targets can be reached.'),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'an id such as sg-0123456789abcdef0'))
    .min(1)
    .describe('Security groups that the targets let in.'),
});

const Collection = z.strictObject({
  every: duration({ minS: 5, maxS: 60 }).prefault('30s').describe('How often every target is read.'),
  timeout: duration({ minS: 1, maxS: 60 })
    .prefault('5s')
    .describe(
      'How long a target may take to answer; cut to 80 % of `every` if longer, so that a slow one delays no other.',
    ),
  maxBytes: z
    .int()
    .min(1000)
    .max(100_000_000)
    .default(10_000_000)
    .describe('A longer answer, counted after unpacking, counts as a failed scrape.'),
  keep: z
    .array(
      z
        .string()
        .regex(/^([a-zA-Z_:][a-zA-Z0-9_:]*\*?|\*)$/, 'the name of a metric, a family such as node_*, or *'),
    )
    .default([])
    .describe(
      'Metrics to send though no rule and no chart reads them, to look at by hand: names, families such as `node_*`, or `*` for all that targets tell.',
    ),
});

/** One service of a system. */
export const Service = z.strictObject({
  owner: Key.optional().describe("The team that owns it; the system's owner if not given."),
  criticality: z
    .enum(['critical', 'high', 'medium', 'low'])
    .default('medium')
    .describe('How much depends on it.'),
  dependsOn: z.array(ServiceName).default([]).describe('Services of this system that it needs to work.'),
  ecs: z
    .strictObject({
      cluster: Text.describe('Name or ARN of the cluster.'),
      service: Text.describe('Name of the ECS service.'),
    })
    .optional()
    .describe('What runs it; a recovery restarts this.'),
  scrape: Scrape.optional().describe(
    'Where its Prometheus metrics are: one of `url`, `targets`, `tasks`, `dns`.',
  ),
  health: z
    .strictObject({
      url: WebUrl.describe('Address that answers 200 when the service works.'),
      timeout: duration({ minS: 1, maxS: 60 })
        .prefault('5s')
        .describe(
          'How long it may take to answer; cut to 80 % of the system’s `collection.every` if longer.',
        ),
    })
    .optional()
    .describe('Probed at each sweep into the series `probe_success` and `probe_health`.'),
});

const LabelValues = z
  .union([z.string().transform((value) => [value]), z.array(z.string()).min(1)], 'text or a list of texts')
  .describe('One value or a list of values.');

const Action = z.strictObject({
  action: z.enum(['restart_service']).describe('What to do.'),
  service: ServiceName.optional().describe("On which service; the alert's own if not given."),
});

const Guards = z.strictObject({
  attempts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('At most this many attempts on one target in `window`.'),
  window: duration({ minS: 60, maxS: 7 * DAY_S })
    .prefault('1h')
    .describe('The time in which attempts are counted.'),
  coolDown: duration({ minS: 0, maxS: DAY_S })
    .prefault('10m')
    .describe('No new attempt on a target sooner than this after the last one ended.'),
  settle: duration({ minS: 0, maxS: 3600 }).prefault('10s').describe('Wait after the action before looking.'),
  deadline: duration({ minS: 10, maxS: DAY_S })
    .prefault('10m')
    .describe('From the order to a verified recovery; after it people are paged.'),
});

const RecoveryEntry = z.strictObject({
  match: z
    .record(Text, LabelValues)
    .refine((match) => Object.keys(match).length > 0, 'at least one label, such as alertname: ServiceDown')
    .describe('Labels of the alerts it is for. Every label must have one of its values.'),
  mode: z
    .enum(['first', 'all'])
    .default('first')
    .describe('`first`: actions in order until one brings recovery. `all`: every action, then look once.'),
  actions: z.array(Action).min(1).describe('What to do, in order.'),
  guards: Guards.prefault({}).describe('Limits that keep an automatism from doing harm.'),
});

const Dashboard = z.strictObject({
  metrics: z
    .array(z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric, such as orders_total'))
    .min(1)
    .describe('Metrics to show beside those that the rules read; the name decides how.'),
});

/** `homeostat.yaml`: one system, its services and what to do when they fail. */
export const SystemFile = z.strictObject({
  system: SystemName.describe("The system's name, the same as its folder's."),
  environment: Text.describe('Such as production or staging; shown in every page.'),
  timeZone: TimeZone.default('UTC').describe('IANA time zone in which its people read times.'),
  owner: Key.describe('The team that owns the system.'),
  network: Network.optional().describe(
    'The VPC through which targets are reached; public network if not given.',
  ),
  collection: Collection.prefault({}).describe('How metrics are collected.'),
  services: z.record(ServiceName, Service).describe('By key; the key is the label `job` of its series.'),
  rules: z
    .array(Text)
    .default([])
    .describe('Prometheus rule files: names or globs (`*`, `**`, `?`), relative to this folder.'),
  recoveries: z
    .record(Key, RecoveryEntry)
    .default({})
    .describe('What to try before people are needed, by name. The first that matches an alert is used.'),
  objectives: z
    .record(Key, ObjectiveEntry)
    .default({})
    .describe('What is promised of the system, by name; see docs/objectives.md.'),
  dashboard: Dashboard.optional().describe(
    'What the page of the system in CloudWatch shows besides: orders, sign-ups, queues.',
  ),
});

/** What `homeostat.yaml` says, defaults filled in and durations read. */
export type SystemFile = z.output<typeof SystemFile>;
