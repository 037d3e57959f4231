import { setTimeout } from 'node:timers/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../ports/clock.ts';

type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

export interface MonitoringOptions {
  readonly region: string;
  /** In place of `https://monitoring.<region>.amazonaws.com`; `AWS_ENDPOINT_URL` of the embedded cloud. */
  readonly endpoint?: string | undefined;
  /** Default: the real time. */
  readonly clock?: Clock;
  /** Default: as the SDK finds them (in Lambda, the function's role). */
  readonly credentials?: Credentials;
  /** From 0 to 1, for the jitter. Default: Math.random. */
  readonly random?: () => number;
  /** For everything, retries included. Default 10 s: a sweep cannot wait longer. */
  readonly budgetMs?: number;
}

export interface MonitoringCall {
  /** `/v1/metrics`, `/api/v1/query`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface MonitoringAnswer {
  readonly status: number;
  readonly text: string;
}

const ATTEMPT_MS = 5_000;
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

/**
 * Makes a signed POST to CloudWatch's HTTP endpoints, those that the SDK has no client for (SigV4, service
 * `monitoring`). Throttling (429), server errors and network faults are tried again with exponential back-off
 * and full jitter, within a time budget; every other answer is given back as it came.
 *
 * @throws MonitoringUnreachable when there was no answer until the budget was used up
 */
export function monitoringRequest(options: MonitoringOptions) {
  const base = new URL(options.endpoint ?? `https://monitoring.${options.region}.amazonaws.com`);
  const { clock = REAL_TIME, random = Math.random, budgetMs = 10_000 } = options;
  const sign = signer(options, base);
  return async (call: MonitoringCall): Promise<MonitoringAnswer> => {
    const endMs = clock.nowMs() + budgetMs;
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = Math.max(1, endMs - clock.nowMs());
      const outcome = await attemptOnce(base, await sign(call), call, Math.min(ATTEMPT_MS, leftMs));
      const pauseMs = random() * FIRST_PAUSE_MS * 2 ** attempt;
      const mayRetry = attempt < MAX_ATTEMPTS && clock.nowMs() + pauseMs < endMs;
      if (outcome instanceof Error) {
        if (!mayRetry) throw new MonitoringUnreachable(base.href, call.path, attempt, outcome);
      } else if (!mayRetry || !isPassing(outcome.status)) return outcome;
      await clock.sleep(pauseMs);
    }
  };
}

export type SendToMonitoring = ReturnType<typeof monitoringRequest>;

const REAL_TIME: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms) => {
    await setTimeout(ms);
  },
};

/** True for answers that may be different next time. */
function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

class MonitoringUnreachable extends Error {
  readonly code = 'MONITORING_UNREACHABLE';
  readonly retryable = true;
  constructor(endpoint: string, path: string, attempts: number, cause: Error) {
    super(`No answer from ${endpoint} for ${path} after ${String(attempts)} attempts: ${causeOf(cause)}`, {
      cause,
    });
    this.name = 'MonitoringUnreachable';
  }
}

/** What fetch says is only "fetch failed"; the reason stands in its cause. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function signer({ region, credentials = defaultProvider() }: MonitoringOptions, base: URL) {
  const signature = new SignatureV4({ service: 'monitoring', region, credentials, sha256: Sha256 });
  return async ({ path, headers, body }: MonitoringCall): Promise<Record<string, string>> => {
    const signed = await signature.sign({
      method: 'POST',
      protocol: base.protocol,
      hostname: base.hostname,
      path,
      headers: { ...headers, host: base.host },
      body,
    });
    return signed.headers;
  };
}

/** One attempt, from connecting to the last byte of the answer; a fault of the network is returned, not thrown. */
async function attemptOnce(
  base: URL,
  headers: Record<string, string>,
  { path, body }: MonitoringCall,
  timeoutMs: number,
): Promise<MonitoringAnswer | Error> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(new URL(path, base), {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      redirect: 'manual',
      signal,
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
