import * as z from 'zod';
import type { ScrapeTargets } from '../compiled.ts';
import { addSentence, Text, WebUrl } from './text.ts';

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

const HOST_PORT = /^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):[0-9]{1,5}$/;
const EXPECTED_ADDRESS = 'host:port, such as 10.0.0.7:9100';

/** Where the metrics of a service are. */
export const Scrape = z
  .strictObject({
    url: WebUrl.optional().describe('One fixed address.'),
    targets: z
      .array(
        z
          .string()
          .regex(HOST_PORT, EXPECTED_ADDRESS)
          .refine((text) => !HOST_PORT.test(text) || URL.canParse(`http://${text}`), EXPECTED_ADDRESS),
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
