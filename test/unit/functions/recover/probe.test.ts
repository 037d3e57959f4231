import { expect, test } from 'vitest';
import { probe } from '../../../../functions/recover/probe.ts';
import { durableEngine } from '../../../fakes/fake-durable.ts';
import { virtualClock } from '../../../fakes/virtual-clock.ts';

test('the probe takes one step and a short wait, and ends also if its process dies', async () => {
  const clock = virtualClock();
  let deaths = 0;
  const engine = durableEngine(clock, (passing) => passing.endsWith(' recorded') && (deaths += 1) === 1);
  engine.start('probe', (durable) => probe(durable));
  await clock.forward(10_000);
  expect(engine.endings.get('probe')).toBe('probed');
  expect(engine.passed).toEqual(['probe probe before', 'probe probe unrecorded', 'probe probe recorded']);
});
