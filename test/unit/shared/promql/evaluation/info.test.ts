import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

const FLEET = `
load 1m
  up{instance="a", job="web"} 1 1 1
  up{instance="b", job="web", version="9"} 1 1 1
  up{instance="c", job="web"} 1 1 1
  target_info{instance="a", job="web", version="1", zone="z1"} 1 stale
  target_info{instance="a", job="web", version="2", zone="z1"} _ 1 1
  target_info{instance="b", job="web", version="3", zone="z2"} 1 1 1
  build_info{instance="a", job="web", zone="z9"} 1 1 1
`;

test('a series gets the labels of its instance and job, keeps its own, and stays as it is without info', () => {
  const script = `${FLEET}
eval range from 0 to 2m step 1m info(up)
  up{instance="a", job="web", version="1", zone="z1"} 1 _ _
  up{instance="a", job="web", version="2", zone="z1"} _ 1 1
  up{instance="b", job="web", version="9", zone="z2"} 1 1 1
  up{instance="c", job="web"} 1 1 1

eval instant at 0 info(up, {zone=~"z.+"})
  up{instance="a", job="web", zone="z1"} 1
  up{instance="b", job="web", version="9", zone="z2"} 1
`;
  expect(failuresOf(script)).toEqual([]);
});

test('info is read at the time at which the series is read', () => {
  const script = `${FLEET}
eval instant at 2m info(up{instance="a"} @ 0)
  up{instance="a", job="web", version="1", zone="z1"} 1

eval instant at 2m info(last_over_time((up{instance="a"} offset 1m)[1m:1m] @ 60))
  up{instance="a", job="web", version="1", zone="z1"} 1
`;
  expect(failuresOf(script)).toEqual([]);
});

test('two metrics that do not agree about a label are refused, and so is a histogram', () => {
  const script = `${FLEET}
load 1m
  sizes{instance="a", job="web"} {{count:1}}x2

eval instant at 0 info(up{instance="a"}, {__name__=~".+_info"})
  expect fail msg: conflicting label: zone

eval instant at 0 info(up{instance="a"}, {__name__="sizes"})
  expect fail
`;
  expect(failuresOf(script)).toEqual([]);
});
