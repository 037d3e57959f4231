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

const Command = z.array(z.string().min(1)).min(1);

const WorkloadService = z.strictObject({
  command: Command.optional().describe(
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
const Workload = z
  .strictObject({
    cluster: name,
    plays: z
      .string()
      .min(1)
      .optional()
      .describe('The file, beside this one, that says what the services show and which faults there are.'),
    command: Command.optional().describe('What plays a service that names no command of its own.'),
    services: z.record(name, WorkloadService),
  })
  .check((ctx) => {
    const owners = new Map<number, string>();
    const problem = (message: string, path: (string | number)[], input: unknown) =>
      ctx.issues.push({ code: 'custom', message, path, input, params: { isSentence: true } });
    for (const [service, { port, command }] of Object.entries(ctx.value.services)) {
      if (command === undefined && ctx.value.command === undefined)
        problem(`"${service}" has no command, and there is none for all`, ['services', service], command);
      if (port === undefined) continue;
      const other = owners.get(port);
      owners.set(port, service);
      if (other === undefined) continue;
      const message = `port ${port} is taken by "${other}" as well; give each service its own`;
      problem(message, ['services', service, 'port'], port);
    }
  });

/** The programs of a catalog, and the model by which they play. */
export interface WorkloadRead {
  readonly services: readonly ServiceDefinition[];
  /** Absolute path of the file that `plays` names. */
  readonly playsFile: string | undefined;
}

/**
 * Reads `workload.yaml` into the services to define.
 *
 * @param file path of the file
 * @param environment given to every service; what the file sets wins
 * @throws Error with one line `file:line:col: message` for each problem
 */
export function loadWorkload(file: string, environment: Readonly<Record<string, string>>): WorkloadRead {
  const workload = parseWorkload(readFileSync(file, 'utf8'), file);
  const { cluster, services } = workload;
  const cwd = dirname(resolve(file));
  const playsFile = workload.plays === undefined ? undefined : resolve(cwd, workload.plays);
  const common = { ...environment, ...(playsFile === undefined ? {} : { PLAYS: playsFile }) };
  const define = (service: string, declared: z.infer<typeof WorkloadService>): ServiceDefinition => ({
    cluster,
    service,
    command: (declared.command ?? workload.command ?? []).map((part, index) =>
      index === 0 && part === 'node' ? process.execPath : part,
    ),
    cwd,
    environment: { ...common, ...declared.environment },
    desiredCount: declared.desiredCount,
    ...(declared.port === undefined ? {} : { port: declared.port }),
  });
  return {
    services: Object.entries(services).map(([service, declared]) => define(service, declared)),
    playsFile,
  };
}

function parseWorkload(text: string, file: string): z.infer<typeof Workload> {
  const { source, problems } = readYaml(file, text, 'typed');
  const read = source === undefined ? undefined : readSchema(Workload, source.value);
  const all = [...problems, ...(read?.findings ?? []).flatMap((finding) => source?.locate(finding) ?? [])];
  if (read?.value !== undefined && all.length === 0) return read.value;
  throw new Error(sortProblems(all).map(formatProblem).join('\n'));
}
