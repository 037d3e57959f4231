import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../../cli/main.ts';
import { aTerminal } from '../fake-terminal.ts';

const QUICKSTART = new URL('../../../../examples/quickstart', import.meta.url).pathname;
const START_S = 1_764_000_000;

let folder = '';
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backtest-'));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

/** Two hours of `up` every half minute; inventory is down for ten minutes from the first hour on. */
const UP = Array.from({ length: 240 }, (_, step) => ({
  atS: START_S + step * 30,
  inventory: step >= 120 && step < 140 ? 0 : 1,
}));

function recorded(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const wideCsv = (): string =>
  recorded(
    'up.csv',
    [
      'time,"up{job=""inventory"",instance=""a:80""}","up{job=""checkout"",instance=""b:80""}"',
      ...UP.map(({ atS, inventory }) => `${atS},${inventory},1`),
    ].join('\n'),
  );

async function backtest(...args: string[]) {
  const terminal = aTerminal();
  const code = await main(['backtest', '--catalog', QUICKSTART, ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

interface Answer {
  readonly samples: number;
  readonly systems: readonly {
    readonly alerts: readonly { alert: string; labels: object; fromMs: number; toMs?: number }[];
    readonly incidents: readonly { openedAtMs: number; resolvedAtMs?: number }[];
    readonly pages: readonly { to: string; kind: string; atMs: number }[];
    readonly unrecorded: readonly { alert: string; metrics: readonly string[] }[];
  }[];
  readonly against?: { readonly difference: { pages: number; missed: object[]; added: object[] } };
}

async function asJson(...args: string[]): Promise<Answer> {
  const { out } = await backtest(...args, '--json');
  return JSON.parse(out) as Answer;
}

describe('homeostat backtest', () => {
  test('tells when an alert would have fired, for how long, and who would have been paged', async () => {
    const { systems, samples } = await asJson('--data', wideCsv());
    const [shop] = systems;
    const downMs = (START_S + 120 * 30) * 1_000;
    expect(samples).toBe(480);
    expect(shop?.alerts).toEqual([
      {
        alert: 'ServiceDown',
        severity: 'critical',
        labels: { instance: 'a:80', job: 'inventory' },
        // Pending for 10 s.
        fromMs: downMs + 10_000,
        toMs: downMs + 600_000,
      },
    ]);
    expect(shop?.incidents).toMatchObject([
      { openedAtMs: downMs + 10_000, resolvedAtMs: downMs + 600_000, severity: 'critical' },
    ]);
    expect(shop?.pages[0]).toMatchObject({ kind: 'opened', atMs: downMs + 10_000 });
    expect(new Set(shop?.pages.map(({ to }) => to))).toEqual(new Set(['ana', 'raj']));
  });

  test('as text for a person', async () => {
    const { code, out } = await backtest('--data', wideCsv());
    expect(code).toBe(0);
    expect(out).toMatch(/ServiceDown +critical +fired 1 time +for 9m50s/);
    expect(out).toMatch(/shop: 1 incident, \d+ pages/);
  });

  test('rules that nothing was recorded for are told: their silence says nothing', async () => {
    const { systems } = await asJson('--data', wideCsv());
    expect(systems[0]?.unrecorded).toMatchInlineSnapshot(`
      [
        {
          "alert": "ServiceHanging",
          "metrics": [
            "probe_success",
          ],
        },
        {
          "alert": "HighErrorRate",
          "metrics": [
            "http_requests_total",
          ],
        },
        {
          "alert": "HighLatency",
          "metrics": [
            "http_request_duration_seconds_bucket",
          ],
        },
      ]
    `);
    const { out } = await backtest('--data', wideCsv());
    expect(out).toContain('silent for want of samples: ');
  });

  test('what still fires at the end has fired until then', async () => {
    const { out } = await backtest('--data', wideCsv(), '--to', String(START_S + 125 * 30));
    expect(out).toMatch(/ServiceDown +critical +fired 1 time +for 2m20s .*still firing at the end/);
  });

  test('times may be counted back from the end of the recording', async () => {
    const last = await asJson('--data', wideCsv(), '--from', '59m');
    expect(last.systems[0]?.alerts).toEqual([
      expect.objectContaining({ fromMs: (START_S + 239 * 30 - 59 * 60 + 10) * 1_000 }),
    ]);
    expect((await asJson('--data', wideCsv(), '--from', '30m')).systems[0]?.alerts).toEqual([]);
  });

  test('times are taken as they are printed, in UTC', async () => {
    const { out } = await backtest(
      '--data',
      wideCsv(),
      '--from',
      '2025-11-24 16:30',
      '--to',
      '2025-11-24 17:00:30',
    );
    expect(out).toContain('2025-11-24 16:30:00 to 2025-11-24 17:00:30');
  });

  test('a server that does not answer as Prometheus does is told, with what it said', async () => {
    server = createServer((_, response) => response.writeHead(401).end('<html>'));
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const url = `http://127.0.0.1:${String(port)}`;
    const refused = await backtest('--data', url, '--from', '1h');
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('but 401 Unauthorized') as string,
    });
    await new Promise((done) => server?.close(done));
    server = undefined;
    const gone = await backtest('--data', url, '--from', '1h');
    expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('ECONNREFUSED') as string });
  });

  test('whatever the form of the recording, the answer is the same', async () => {
    const whole = await asJson('--data', wideCsv());
    const long = recorded(
      'long.csv',
      [
        'metric,job,instance,value,time',
        ...UP.flatMap(({ atS, inventory }) => [
          `up,inventory,a:80,${inventory},${new Date(atS * 1_000).toISOString()}`,
          `up,checkout,b:80,1,${atS}000`,
        ]),
      ].join('\r\n'),
    );
    const openMetrics = recorded(
      'up.om',
      `# TYPE up gauge\n${UP.map(
        ({ atS, inventory }) =>
          `up{job="inventory",instance="a:80"} ${inventory} ${atS}\nup{job="checkout",instance="b:80"} 1 ${atS}\n`,
      ).join('')}# EOF\n`,
    );
    const text = recorded(
      'up.prom',
      UP.map(
        ({ atS, inventory }) =>
          `up{job="inventory",instance="a:80"} ${inventory} ${atS}000\nup{job="checkout",instance="b:80"} 1 ${atS}000\n`,
      ).join(''),
    );
    for (const path of [long, openMetrics, text]) expect(await asJson('--data', path)).toEqual(whole);
  });

  test('a server with Prometheus’ API is asked for the metrics that rules read', async () => {
    const asked: string[] = [];
    const authorizations = new Set<string | undefined>();
    server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      authorizations.add(request.headers.authorization);
      asked.push(searchParams.get('query') ?? '');
      const isUp = searchParams.get('query')?.includes('"up"') === true;
      const values = UP.map(({ atS, inventory }) => [atS, String(inventory)]);
      const result = isUp ? [{ metric: { __name__: 'up', job: 'inventory', instance: 'a:80' }, values }] : [];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const address = server.address();
    const url = `http://me:s%3Acret@127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    const times = ['--from', String(START_S), '--to', String(START_S + 7_200)];
    const { systems } = await asJson('--data', url, ...times);
    expect(systems[0]?.alerts).toHaveLength(1);
    // A sample counts for five minutes; a rate over half a minute looks back so much farther.
    expect(asked).toContain('{__name__="up"}[7500000ms]');
    expect(asked).toContain('{__name__="http_requests_total"}[7530000ms]');
    expect([...authorizations]).toEqual([`Basic ${Buffer.from('me:s:cret').toString('base64')}`]);
    const { err } = await backtest('--data', url);
    expect(err).toContain('give --from, such as 7d');
    expect(err).not.toContain('cret');
  });

  test('against another catalog: fewer pages and what would be missed', async () => {
    const patient = join(folder, 'patient');
    cpSync(QUICKSTART, patient, { recursive: true });
    const rules = readFileSync(join(patient, 'shop/rules.yaml'), 'utf8');
    writeFileSync(join(patient, 'shop/rules.yaml'), rules.replace('for: 10s', 'for: 15m'));
    const data = wideCsv();
    const worse = await (async () => {
      const terminal = aTerminal();
      const args = ['backtest', '--catalog', patient, '--against', QUICKSTART, '--data', data];
      return { code: await main(args, terminal), out: terminal.stdout() };
    })();
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/\d+ pages fewer, 1 missed, 0 new/);
    expect(worse.out).toContain('missed: shop inventory 2025-11-24 17:00:10');
    const same = await asJson('--data', data, '--against', QUICKSTART);
    expect(same.against?.difference).toEqual({ pages: 0, missed: [], added: [] });
  });

  test.each([
    ['a.csv', 'metric,value\nup,1\n', 'line 1: no column "time"'],
    ['a.csv', 'time,up\nsoon,1\n', 'line 2: "soon" is no time'],
    ['a.csv', 'time,up\n1,one\n', 'line 2: "one" is no value'],
    ['a.csv', 'time,up{\n1,1\n', 'is no series'],
    ['a.csv', 'time,up\n1,"x\n', 'a quote that does not fit'],
    ['a.prom', 'up 1\n', 'has no time'],
    ['a.prom', 'up one\n', 'line 1: "one" is not a number'],
    ['a.prom', 'up 1 1764000000\n', 'times of Prometheus’ text format are milliseconds'],
    ['a.prom', 'up 1 9223372036854775807\n', 'ms after 1970'],
    ['a.om', 'up 1 1764000000\n', 'it was cut off'],
    ['a.csv', 'time;up\n1;1\n', 'no column "time" among "time;up"'],
    ['a.csv', 'time,up\n1764000000,\n', 'no samples were found'],
  ])('%s with %j is refused with its place', async (name, text, message) => {
    const { code, err } = await backtest('--data', recorded(name, text));
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('a file that is not there, and a time without samples', async () => {
    const missing = await backtest('--data', join(folder, 'none.csv'));
    expect(missing).toMatchObject({
      code: 2,
      err: expect.stringContaining('none.csv does not exist') as string,
    });
    const none = recorded('no-samples.csv', 'time,up\n1764000000,\n');
    expect(await backtest('--data', none, '--from', '1d')).toMatchObject({ code: 2 });
    const { code, err } = await backtest('--data', wideCsv(), '--from', '2030-01-01T00:00:00Z');
    expect(code).toBe(2);
    expect(err).toContain('no samples were found');
  });
});
