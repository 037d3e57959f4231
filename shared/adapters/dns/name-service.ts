import { Resolver } from 'node:dns/promises';
import type { NameService } from '../../ports/name-service.ts';

/** A sweep waits for it, so it is short; two tries fit into the shortest time-out of a target. */
const TIMEOUT_MS = 1_000;
const TRIES = 2;

/** There is no such name, or it has no record of that type: an answer, not a failure. */
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/** @param servers `host:port` of the resolvers to ask; the machine's own if not given */
export function nameService(servers?: readonly string[]): NameService {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers([...servers]);
  return {
    resolve: async (name, type) => {
      try {
        if (type === 'SRV')
          return (await resolver.resolveSrv(name)).map(({ name: host, port }) => ({
            host: host.replace(/\.$/, ''),
            port,
          }));
        const addresses = await (type === 'A' ? resolver.resolve4(name) : resolver.resolve6(name));
        return addresses.map((host) => ({ host }));
      } catch (error) {
        if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    },
  };
}
