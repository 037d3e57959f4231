import { ECSClient } from '@aws-sdk/client-ecs';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import * as z from 'zod/mini';
import { ecsServiceControl } from '../../shared/adapters/ecs/service-control.ts';
import { httpHealthCheck } from '../../shared/adapters/http/health-check.ts';
import { PROBE } from '../../shared/contract/probe.ts';
import { asLog, opsLogger } from '../../shared/runtime/logger.ts';
import { realOperations } from '../../shared/runtime/operations.ts';
import { probe } from './probe.ts';
import { recover } from './recover.ts';
import { settings } from './settings.ts';

const logger = opsLogger('recover');
const deps = {
  ...realOperations(settings, 'recover', asLog(logger)),
  services: ecsServiceControl(new ECSClient({}), new ECSClient({ maxAttempts: 1 })),
  health: httpHealthCheck(),
};

const RecoverOrder = z.strictObject({
  system: z.string().check(z.minLength(1)),
  attempt: z.string().check(z.minLength(1)),
});

const Probe = z.strictObject({ probe: z.literal(PROBE.probe) });

/** A durable function: started by name, once for each attempt; see ARCHITECTURE.md, "From an alarm to a recovery". */
export const handler = withDurableExecution(async (event: unknown, durable) => {
  durable.configureLogger({ customLogger: logger });
  const order = z.union([RecoverOrder, Probe]).parse(event);
  return 'probe' in order ? probe(durable) : recover(deps, order, durable);
});
