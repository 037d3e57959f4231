import { expect, test } from 'vitest';
import { failuresOf } from './failures-of.ts';

const SHOP = `
load 1m
  orders{shop="a"} 1 _ 3
  orders{shop="b"} 4 5 6
  stock{shop="a"} 10 20 _
  stock{shop="c"} _ 30 40
`;

test('a fill value stands in for the side that has no sample, step by step', () => {
  const script = `${SHOP}
eval range from 0 to 2m step 1m orders + fill(100) stock
  {shop="a"} 11 21 23
  {shop="b"} 104 105 106
  {shop="c"} _ 130 140

eval range from 0 to 6m step 6m orders - fill_right(1) stock
  {shop="a"} -9 2
  {shop="b"} 3 5

eval instant at 0 stock - fill_left(1) orders
  {shop="a"} 9
  {shop="b"} -3
`;
  // Look-back: at 1m and 2m the samples of the minute before still count.
  expect(failuresOf(script)).toEqual([]);
});

test('with grouping, the filled "many" side is one series with the labels of the group', () => {
  const script = `
load 1m
  requests{code="200", path="/"} 8
  requests{code="200", path="/x"} 2
  limits{code="200", team="a"} 10
  limits{code="500", team="b"} 5

eval instant at 0 requests / on(code) group_left(team) fill_left(0) limits
  {code="200", path="/", team="a"} 0.8
  {code="200", path="/x", team="a"} 0.2
  {code="500", team="b"} 0

eval instant at 0 requests + on(code) fill(1) limits
  expect fail
`;
  expect(failuresOf(script)).toEqual([]);
});
