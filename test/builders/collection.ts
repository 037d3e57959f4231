import type { CompiledService, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';

/** A service called `web`, without anything to scrape or probe. */
export function aService(over: Partial<CompiledService> = {}): CompiledService {
  return { service: 'web', owner: 'shop', criticality: 'high', dependsOn: [], ...over };
}

/** A system called `shop` that is swept every 10 s. */
export function aSystem(
  services: readonly CompiledService[],
  over: Partial<CompiledSystem> = {},
): CompiledSystem {
  return {
    system: 'shop',
    environment: 'test',
    timeZone: 'UTC',
    owner: 'shop',
    collection: { everyS: 10, timeoutS: 5, maxBytes: 10_000_000, metrics: ['*'] },
    services: Object.fromEntries(services.map((service) => [service.service, service])),
    rules: [],
    recoveries: [],
    ...over,
  };
}
