export type Health = 'healthy' | 'warning' | 'unhealthy';

export interface HealthCheck {
  readonly name: string;
  readonly health: Health;
}

/** The value of `probe_health` and `probe_check`. */
export const HEALTH_VALUE: Readonly<Record<Health, number>> = { healthy: 1, warning: 0.5, unhealthy: 0 };

export function worst(a: Health, b: Health): Health {
  return HEALTH_VALUE[a] <= HEALTH_VALUE[b] ? a : b;
}

/** Words of Spring Boot, ASP.NET, health+json (RFC draft inadarei), Docker, Consul, Elasticsearch and QBM. */
const WORDS: Readonly<Record<Health, readonly string[]>> = {
  healthy:
    'healthy ok okay up pass passed passing success alive live available ready running serving green true'.split(
      ' ',
    ),
  warning: 'warning warn degraded partial starting yellow unknown'.split(' '),
  unhealthy:
    'unhealthy down fail failed failing failure error critical dead unavailable outage out_of_service not_serving red false'.split(
      ' ',
    ),
};

const BY_WORD = new Map(
  (['healthy', 'warning', 'unhealthy'] as const).flatMap((health) =>
    WORDS[health].map((word) => [word, health] as const),
  ),
);

/** What a status word (in any case) or a boolean means; an unknown word is a warning. */
export function healthOfWord(word: string | boolean): Health {
  const plain = String(word)
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  return BY_WORD.get(plain) ?? 'warning';
}
