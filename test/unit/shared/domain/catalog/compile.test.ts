import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCatalogFolder } from '../../../../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../../../../shared/domain/catalog/compile.ts';
import type { UnreadableFile } from '../../../../../shared/domain/catalog/read-catalog-file.ts';
import { aCatalogFolder, compiled, told } from './catalog-folder.ts';

const QUICKSTART = new URL('../../../../../examples/quickstart', import.meta.url).pathname;

describe('the quick start', () => {
  const result = compileCatalog(readCatalogFolder(QUICKSTART));

  test('is valid, without a warning', () => {
    expect(result).toMatchObject({ ok: true, warnings: [] });
  });

  test('recovers what a restart mends, and leaves slowness to people', () => {
    const shop = result.ok ? result.catalog.systems['shop'] : undefined;
    expect(
      shop?.rules.map(({ alert, severity, pendingS, everyS }) => [alert, severity, pendingS, everyS]),
    ).toEqual([
      ['ServiceDown', 'critical', 10, 10],
      ['ServiceHanging', 'critical', 10, 10],
      ['HighErrorRate', 'high', 10, 10],
      ['HighLatency', 'high', 10, 10],
    ]);
    expect(shop?.recoveries.map(({ match, actions }) => [match, actions])).toEqual([
      [{ alertname: ['ServiceDown', 'ServiceHanging'] }, [{ action: 'restart_service' }]],
      [{ alertname: ['HighErrorRate'] }, [{ action: 'restart_service' }]],
    ]);
  });

  test('pages ana and raj at once, max after five minutes', () => {
    const escalation = result.ok ? result.catalog.organization.escalation : undefined;
    expect(escalation).toEqual({
      pages: ['critical', 'high'],
      levels: [
        { afterS: 0, people: ['ana', 'raj'] },
        { afterS: 300, people: ['max'] },
      ],
      repeat: { times: 3, everyS: 600 },
      acknowledgementExpiresS: 3600,
    });
  });
});

describe('what the owner leaves out', () => {
  test('of a system', () => {
    const { rules: _rules, ...shop } = compiled({
      'shop/homeostat.yaml':
        'system: shop\nenvironment: test\nowner: shop\nservices:\n  web: {ecs: {cluster: c, service: s}, scrape: {targets: ["10.0.0.1:9100", "[::1]:9100"]}, health: {url: "https://web/health"}}\n  task: {ecs: {cluster: c, service: t}, scrape: {tasks: {port: 8080}}}\nrules: ["*.yaml"]\nrecoveries:\n  r: {match: {severity: P0, job: [web]}, actions: [{action: restart_service}]}\n',
    }).systems['shop'] ?? { rules: [] };
    expect(shop).toEqual({
      system: 'shop',
      environment: 'test',
      timeZone: 'UTC',
      owner: 'shop',
      collection: {
        everyS: 30,
        timeoutS: 5,
        maxBytes: 10_000_000,
        metrics: [
          'probe_success',
          'process_cpu_seconds_total',
          'process_resident_memory_bytes',
          'process_start_time_seconds',
          'up',
        ],
      },
      services: {
        web: {
          service: 'web',
          owner: 'shop',
          criticality: 'medium',
          dependsOn: [],
          ecs: { cluster: 'c', service: 's' },
          scrape: { kind: 'static', urls: ['http://10.0.0.1:9100/metrics', 'http://[::1]:9100/metrics'] },
          health: { url: 'https://web/health', timeoutS: 5 },
        },
        task: {
          service: 'task',
          owner: 'shop',
          criticality: 'medium',
          dependsOn: [],
          ecs: { cluster: 'c', service: 't' },
          scrape: { kind: 'tasks', port: 8080, path: '/metrics' },
        },
      },
      recoveries: [
        {
          name: 'r',
          match: { severity: ['critical'], job: ['web'] },
          mode: 'first',
          actions: [{ action: 'restart_service' }],
          guards: { attempts: 3, windowS: 3600, coolDownS: 600, settleS: 10, deadlineS: 600 },
        },
      ],
    });
  });

  test('of the escalation', () => {
    expect(compiled().organization.escalation).toEqual({
      pages: ['critical', 'high'],
      levels: [{ afterS: 0, people: ['ana'] }],
      repeat: { times: 3, everyS: 600 },
      acknowledgementExpiresS: 3600,
    });
  });
});

/** The smallest catalog, its service with a health URL too. */
function withHealth() {
  const system = aCatalogFolder().get('shop/homeostat.yaml') ?? '';
  const health = '    health: {url: "http://web/health"}\nrules:';
  return aCatalogFolder({ 'shop/homeostat.yaml': system.replace('rules:', health) });
}

test.each([5, 10, 30, 60])('every %i s: a sweep of slow targets ends before the next', (everyS) => {
  const result = compileCatalog(withHealth(), { scrapeEveryS: everyS, evaluateEveryS: 10 });
  const shop = result.ok ? result.catalog.systems['shop'] : undefined;
  const timeoutS = Math.min(5, everyS * 0.8);
  expect(shop?.collection).toMatchObject({ everyS, timeoutS });
  expect(shop?.services['web']?.health).toMatchObject({ timeoutS });
});

test('a machine of one’s own shortens the intervals', () => {
  const result = compileCatalog(withHealth(), { scrapeEveryS: 3, evaluateEveryS: 10 });
  const shop = result.ok ? result.catalog.systems['shop'] : undefined;
  expect(shop?.collection).toMatchObject({ everyS: 3, timeoutS: 2.4 });
  expect(shop?.services['web']?.health?.timeoutS).toBe(2.4);
  expect(shop?.rules.map(({ everyS }) => everyS)).toEqual([10]);
});

describe('the hash', () => {
  test('is 16 hex digits and does not depend on the order of files or on comments', () => {
    const { hash } = compiled();
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    const turned = compileCatalog(new Map([...aCatalogFolder()].toReversed()));
    expect(turned.ok && turned.catalog.hash).toBe(hash);
    const rules = aCatalogFolder().get('shop/rules.yaml') ?? '';
    expect(compiled({ 'shop/rules.yaml': `# a comment\n${rules}` }).hash).toBe(hash);
    expect(compiled({ 'shop/rules.yaml': rules.replace('up == 0', 'up == 1') }).hash).not.toBe(hash);
  });
});

describe('all problems at once', () => {
  test('one catalog with everything wrong', () => {
    const organization = `people:
  ana: {name: Ana, contacts: [{emial: ana@example.com}, {sms: +4915112345678}, {email: ana}]}
  raj: {name: Raj}
  shop: {name: 7}
  Max: {name: Max}
teams:
  shop: {members: [ana, rja], subscriptions: [{https: "http://chat", filter: {severity: [urgent], system: [shpo]}}]}
  empty: {}
  twin: {members: [ana]}
  twin: {members: [raj]}
escalation:
  pages: [critical, hihg]
  levels:
    - {notify: [anna], after: 5m}
    - {notify: [empty, raj]}
    - {notify: [raj], after: 10}
  repeat: {time: 2}
`;
    const system = `system: shopp
enviroment: production
timeZone: Europe/Berln
owner: ana
collection: {every: 5s, timeout: 10s, maxBytes: lots}
services:
  web:
    owner: shpo
    criticality: hi
    dependsOn: [db, wbe]
    ecs: {cluster: c, service: web}
  db:
    dependsOn: [web]
    scrape: {tasks: {port: 99999}}
  cache:
    scrape: {url: "http://c", targets: ["c:1"]}
    health: {url: localhost/health}
rules: [rules.yaml, alerts/*.yaml]
recoveries:
  one: {match: {alertname: Donw, job: [web, bd]}, actions: [{action: restart}]}
  two: {match: {service: db}, actions: [{action: restart_service}, {action: restart_service, service: wbe}]}
  three: {match: {}, actions: []}
`;
    expect(told({ 'organization.yaml': organization, 'shop/homeostat.yaml': system })).toMatchInlineSnapshot(`
      "organization.yaml:2:32: unknown key "emial"; did you mean "email"?
      organization.yaml:2:63: found number 4915112345678, expected text; put it in quotes
      organization.yaml:2:88: found "ana", expected an e-mail address such as ana@example.com
      organization.yaml:4:16: found number 7, expected text; put it in quotes
      organization.yaml:5:3: found the name "Max", expected a key of lower-case letters, digits, - and _, beginning with a letter
      organization.yaml:7:3: "shop" is a person too; people and teams share one set of keys
      organization.yaml:7:25: no person "rja"; did you mean "raj"?
      organization.yaml:7:55: found "http://chat", expected a URL that begins with https://
      organization.yaml:7:90: found "urgent", expected one of: critical, high, warning, info, P0, P1, P2, P3
      organization.yaml:10:3: "twin" is given twice; the first stands on line 9
      organization.yaml:12:21: found "hihg", expected one of: critical, high, warning, info, P0, P1, P2, P3; did you mean "high"?
      organization.yaml:14:17: no person or team "anna"; did you mean "ana"?
      organization.yaml:14:31: the first level is paged at once; expected no "after"
      organization.yaml:15:7: "after" is missing; expected how long to wait after the level before
      organization.yaml:15:16: reaches nobody: no contact for empty, raj; add one to a person
      organization.yaml:16:16: reaches nobody: no contact for raj; add one to a person
      organization.yaml:16:30: found number 10, expected a duration such as 30s, 10m or 1h30m (write the unit: "10s")
      organization.yaml:17:12: unknown key "time"; did you mean "times"?
      shop/homeostat.yaml:1:9: found "shopp", expected "shop", the name of its folder
      shop/homeostat.yaml:2:1: unknown key "enviroment"; did you mean "environment"?
      shop/homeostat.yaml:3:11: found "Europe/Berln", expected an IANA time zone such as Asia/Tokyo; did you mean "Europe/Berlin"?
      shop/homeostat.yaml:4:8: "ana" is a person; expected a team
      shop/homeostat.yaml:5:34: found 10s, expected at most "every" (5s)
      shop/homeostat.yaml:5:49: found "lots", expected a number
      shop/homeostat.yaml:8:12: no team "shpo"; did you mean "shop"?
      shop/homeostat.yaml:9:18: found "hi", expected one of: critical, high, medium, low; did you mean "high"?
      shop/homeostat.yaml:10:17: services depend on each other in a circle: web -> db -> web
      shop/homeostat.yaml:10:21: no service "wbe"; did you mean "web"?
      shop/homeostat.yaml:14:28: found number 99999, expected at most 65535
      shop/homeostat.yaml:16:13: found url and targets, expected exactly one of url, targets, tasks, dns
      shop/homeostat.yaml:17:19: found "localhost/health", expected a URL such as http://host:9100/metrics
      shop/homeostat.yaml:18:21: no file fits "alerts/*.yaml" in shop/; expected one of: rules.yaml
      shop/homeostat.yaml:20:45: no service "bd"; did you mean "db"?
      shop/homeostat.yaml:20:70: found "restart", expected one of: restart_service; did you mean "restart_service"?
      shop/homeostat.yaml:21:41: restart_service needs to know what runs "db"; add "ecs: {cluster, service}" to services.db
      shop/homeostat.yaml:21:103: no service "wbe"; did you mean "web"?
      shop/homeostat.yaml:22:18: found an empty map, expected at least one label, such as alertname: ServiceDown
      shop/homeostat.yaml:22:31: found an empty list, expected at least 1 entry"
    `);
  });

  test('broken parts do not shift the places of sound ones', () => {
    const organization = `people:
  ana: {name: Ana, contacts: [{email: ana@example.com}]}
teams:
  shop: {members: [3, ana, {}, anna]}
escalation:
  levels:
    - {notify: []}
    - {notify: [5, nobody], after: 1m}
`;
    expect(told({ 'organization.yaml': organization })).toMatchInlineSnapshot(`
      "organization.yaml:4:20: found number 3, expected text; put it in quotes
      organization.yaml:4:28: found an empty map, expected text
      organization.yaml:4:32: no person "anna"; did you mean "ana"?
      organization.yaml:7:16: found an empty list, expected at least 1 entry
      organization.yaml:8:17: found number 5, expected text; put it in quotes
      organization.yaml:8:20: no person or team "nobody"; expected one of: ana, shop"
    `);
  });
});

describe('files', () => {
  const NONE = {
    'organization.yaml': undefined,
    'shop/homeostat.yaml': undefined,
    'shop/rules.yaml': undefined,
  };
  test.each([
    {
      name: 'nothing at all',
      over: NONE,
      lines: [
        'organization.yaml:1:1: this file is missing; it says who can be reached',
        'organization.yaml:1:1: no system found; expected a folder for each system with a homeostat.yaml in it',
      ],
    },
    {
      name: 'no organization',
      over: { 'organization.yaml': undefined, 'organisation.yaml': 'people: {}' },
      lines: [
        'organization.yaml:1:1: this file is missing; it says who can be reached; is it "organisation.yaml"? Then rename it',
      ],
    },
    {
      name: 'no homeostat.yaml',
      over: { 'shop/homeostat.yaml': undefined, 'shop/homeostat.yml': 'system: shop' },
      lines: [
        'shop/homeostat.yaml:1:1: this file is missing; every folder with YAML files is a system; is it "homeostat.yml"? Then rename it',
      ],
    },
    {
      name: 'empty ones',
      over: { 'organization.yaml': '', 'shop/homeostat.yaml': '# nothing\n', 'shop/rules.yaml': '' },
      lines: [
        'organization.yaml:1:1: the file is empty; expected a map (key: value)',
        'shop/homeostat.yaml:1:1: the file is empty; expected a map (key: value)',
      ],
    },
    {
      name: 'not maps',
      over: { 'organization.yaml': '[]', 'shop/homeostat.yaml': 'shop' },
      lines: [
        'organization.yaml:1:1: found an empty list, expected a map (key: value)',
        'shop/homeostat.yaml:1:1: found "shop", expected a map (key: value)',
      ],
    },
    {
      name: 'over ten megabytes',
      over: { 'shop/rules.yaml': `# ${'x'.repeat(10_000_001)}` },
      lines: ['shop/rules.yaml:1:1: this file has 10000003 characters, expected at most 10000000; split it'],
    },
    {
      name: 'a rule file that is not named',
      over: { 'shop/more.yaml': 'groups: []' },
      lines: [
        'shop/homeostat.yaml:8:1: warning: "more.yaml" is in the folder but not named here, so it is not used',
      ],
    },
    {
      name: 'a name that is misspelt',
      over: { 'shop/rules.yaml': undefined, 'shop/rule.yaml': 'groups: []' },
      lines: ['shop/homeostat.yaml:8:9: no file "rules.yaml" in shop/; did you mean "rule.yaml"?'],
    },
    {
      name: 'a folder that cannot be a system',
      over: { 'My Shop/homeostat.yaml': 'system: My Shop\nenvironment: x\nowner: shop\nservices: {}\n' },
      lines: [
        'My Shop/homeostat.yaml:1:9: found "My Shop", expected a name of lower-case letters, digits and -, beginning with a letter',
      ],
    },
  ])('$name', ({ over, lines }) => {
    expect(told(over).split('\n')).toEqual(lines);
  });

  test('a file that cannot be read is a problem like any other', () => {
    const files = new Map<string, string | UnreadableFile>(aCatalogFolder());
    files.set('shop/rules.yaml', { unreadable: 'is not UTF-8 text' });
    expect(compileCatalog(files)).toMatchObject({
      ok: false,
      problems: [{ file: 'shop/rules.yaml', line: 1, column: 1, message: 'this file is not UTF-8 text' }],
    });
  });

  test('each system has its own rules and names', () => {
    const other = (aCatalogFolder().get('shop/homeostat.yaml') ?? '').replace('system: shop', 'system: bank');
    const rules = aCatalogFolder().get('shop/rules.yaml') ?? '';
    const { systems } = compiled({ 'bank/homeostat.yaml': other, 'bank/rules.yaml': rules });
    expect(Object.keys(systems)).toEqual(['bank', 'shop']);
    expect(systems['bank']?.rules[0]?.query).toBe('up{"@resource.homeostat.system"="bank"} == 0');
    expect(systems['bank']?.rules[0]?.alarmName).not.toBe(systems['shop']?.rules[0]?.alarmName);
  });
});

describe('never throws', () => {
  const files = ['organization.yaml', 'shop/homeostat.yaml', 'shop/rules.yaml'];

  test('whatever a file is cut, doubled or overwritten to', () => {
    const part = fc.constantFrom(
      '',
      ':',
      '- ',
      '{',
      '[',
      '*a',
      '&a ',
      '"',
      '|',
      '\n',
      '\t',
      '~',
      '0',
      '\u0000',
      '__proto__: ',
      'constructor',
      '<<: ',
      '{{',
    );
    const change = fc.record({
      file: fc.constantFrom(...files),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(20),
      part,
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const catalog = aCatalogFolder();
        for (const { file, at, length, part: inserted } of changes) {
          const text = catalog.get(file) ?? '';
          const offset = Math.floor(at * text.length);
          catalog.set(file, text.slice(0, offset) + inserted + text.slice(offset + length));
        }
        const result = compileCatalog(catalog);
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { line, column } of result.problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('whatever stands where something else is expected', () => {
    const leaf = fc.constantFrom(
      null,
      0,
      -1,
      Number.MAX_VALUE,
      true,
      '',
      'shop',
      'constructor',
      '__proto__',
      [],
      {},
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('any')),
        fc.dictionary(
          fc.constantFrom(
            'people',
            'ana',
            'teams',
            'shop',
            'levels',
            'notify',
            'services',
            'web',
            'match',
            'actions',
            'constructor',
          ),
          tie('any'),
        ),
      ),
    })).any;
    const keys = fc.constantFrom(
      'people',
      'teams',
      'escalation',
      'system',
      'owner',
      'services',
      'rules',
      'recoveries',
      'collection',
      'groups',
    );
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.dictionary(keys, value), (file, content) => {
        // JSON is YAML.
        const result = compileCatalog(aCatalogFolder({ [file]: JSON.stringify(content) }));
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
