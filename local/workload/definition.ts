import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { formatProblem, sortProblems } from '../../shared/domain/catalog/problem.ts';
import { readSchema } from '../../shared/domain/catalog/read-schema.ts';
import { readYaml } from '../../shared/domain/catalog/yaml-source.ts';
import type { ServiceDefinition } from '../ecs/records.ts';

const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,255}$/, 'an ECS name: letters, digits, hyphens and underscores, at most 255');

const variable = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'capital letters, digits and underscores');

const WorkloadService = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Program and arguments. `node` is the Node that runs Homeostat; ./ and ../ count from the file.',
    ),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('What the service gets as PORT; none if it serves nothing.'),
  environment: z.record(variable, z.string()).default({}),
  desiredCount: z.int().min(0).max(100).default(1),
});

/** `workload.yaml`: the programs that play the services of a catalog on this machine. */
const Workload = z.strictObject({ cluster: name, services: z.record(name, WorkloadService) }).check((ctx) => {
  const owners = new Map<number, string>();
  for (const [service, { port }] of Object.entries(ctx.value.services)) {
    if (port === undefined) continue;
    const other = owners.get(port);
    owners.set(port, service);
    if (other === undefined) continue;
    const message = `port ${port} is taken by "${other}" as well; give each service its own`;
    ctx.issues.push({
      code: 'custom',
      message,
      path: ['services', service, 'port'],
      input: port,
      params: { isSentence: true },
    });
  }
});

/**
 * Reads `workload.yaml` into the services to define.
 *
 * @param file path of the file
 * @param environment given to every service; what the file sets wins
 * @throws Error with one line `file:line:col: message` for each problem
 */
export function loadWorkload(
  file: string,
  environment: Readonly<Record<string, string>>,
): ServiceDefinition[] {
  const { cluster, services } = parseWorkload(readFileSync(file, 'utf8'), file);
  const define = (service: string, declared: z.infer<typeof WorkloadService>): ServiceDefinition => ({
    cluster,
    service,
    command: declared.command.map((part, index) =>
      index === 0 && part === 'node' ? process.execPath : part,
    ),
    cwd: dirname(resolve(file)),
    environment: { ...environment, ...declared.environment },
    desiredCount: declared.desiredCount,
    ...(declared.port === undefined ? {} : { port: declared.port }),
  });
  return Object.entries(services).map(([service, declared]) => define(service, declared));
}

function parseWorkload(text: string, file: string): z.infer<typeof Workload> {
  const { source, problems } = readYaml(file, text, 'typed');
  const read = source === undefined ? undefined : readSchema(Workload, source.value);
  const all = [...problems, ...(read?.findings ?? []).flatMap((finding) => source?.locate(finding) ?? [])];
  if (read?.value !== undefined && all.length === 0) return read.value;
  throw new Error(sortProblems(all).map(formatProblem).join('\n'));
}
