import * as z from 'zod';
import type { ScrapeTargets } from '../compiled.ts';
import { ObjectiveEntry } from './objective.ts';
import { addSentence, duration, Key, ServiceName, SystemName, Text, TimeZone, WebUrl } from './text.ts';

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

const Path = z.string().regex(/^\/[^\s]*$/, 'a path that begins with /');

const Tasks = z.strictObject({
  port: z.int().min(1).max(65_535).describe('Port of the metrics on every task.'),
  path: Path.default('/metrics').describe('Path of the metrics.'),
});

/** No more names than this: each is asked for at every sweep. */
const MOST_NAMES = 50;

const Dns = z
  .strictObject({
    names: z
      .array(
        z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/, 'a name in DNS, such as api.shop.local'),
      )
      .min(1)
      .max(MOST_NAMES)
      .describe('Names that are asked for at each sweep, such as those of Cloud Map.'),
    type: z
      .enum(['SRV', 'A', 'AAAA'])
      .default('SRV')
      .describe('Kind of record. `SRV` tells the port; `A` and `AAAA` need `port`.'),
    port: z.int().min(1).max(65_535).optional().describe('With `A` and `AAAA`: port of the metrics.'),
  })
  .superRefine(({ type, port }, context) => {
    if (type === 'SRV' && port !== undefined)
      addSentence(context, 'found "port" beside type SRV, whose records tell the port', ['port']);
    if (type !== 'SRV' && port === undefined)
      addSentence(context, `found no "port"; records of type ${type} tell none, so add it`);
  });

/** What Prometheus has as labels of targets. `job` and `instance` are the target's own. */
const TargetLabels = z
  .record(
    z
      .string()
      .regex(
        /^(?!__)(?!(?:job|instance)$)[a-zA-Z_][a-zA-Z0-9_]*$/,
        'a label other than job and instance, such as zone',
      ),
    Text,
  )
  .describe(
    'Labels that every series of these targets gets; what a target itself calls so becomes `exported_…`.',
  );

const Scrape = z
  .strictObject({
    url: WebUrl.optional().describe('One fixed address.'),
    targets: z
      .array(
        z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):[0-9]{1,5}$/, 'host:port, such as 10.0.0.7:9100'),
      )
      .min(1)
      .optional()
      .describe('Fixed addresses, each host:port.'),
    path: Path.optional().describe('With `targets` or `dns`: path of the metrics; `/metrics` if not given.'),
    scheme: z.enum(['http', 'https']).optional().describe('With `targets` or `dns`: `http` if not given.'),
    labels: TargetLabels.optional(),
    tasks: Tasks.optional().describe("Every running task of the service's `ecs`, found at each sweep."),
    dns: Dns.optional().describe('Every address that some names have in DNS, found at each sweep.'),
  })
  .transform(toTargets)
  .meta({ oneOf: ['url', 'targets', 'tasks', 'dns'].map((key) => ({ required: [key] })) });

interface ScrapeKeys {
  readonly url?: string | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly path?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly scheme?: 'http' | 'https' | undefined;
  readonly tasks?: { readonly port: number; readonly path: string } | undefined;
  readonly dns?: z.output<typeof Dns> | undefined;
}

function toTargets(keys: ScrapeKeys, context: z.RefinementCtx): ScrapeTargets {
  const targets = toPlace(keys, context);
  return keys.labels === undefined ? targets : { ...targets, labels: keys.labels };
}

function toPlace(keys: ScrapeKeys, context: z.RefinementCtx): ScrapeTargets {
  const { url, targets, tasks, dns, path, scheme } = keys;
  const given = Object.entries({ url, targets, tasks, dns }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  if (given.length !== 1) {
    addSentence(
      context,
      `found ${given.join(' and ') || 'no target'}, expected exactly one of url, targets, tasks, dns`,
    );
    return z.NEVER;
  }
  const alien = Object.entries({ path, scheme }).find(([, value]) => value !== undefined)?.[0];
  if (targets === undefined && dns === undefined && alien !== undefined) {
    addSentence(
      context,
      `found "${alien}" beside "${given.join('')}", expected it only beside "targets" or "dns"`,
      [alien],
    );
    return z.NEVER;
  }
  if (tasks !== undefined) return { kind: 'tasks', port: tasks.port, path: tasks.path };
  if (dns !== undefined) {
    const { names, type, port } = dns;
    const common = { kind: 'dns', names, type, scheme: scheme ?? 'http', path: path ?? '/metrics' } as const;
    return port === undefined ? common : { ...common, port };
  }
  const urls = targets?.map((target) => `${scheme ?? 'http'}://${target}${path ?? '/metrics'}`);
  return { kind: 'static', urls: urls ?? [url ?? ''] };
}

const Service = z.strictObject({
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
