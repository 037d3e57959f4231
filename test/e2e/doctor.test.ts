import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListRulesCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { main } from '../../cli/main.ts';
import { clientSettings } from '../../cli/running-cloud.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { readAlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import { aTerminal } from '../unit/cli/fake-terminal.ts';
import { aShopFolder } from './a-shop.ts';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

let run: LocalRun;
let folder: string;
let stateDir: string;
// The catalog of the shop without its services: what is examined is the cloud.
beforeAll(async () => {
  const shop = await aShopFolder();
  ({ folder, stateDir } = shop);
  rmSync(join(shop.catalogDir, 'workload.yaml'));
  run = await startLocal({ catalogDir: shop.catalogDir, stateDir });
}, 120_000);
afterAll(async () => {
  await run.stop();
  rmSync(folder, { recursive: true, force: true });
});

const Answer = z.object({
  ok: z.boolean(),
  assumptions: z.array(z.object({ id: z.string(), verdict: z.string(), seen: z.string() })),
});

/** Names of everything temporary that is there now. */
async function leftovers(): Promise<string[]> {
  const settings = clientSettings(run.announced);
  const rules = await new EventBridgeClient(settings).send(
    new ListRulesCommand({ NamePrefix: 'homeostat-doctor-' }),
  );
  const queues = await new SQSClient(settings).send(
    new ListQueuesCommand({ QueueNamePrefix: 'homeostat-doctor-' }),
  );
  const alarms = await new CloudWatchClient(settings).send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'homeostat.doctor-' }),
  );
  return [
    ...(rules.Rules ?? []).map(({ Name = '' }) => Name),
    ...(queues.QueueUrls ?? []),
    ...(alarms.MetricAlarms ?? []).map(({ AlarmName = '' }) => AlarmName),
  ];
}

test('on the embedded cloud everything that is tried holds, a test page goes out, and nothing is left', async () => {
  const terminal = aTerminal();
  const saved = join(folder, 'saved');
  const before = run.cloud.services.sns.outbox().length;
  const line = ['doctor', '--state', stateDir, '--json', '--page', 'ana', '--save', saved];
  const exitCode = await main(line, terminal);
  const { ok, assumptions } = Answer.parse(JSON.parse(terminal.stdout()));
  const bad = assumptions.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'not tried');
  expect(bad).toEqual([]);
  expect(assumptions.filter(({ verdict }) => verdict === 'holds').length).toBeGreaterThanOrEqual(22);
  expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });

  const pages = run.cloud.services.sns.outbox().slice(before);
  expect(pages.filter(({ subject }) => subject?.startsWith('[test] ') === true).length).toBeGreaterThan(0);
  const files = readdirSync(saved);
  expect(files.toSorted()).toEqual([
    'alarm-promql-recorded-alarm.json',
    'alarm-promql-recorded-ok.json',
    'contributor-promql-recorded-alarm.json',
    'contributor-promql-recorded-ok.json',
  ]);
  for (const file of files) {
    const event: unknown = JSON.parse(readFileSync(resolve(saved, file), 'utf8'));
    expect(readAlarmEvent(event)).toMatchObject({ ok: true });
  }
  expect(await leftovers()).toEqual([]);
});

test('Ctrl-C in the middle removes what was made; a killed run is cleaned up by the next one', async () => {
  const killed = startDoctor();
  await killed.says('making a PromQL alarm');
  killed.child.kill('SIGKILL');
  await killed.exited;
  expect((await leftovers()).length).toBeGreaterThan(0);

  const stopped = startDoctor();
  await stopped.says('removed what an earlier run left behind');
  await stopped.says('making a PromQL alarm');
  stopped.child.kill('SIGINT');
  expect(await stopped.exited).toBe(2);
  expect(stopped.output()).toContain('stopped; everything temporary was removed.');
  expect(await leftovers()).toEqual([]);
});

/** `homeostat doctor` as its own process. */
function startDoctor() {
  const child = spawn(process.execPath, [BIN, 'doctor', '--state', stateDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const listener of listeners) listener();
  });
  return {
    child,
    output: () => output,
    exited: new Promise<number | null>((done) => {
      child.once('close', done);
    }),
    says: (text: string) =>
      new Promise<void>((done) => {
        const look = () => {
          if (!output.includes(text)) return;
          listeners.delete(look);
          done();
        };
        listeners.add(look);
        look();
      }),
  };
}
