import { expect, test } from 'vitest';
import { readPlayedModel } from '../../../local/workload/played/read-model.ts';
import { aRule, aSystem } from '../../builders/catalog.ts';
import { chooseRounds } from '../../systems/choose-rounds.ts';

const model = readPlayedModel(
  `services: {a: {metrics: {g: {value: 1}, c: {rate: 1}}}}
faults:
  High: [{service: a, metric: g, value: 9}]
  Higher: [{service: a, metric: g, value: 9}]
  Quick: [{service: a, metric: c, rate: 9}]
  Share: [{service: a, metric: g, value: 9}]
  Down: [{service: a, process: crash}]
  Odd: [{service: a, metric: g, value: 9}]`,
  'plays.yaml',
);

test('the quickest rule of each kind is played, apart from those whose fault touches its own', () => {
  const rules = [
    aRule({ alert: 'Higher', query: 'g > 7', pendingS: 600 }),
    aRule({ alert: 'High', query: 'g > 5', pendingS: 60 }),
    aRule({ alert: 'Quick', query: 'rate(c[5m]) > 5', pendingS: 60 }),
    aRule({ alert: 'Share', query: 'g / 2 > 3', pendingS: 300 }),
    aRule({ alert: 'Down', query: 'up == 0', pendingS: 120 }),
  ];
  const { rounds, notPlayed } = chooseRounds({ system: aSystem({ rules }), model });
  expect(rounds.map((round) => round.map(({ alert }) => alert))).toEqual([
    ['High', 'Quick'],
    ['Down'],
    ['Share'],
  ]);
  expect(notPlayed).toEqual([]);
});

test('a kind that needs days is named with the reason', () => {
  const rules = [aRule({ alert: 'Odd', query: 'g > 2 * g offset 1d', pendingS: 0 })];
  const { rounds, notPlayed } = chooseRounds({ system: aSystem({ rules }), model });
  expect(rounds).toEqual([]);
  expect(notPlayed).toEqual([
    { rule: 'Odd', kind: 'baseline', because: 'it needs 1d of samples, and time is real here' },
  ]);
});
