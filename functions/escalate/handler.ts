import * as z from 'zod/mini';
import { httpHealthCheck } from '../../shared/adapters/http/health-check.ts';
import { opsHandler } from '../../shared/runtime/handler.ts';
import { asLog, opsLogger } from '../../shared/runtime/logger.ts';
import { realOperations } from '../../shared/runtime/operations.ts';
import { sweep } from '../../shared/runtime/sweeps.ts';
import { escalate } from './escalate.ts';
import { settings } from './settings.ts';

const logger = opsLogger('escalate');
const deps = { ...realOperations(settings, 'escalate', asLog(logger)), health: httpHealthCheck() };

/** The scheduler sends what it likes; a person's tool asks for one look, right now. */
const EscalateEvent = z.looseObject({ onDemand: z._default(z.boolean(), false) });

/** Within its minute it begins no look later than this. */
const LAST_LOOK_MS = 55_000;

/** Looks at once, and then again and again until the minute is over. One look that fails ends nothing. */
export const handler = opsHandler(logger, EscalateEvent, async ({ onDemand }) => {
  if (onDemand) return escalate(deps);
  return sweep({
    clock: deps.clock,
    everyMs: settings.PASS_EVERY_S * 1000,
    untilMs: deps.clock.nowMs() + LAST_LOOK_MS,
    isAtOnce: true,
    work: () => escalate(deps),
    onError: (error) => {
      logger.error('One look failed', { error: String(error) });
    },
  });
});
