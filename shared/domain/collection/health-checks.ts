import type { Health, HealthCheck } from './health-words.ts';
import { healthOfWord, worst } from './health-words.ts';

/** A service that lists more checks than these has its later ones left out: each is a series. */
const MAX_CHECKS = 50;
const MAX_NAME_CHARACTERS = 100;

/** Where the known formats keep their checks. */
const CONTAINERS = ['checks', 'components', 'entries', 'results', 'details', 'dependencies'] as const;

/** M6: percent from which a resource is a warning. */
const LIMITS_PERCENT: Readonly<Record<string, number>> = { cpu: 80, memory: 80, mem: 80, disk: 90 };
const RESOURCE = /^(cpu|memory|mem|disk)(?:_?(?:usage|percent|percentage|pct|utilization|usage_percent))?$/i;

/** The checks that a health answer lists, in its order. Entries that say nothing about a state are left out. */
export function readChecks(json: Readonly<Record<string, unknown>>): HealthCheck[] {
  const container = CONTAINERS.map((name) => json[name]).find(isObject);
  if (container === undefined) return [];
  const checks: HealthCheck[] = [];
  const isList = Array.isArray(container);
  for (const [key, value] of Object.entries(container)) {
    const health = healthOfCheck(value);
    if (health === undefined) continue;
    checks.push({ name: nameOf(isList ? value : undefined, key), health });
    if (checks.length === MAX_CHECKS) break;
  }
  return checks;
}

/** A list's entries carry their name inside; an object's are named by their key. */
function nameOf(entry: unknown, key: string): string {
  if (entry === undefined) return key.slice(0, MAX_NAME_CHARACTERS);
  const name = isObject(entry) ? entry['name'] : undefined;
  return typeof name === 'string' ? name.slice(0, MAX_NAME_CHARACTERS) : key;
}

/** A word, a boolean, an object with a status, or a list of those of which the worst counts. */
function healthOfCheck(value: unknown): Health | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return healthOfWord(value);
  if (Array.isArray(value)) {
    const states = value.map((one: unknown) => (Array.isArray(one) ? undefined : healthOfCheck(one)));
    return states.reduce(
      (found, one) => (found === undefined || one === undefined ? (found ?? one) : worst(found, one)),
      undefined,
    );
  }
  if (!isObject(value)) return undefined;
  const said = [value['status'], value['state'], value['health'], value['healthy']].find(
    (it) => typeof it === 'string' || typeof it === 'boolean',
  );
  const resources = overLimit(value);
  if (said === undefined) return resources === undefined ? undefined : 'warning';
  return resources === undefined ? healthOfWord(said) : worst(healthOfWord(said), 'warning');
}

/** Warning if `system`, `checks` or an object inside `checks` tells a CPU, memory or disk use from its limit on. */
export function resourceHealth(json: Readonly<Record<string, unknown>>): { health: Health; because: string } {
  const checks = isObject(json['checks']) ? json['checks'] : {};
  for (const place of [json['system'], checks, ...Object.values(checks)]) {
    const found = isObject(place) ? overLimit(place) : undefined;
    if (found !== undefined) return { health: 'warning', because: found };
  }
  return { health: 'healthy', because: 'no resource is over its limit' };
}

function overLimit(place: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(place)) {
    const resource = RESOURCE.exec(key)?.[1]?.toLowerCase();
    const limit = resource === undefined ? undefined : LIMITS_PERCENT[resource];
    const percent = percentOf(value);
    if (limit !== undefined && percent !== undefined && percent >= limit)
      return `${key} is ${String(percent)} %`;
  }
  return undefined;
}

/** A number from 0 to 100, or a text like `85.2%`; anything else (megabytes, say) is not a percentage. */
function percentOf(value: unknown): number | undefined {
  const percent =
    typeof value === 'string' && /^\d+(?:\.\d+)?\s*%$/.test(value) ? Number.parseFloat(value) : value;
  return typeof percent === 'number' && percent >= 0 && percent <= 100 ? percent : undefined;
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
