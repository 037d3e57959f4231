import { readChecks, resourceHealth } from './health-checks.ts';
import type { Health, HealthCheck } from './health-words.ts';
import { healthOfWord, worst } from './health-words.ts';

export interface HealthVerdict {
  readonly health: Health;
  /** Parts that the service reports one by one; at most 50. */
  readonly checks: readonly HealthCheck[];
  /** The fact that decided, for the log. */
  readonly because: string;
}

/**
 * Judges the answer of a health URL (M6).
 *
 * Not 2xx is unhealthy, whatever the body says. A 2xx without JSON is healthy. In a JSON object the field
 * `status` (or `state`, `health`) decides; without one, the worst check does. A check that is worse than the
 * status, and CPU or memory from 80 % or disk from 90 %, make it a warning at least. What cannot be read
 * although it says it is JSON, or a word nobody knows, is a warning too: it answers, but what it says is unclear.
 *
 * @param contentType lower case, without parameters
 */
export function judgeHealth({ status, contentType, body }: Answer): HealthVerdict {
  const json = readJson(contentType, body);
  const checks = isObject(json) ? readChecks(json) : [];
  if (status < 200 || status > 299) return { health: 'unhealthy', checks, because: `HTTP ${String(status)}` };
  if (json === 'none') return { health: 'healthy', checks, because: `HTTP ${String(status)}` };
  if (!isObject(json)) return { health: 'warning', checks, because: 'the JSON body cannot be read' };
  return judgeObject(json, checks);
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

function judgeObject(json: Record<string, unknown>, checks: readonly HealthCheck[]): HealthVerdict {
  const said = [json['status'], json['state'], json['health']].find(
    (it) => typeof it === 'string' || typeof it === 'boolean',
  );
  const resources = resourceHealth(json);
  const worstCheck = checks.reduce<HealthCheck | undefined>(
    (found, check) =>
      found === undefined || worst(found.health, check.health) !== found.health ? check : found,
    undefined,
  );
  const ofChecks = worstCheck?.health ?? 'healthy';
  if (said === undefined) {
    const health = worst(ofChecks, resources.health);
    return { health, checks, because: because(health, ofChecks, worstCheck, resources.because) };
  }
  const own = healthOfWord(said);
  const floor = ofChecks === 'healthy' && resources.health === 'healthy' ? 'healthy' : 'warning';
  const health = worst(own, floor);
  if (health === own) return { health, checks, because: `status is ${JSON.stringify(said)}` };
  return { health, checks, because: because(floor, ofChecks, worstCheck, resources.because) };
}

function because(
  health: Health,
  ofChecks: Health,
  check: HealthCheck | undefined,
  resources: string,
): string {
  if (health === 'healthy') return 'no check says otherwise';
  return check !== undefined && ofChecks !== 'healthy' ? `check ${check.name} is ${check.health}` : resources;
}

/** The body's object; `none` if it is no JSON; `broken` if it says it is JSON and is not an object of it. */
function readJson(contentType: string, body: Uint8Array): Record<string, unknown> | 'none' | 'broken' {
  const text = new TextDecoder().decode(body).trim();
  const isDeclared = /[/+]json$/.test(contentType);
  if (!isDeclared && !text.startsWith('{')) return 'none';
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Not JSON after all, or cut at the limit.
  }
  return isDeclared ? 'broken' : 'none';
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
