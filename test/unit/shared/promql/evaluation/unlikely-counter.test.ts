import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

test('a rate of what is no counter by its type or its name is told', () => {
  expect(
    failuresOf(`
load 1m
  temperature 1 2 3
  requests_total 1 2 3
  typed{__type__="counter"} 1 2 3
  typed_total{__type__="gauge"} 1 2 3
  h {{count:1}} {{count:2}} {{count:3}}

eval instant at 2m rate(temperature[3m])
  expect info msg: PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature" (1:6)
  {} 0.016666666666666666

eval instant at 2m increase(typed_total[3m])
  expect info msg: PromQL info: metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "gauge": "typed_total" (1:10)
  {} 3

eval instant at 2m rate(requests_total[3m])
  expect no_info
  {} 0.016666666666666666

eval instant at 2m rate(typed[3m])
  expect no_info
  {} 0.016666666666666666

eval instant at 2m rate(h[3m])
  expect no_info
  {} {{count:0.016666666666666666}}

eval instant at 2m delta(temperature[3m])
  expect no_info
  {} 3
`),
  ).toEqual([]);
});
