import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameService } from '../../../shared/adapters/dns/name-service.ts';
import type { NamedAddress } from '../../../shared/domain/collection/targets.ts';
import type { NameService } from '../../../shared/ports/name-service.ts';
import { FakeNames } from '../../fakes/fake-names.ts';
import { addressData, serviceData, startDnsServer, type DnsServer } from './dns-server.ts';

const RECORDS: readonly [string, readonly NamedAddress[]][] = [
  ['A two.local', [{ host: '10.0.0.5' }, { host: '10.0.0.6' }]],
  ['AAAA two.local', [{ host: 'fd00::5' }]],
  ['SRV _http._tcp.api.local', [{ host: 'h1.api.local', port: 8080 }]],
];

interface Names {
  readonly names: NameService;
  readonly setSilent: (isSilent: boolean) => void;
}

function fake(): Names {
  const names = new FakeNames();
  for (const [key, found] of RECORDS) names.records.set(key, found);
  return { names, setSilent: (isSilent) => (names.outage = isSilent ? new Error('silent') : undefined) };
}

let server: DnsServer;
beforeAll(async () => {
  const data = RECORDS.map(([key, found]) => {
    const content = found.map(({ host, port }) =>
      port === undefined ? addressData(host) : serviceData(host, port),
    );
    return [key, content] as const;
  });
  server = await startDnsServer(new Map(data));
});
afterAll(() => {
  server.stop();
});

describe.each([
  ['the fake', fake],
  [
    'DNS',
    () => ({ names: nameService([server.address]), setSilent: (it: boolean) => (server.isSilent = it) }),
  ],
] as const)('%s', (_, start: () => Names) => {
  test.each(RECORDS)('%s', async (key, found) => {
    const [type, name] = key.split(' ') as ['A' | 'AAAA' | 'SRV', string];
    const sorted = (some: readonly NamedAddress[]) => some.toSorted((a, b) => (a.host < b.host ? -1 : 1));
    expect(sorted(await start().names.resolve(name, type))).toEqual(found);
  });

  test('a name that nobody has, and one without records of the type, are no addresses', async () => {
    const { names } = start();
    expect(await names.resolve('nobody.local', 'A')).toEqual([]);
    expect(await names.resolve('two.local', 'SRV')).toEqual([]);
  });

  test('a resolver that does not answer is an error', async () => {
    const { names, setSilent } = start();
    setSilent(true);
    await expect(names.resolve('two.local', 'A')).rejects.toThrow();
    setSilent(false);
  }, 30_000);
});
