import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { DemoReport } from '../../cli/demo/story.ts';

const BIN = resolve(import.meta.dirname, '../../cli/bin.mjs');

/** As a person would: the command, its exit code, its last line. */
function demo(fault: string): Promise<{ code: number | null; report: DemoReport; err: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [BIN, 'demo', '--fault', fault, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('close', (code) => {
      done({ code, report: JSON.parse(out.trimEnd().split('\n').at(-1) ?? 'null') as DemoReport, err });
    });
  });
}

test.each(['crash', 'hang', 'errors'])(
  '%s recovers by itself: paged, restarted once, verified, resolved',
  async (fault) => {
    const { code, report, err } = await demo(fault);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(report).toMatchObject({ fault, incident: { id: 'shop-1', state: 'resolved' } });
    expect(report.incident?.events.filter(({ type }) => type === 'action-taken')).toHaveLength(1);
    const order = [
      report.alarmAfterS,
      report.pagedAfterS,
      report.actedAfterS,
      report.recoveredAfterS,
      report.resolvedAfterS,
    ].map(Number);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(report.pages.map(({ to }) => to))).toEqual(new Set(['ana', 'raj']));
  },
);

test('slow pages a person, no recovery runs, and the acknowledgement stops the paging', async () => {
  const { code, report, err } = await demo('slow');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(report).toMatchObject({ actedAfterS: null, recoveredAfterS: null, incident: { state: 'resolved' } });
  const events = report.incident?.events ?? [];
  const acknowledged = events.findIndex(({ type }) => type === 'acknowledged');
  expect(
    events.slice(acknowledged).filter(({ type, what }) => type === 'paged' && !what.includes('resolved')),
  ).toEqual([]);
});
