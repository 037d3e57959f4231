import * as z from 'zod';

/** The three programs in one: what the first argument chooses. */
const Role = z.enum(['inventory', 'checkout', 'shopper']);
export type Role = z.infer<typeof Role>;

const port = z.coerce.number().int().min(1).max(65_535);

const Settings = z
  .object({
    role: Role,
    PORT: port.optional(),
    HOST: z.string().min(1).default('127.0.0.1'),
    ECS_SERVICE: z.string().min(1),
    ECS_TASK_ID: z.string().min(1),
    ECS_DEPLOYMENT_ID: z.string().min(1),
    /** The service that this one calls. */
    DEPENDS_ON: z.url().optional(),
    FAULTS_DIR: z.string().min(1),
    /** The shopper's pace. */
    REQUESTS_PER_S: z.coerce.number().min(0.1).max(1000).default(10),
  })
  .transform((env) => ({
    role: env.role,
    port: env.PORT,
    host: env.HOST,
    service: env.ECS_SERVICE,
    taskId: env.ECS_TASK_ID,
    deploymentId: env.ECS_DEPLOYMENT_ID,
    dependsOn: env.DEPENDS_ON,
    faultsDir: env.FAULTS_DIR,
    requestsPerS: env.REQUESTS_PER_S,
  }))
  .check((ctx) => {
    const { role, port: listens, dependsOn } = ctx.value;
    const problem = (message: string) => ctx.issues.push({ code: 'custom', message, input: ctx.value });
    if (role !== 'shopper' && listens === undefined) problem(`${role} serves HTTP and needs PORT`);
    if (role !== 'inventory' && dependsOn === undefined)
      problem(`${role} calls a service: DEPENDS_ON is missing`);
  });
export type Settings = z.infer<typeof Settings>;

/**
 * Reads the role from the first argument and the rest from the environment that the embedded ECS gives.
 * @throws Error that lists everything that is wrong and where it is set
 */
export function readSettings(role: string | undefined, env: NodeJS.ProcessEnv): Settings {
  const read = Settings.safeParse({ ...env, role });
  if (read.success) return read.data;
  throw new Error(
    `The workload cannot start:\n${z.prettifyError(read.error)}\n` +
      'The role is the first argument (inventory, checkout, shopper), the rest is set in workload.yaml and by ECS.',
  );
}
