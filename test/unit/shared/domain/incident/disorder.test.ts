import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aRule, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, aTruth, startDecisions } from '../../../../builders/timeline-of-decisions.ts';
import type { AlarmSignal, AlarmTruth } from '../../../../../shared/domain/incident/inputs.ts';
import type { SystemState } from '../../../../../shared/domain/incident/state.ts';

/** Law 1: lost, doubled and reordered events must end in the same state. */

const rules = [
  aRule(),
  aRule({ alert: 'HighLatency', severity: 'high' }),
  aRule({ alert: 'DiskFilling', severity: 'warning' }),
];
const END_MS = 1_000_000;

interface Contributor {
  readonly alarm: string;
  readonly instance: string;
}
const contributors: Contributor[] = rules.flatMap(({ alarmName: alarm }) =>
  ['a', 'b', 'c'].map((instance) => ({ alarm, instance })),
);
const attributesOf = ({ instance }: Contributor) => ({
  job: instance === 'c' ? 'checkout' : 'inventory',
  instance,
});

/** What really happened: for each contributor, the times at which it changed, beginning with ALARM. */
const histories = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 900_000 }), { maxLength: 6 }), {
  minLength: contributors.length,
  maxLength: contributors.length,
});

function signalsOf(all: readonly (readonly number[])[]): AlarmSignal[] {
  return contributors.flatMap((contributor, at) =>
    (all[at] ?? [])
      .toSorted((a, b) => a - b)
      .map((atMs, turn) =>
        aSignal({
          alarm: contributor.alarm,
          attributes: attributesOf(contributor),
          value: turn % 2 === 0 ? 'ALARM' : 'OK',
          atMs,
        }),
      ),
  );
}

function isFiringAtEnd(times: readonly number[]): boolean {
  return times.length % 2 === 1;
}

function truths(all: readonly (readonly number[])[]): AlarmTruth[] {
  return rules.map(({ alarmName }) =>
    aTruth({
      alarm: alarmName,
      atMs: END_MS,
      firing: contributors.flatMap((contributor, at) => {
        const times = all[at] ?? [];
        if (contributor.alarm !== alarmName || !isFiringAtEnd(times)) return [];
        return [{ attributes: attributesOf(contributor), sinceMs: Math.max(...times) }];
      }),
    }),
  );
}

function draw(noise: fc.Stream<number>): number {
  return Number(noise.next().value);
}

/** What counts: which alerts are open, by service. Numbers of incidents may differ with the order. */
function openAlerts(state: SystemState): string[] {
  return Object.values(state.incidents)
    .flatMap((incident) =>
      Object.values(incident.alerts)
        .filter(({ sight }) => sight !== 'ok')
        .map(({ key }) => key),
    )
    .toSorted();
}

function play(signals: readonly AlarmSignal[], end: readonly AlarmTruth[] = []): SystemState {
  const shop = startDecisions(aSystem({ rules, recoveries: [] }));
  for (const signal of signals) shop.give(signal.atMs, signal);
  if (end.length > 0) shop.give(END_MS, ...end);
  return shop.state();
}

test('doubled and reordered events end in the state that the right order gives', () => {
  fc.assert(
    fc.property(histories, fc.infiniteStream(fc.nat()), (all, noise) => {
      const inOrder = signalsOf(all).toSorted((a, b) => a.atMs - b.atMs);
      const doubled = [...inOrder, ...inOrder.filter(() => draw(noise) % 2 === 0)];
      const shuffled = doubled
        .map((signal) => ({ signal, key: draw(noise) }))
        .toSorted((a, b) => a.key - b.key);
      expect(openAlerts(play(shuffled.map(({ signal }) => signal)))).toEqual(openAlerts(play(inOrder)));
    }),
    { numRuns: 300 },
  );
});

test('lost, doubled and reordered events and one reading end in what is true', () => {
  fc.assert(
    fc.property(histories, fc.infiniteStream(fc.nat()), (all, noise) => {
      const arrived = signalsOf(all)
        .flatMap((signal) => Array.from({ length: draw(noise) % 3 }, () => signal))
        .map((signal) => ({ signal, key: draw(noise) }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ signal }) => signal);
      const nothingArrived = play([], truths(all));
      expect(openAlerts(play(arrived, truths(all)))).toEqual(openAlerts(nothingArrived));
      expect(openAlerts(nothingArrived)).toHaveLength(all.filter(isFiringAtEnd).length);
    }),
    { numRuns: 300 },
  );
});

test('a reading taken twice changes nothing', () => {
  fc.assert(
    fc.property(histories, (all) => {
      const shop = startDecisions(aSystem({ rules, recoveries: [] }));
      for (const signal of signalsOf(all)) shop.give(signal.atMs, signal);
      shop.give(END_MS, ...truths(all));
      expect(shop.give(END_MS + 1000, ...truths(all))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
