import type { Endpoint, Team, TeamSubscription } from '../shared/domain/catalog/compiled.ts';
import { CatalogRefused } from './catalog-refused.ts';

/** One SNS subscription; without a policy everything is let through (SNS refuses an empty one). */
export interface TopicSubscription {
  readonly endpoint: Endpoint;
  readonly filterPolicy?: Readonly<Record<string, unknown>>;
}

/** A filter policy takes five names (SNS developer guide, "Filter policy constraints"). */
const MOST_NAMES = 5;

type Filter = Readonly<Record<string, readonly string[]>>;

/**
 * What the teams' addresses are to hear of one system. A topic takes an address once: where several
 * subscriptions name the same one, it hears what any of them would let through.
 *
 * @throws CatalogRefused if that does not fit into one filter policy
 */
export function systemSubscriptions(
  system: string,
  teams: Readonly<Record<string, Team>>,
): TopicSubscription[] {
  const asked = Object.values(teams)
    .flatMap(({ subscriptions }) => subscriptions)
    .filter(({ filter }) => filter.system === undefined || filter.system.includes(system));
  return [...Map.groupBy(asked, ({ endpoint }) => keyOf(endpoint)).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const filterPolicy = anyOf(same.map(filterOf));
    if (namesIn(filterPolicy) > MOST_NAMES) {
      throw new CatalogRefused(
        `organization.yaml: ${first.endpoint.address} is subscribed ${String(same.length)} times with different filters, which one SNS filter policy (${String(MOST_NAMES)} names) cannot hold for the system ${system}. Give it one subscription.`,
      );
    }
    return [{ endpoint: first.endpoint, ...(filterPolicy === undefined ? {} : { filterPolicy }) }];
  });
}

/** Each address once. */
export function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((endpoint) => [keyOf(endpoint), endpoint])).values()];
}

function keyOf({ protocol, address }: Endpoint): string {
  return `${protocol} ${address}`;
}

/** As the owner wrote it; the system is taken care of by the topic. */
function filterOf({ filter: { severity, kind } }: TeamSubscription): Filter {
  return {
    ...(severity === undefined ? {} : { severity: [...severity] }),
    ...(kind === undefined ? {} : { kind: [...kind] }),
  };
}

function anyOf(filters: readonly Filter[]): Readonly<Record<string, unknown>> | undefined {
  if (filters.some((filter) => Object.keys(filter).length === 0)) return undefined;
  const ways = [...new Map(filters.map((filter) => [JSON.stringify(filter), filter])).values()];
  return ways.length === 1 ? ways[0] : { $or: ways };
}

function namesIn(policy: Readonly<Record<string, unknown>> | undefined): number {
  const ways = policy?.['$or'];
  if (!Array.isArray(ways)) return Object.keys(policy ?? {}).length;
  return (ways as Filter[]).reduce((sum, way) => sum + Object.keys(way).length, 0);
}
