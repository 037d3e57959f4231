import { judgeHealth } from '../../domain/collection/health.ts';
import type { HealthCheck } from '../../ports/health-check.ts';
import { boundedGet } from './bounded-get.ts';

/** A health answer is small; of a larger one the beginning is enough. */
const MAX_BYTES = 64 * 1024;

/** Asks health URLs over HTTP and judges the answers like the probes of `collect` (M6). A warning counts as healthy. */
export function httpHealthCheck(): HealthCheck {
  const get = boundedGet();
  return {
    ask: async (url, timeoutS) => {
      const answer = await get({
        url,
        headers: { 'accept-encoding': 'identity' },
        timeoutMs: timeoutS * 1000,
        maxBytes: MAX_BYTES,
        whenLarger: 'cut',
      });
      if (!answer.ok) return { isHealthy: false, because: `${url} does not answer: ${answer.detail}` };
      const { health, because } = judgeHealth(answer);
      return { isHealthy: health !== 'unhealthy', because: `${url} is ${health}: ${because}` };
    },
  };
}
