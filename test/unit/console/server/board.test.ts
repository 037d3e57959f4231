import { expect, test } from 'vitest';
import { Board } from '../../../../console/server/board.ts';

const names = (board: Board, id?: string) => board.since(id).map(({ name }) => name);

test('who comes back gets what changed since, in its newest form, and nothing else', () => {
  const board = new Board('run');
  board.publish({ a: 1, b: 1, c: 1 });
  const { id } = board;
  board.publish({ a: 1, b: 2, c: 1 });
  board.publish({ a: 1, b: 3, c: 2 });
  expect(board.since(id).map(({ name, json }) => [name, json])).toEqual([
    ['b', '3'],
    ['c', '2'],
  ]);
  expect(names(board, board.id)).toEqual([]);
  expect(board.since(id).at(-1)?.id).toBe(board.id);
});

test('what is the same is no news', () => {
  const board = new Board('run');
  board.publish({ a: { x: [1] } });
  const { id } = board;
  board.publish({ a: { x: [1] } });
  expect(board.id).toBe(id);
});

test.each([
  undefined,
  '',
  'other-1',
  'run',
  'run-',
  'run-x',
  'run-999',
  'run--1',
  'run-1e1',
  `run-${'9'.repeat(40)}`,
])('the id %s is of no use: everything is sent', (id) => {
  const board = new Board('run');
  board.publish({ a: 1, b: 1 });
  expect(names(board, id)).toEqual(['a', 'b']);
});
