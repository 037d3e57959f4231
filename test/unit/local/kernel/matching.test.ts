import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, type Vocabulary } from '../../../../local/kernel/matching.ts';

const ALL: Vocabulary = {
  operators: [
    'anything-but',
    'cidr',
    'equals-ignore-case',
    'exists',
    'numeric',
    'prefix',
    'suffix',
    'wildcard',
  ],
  exceptions: ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'],
};

const fits = (pattern: unknown, value: unknown) => compilePattern(pattern, ALL, 'EventPattern')(value);

describe('leaves', () => {
  test.each<{ want: unknown; yes: unknown[]; no: unknown[] }>([
    { want: ['up', 'down'], yes: ['up', 'down'], no: ['UP', '', undefined, null] },
    { want: [''], yes: [''], no: [' ', undefined] },
    { want: [5, true], yes: [5, true], no: ['5', 'true', 0] },
    { want: [null], yes: [null], no: [undefined, 'null', 0] },
    { want: [{ prefix: 'us-' }], yes: ['us-east-1', 'us-'], no: ['US-east-1', 5, undefined] },
    {
      want: [{ prefix: { 'equals-ignore-case': 'EventB' } }],
      yes: ['eventbus', 'EVENTBRIDGE'],
      no: ['even', 3],
    },
    { want: [{ suffix: '.png' }], yes: ['a.png', '.png'], no: ['a.PNG', 'png', null] },
    { want: [{ suffix: { 'equals-ignore-case': '.PNG' } }], yes: ['a.png', 'a.PNG'], no: ['a.gif'] },
    { want: [{ 'equals-ignore-case': 'Alice' }], yes: ['alice', 'ALICE'], no: ['alic', 1, undefined] },
    { want: [{ exists: true }], yes: ['', null, 0, [1]], no: [undefined, { a: 1 }, []] },
    { want: [{ exists: false }], yes: [undefined, { a: 1 }, []], no: ['', null, 0] },
    { want: [{ 'anything-but': 'x' }], yes: ['y', 5, null], no: ['x', undefined] },
    { want: [{ 'anything-but': ['x', 5] }], yes: ['y', '5', ['x', 'y']], no: ['x', 5, ['x', 5], undefined] },
    { want: [{ 'anything-but': { prefix: 'us-' } }], yes: ['eu-west-1', 5], no: ['us-east-1', undefined] },
    { want: [{ 'anything-but': { suffix: ['.png', '.gif'] } }], yes: ['a.txt'], no: ['a.png', 'a.gif'] },
    { want: [{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }], yes: ['c'], no: ['a', 'B'] },
    { want: [{ 'anything-but': { wildcard: '*/lib/*' } }], yes: ['/bin/x'], no: ['/usr/lib/x'] },
    { want: [{ numeric: ['>', 0, '<=', 5] }], yes: [0.1, 5], no: [0, 5.1, '3', undefined] },
    { want: [{ numeric: ['=', 3] }], yes: [3], no: ['3', 4] },
    { want: [{ cidr: '10.0.0.0/24' }], yes: ['10.0.0.0', '10.0.0.255'], no: ['10.0.1.0', 'host', '::1', 5] },
    { want: [{ cidr: '2001:db8::/32' }], yes: ['2001:db8::1'], no: ['2001:db9::1', '10.0.0.1'] },
    {
      want: [{ wildcard: 'dir/*/*.txt' }],
      yes: ['dir/a/b.txt', 'dir//.txt'],
      no: ['dir/a.txt', 'dir/a/b.txt ', 5],
    },
    { want: [{ wildcard: 'a\\*b\\\\' }], yes: ['a*b\\'], no: ['axb\\', 'a\\*b\\'] },
    { want: [{ wildcard: 'ab*ba' }], yes: ['abba', 'ab-ba'], no: ['aba'] },
    { want: ['x', { numeric: ['>', 5] }], yes: ['x', 6], no: ['y', 5] },
  ])('$want', ({ want, yes, no }) => {
    for (const value of yes) expect([value, fits({ a: want }, { a: value })]).toEqual([value, true]);
    for (const value of no) expect([value, fits({ a: want }, { a: value })]).toEqual([value, false]);
  });

  test('inherited names do not exist', () => {
    expect(fits({ toString: [{ exists: true }] }, {})).toBe(false);
  });
});

describe('documents', () => {
  test('all names have to fit, names that are not wanted do not matter', () => {
    const pattern = {
      source: ['aws.ecs'],
      detail: { lastStatus: ['STOPPED'], group: [{ prefix: 'service:' }] },
    };
    const detail = { lastStatus: 'STOPPED', group: 'service:checkout', more: 1 };
    expect(fits(pattern, { source: 'aws.ecs', detail })).toBe(true);
    expect(fits(pattern, { source: 'aws.ecs', detail: { ...detail, lastStatus: 'RUNNING' } })).toBe(false);
    expect(fits(pattern, { source: 'aws.ecs' })).toBe(false);
  });

  test('a list in the event fits if one element does', () => {
    expect(fits({ resources: ['b'] }, { resources: ['a', 'b'] })).toBe(true);
    expect(fits({ resources: ['c'] }, { resources: ['a', 'b'] })).toBe(false);
    expect(fits({ resources: ['b'] }, { resources: [['a'], ['b']] })).toBe(true);
  });

  test('names of different elements of a list are not mixed', () => {
    const pattern = { tasks: { id: [1], state: ['down'] } };
    expect(
      fits(pattern, {
        tasks: [
          { id: 1, state: 'down' },
          { id: 2, state: 'up' },
        ],
      }),
    ).toBe(true);
    expect(
      fits(pattern, {
        tasks: [
          { id: 1, state: 'up' },
          { id: 2, state: 'down' },
        ],
      }),
    ).toBe(false);
  });

  test('$or, at the top and inside, beside other names', () => {
    const pattern = {
      kind: ['page'],
      $or: [{ severity: ['critical'] }, { detail: { $or: [{ a: [1] }, { b: [2] }] } }],
    };
    expect(fits(pattern, { kind: 'page', severity: 'critical' })).toBe(true);
    expect(fits(pattern, { kind: 'page', detail: { b: 2 } })).toBe(true);
    expect(fits(pattern, { kind: 'page', detail: { b: 1 } })).toBe(false);
    expect(fits(pattern, { severity: 'critical' })).toBe(false);
  });

  test('an attribute may be called $or', () => {
    expect(fits({ $or: ['x'] }, { $or: 'x' })).toBe(true);
  });

  test('exists: false beside anything-but makes a name optional', () => {
    const pattern = { team: [{ exists: false }, { 'anything-but': 'shop' }] };
    expect([{}, { team: 'web' }, { team: 'shop' }].map((value) => fits(pattern, value))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('mistakes are named with their place', () => {
  test.each([
    { pattern: [], message: 'EventPattern: found [], expected an object of names.' },
    { pattern: { a: 'x' }, message: 'EventPattern.a: found "x", expected an object of names.' },
    {
      pattern: { a: { b: [] } },
      message: 'EventPattern.a.b: found [], expected at least one value or operator.',
    },
    {
      pattern: { a: [{ regex: 'x' }] },
      message: 'EventPattern.a[0]: found {"regex":"x"}, expected a value or one',
    },
    { pattern: { a: [{ prefix: 1 }] }, message: 'EventPattern.a[0].prefix: found 1, expected a string.' },
    { pattern: { a: [{ exists: 'yes' }] }, message: 'expected true or false' },
    { pattern: { a: [{ numeric: ['>', '5'] }] }, message: 'expected pairs of' },
    { pattern: { a: [{ numeric: ['!', 5] }] }, message: 'expected pairs of' },
    { pattern: { a: [{ numeric: [] }] }, message: 'expected pairs of' },
    { pattern: { a: [{ cidr: '10.0.0.0/33' }] }, message: 'expected a CIDR' },
    { pattern: { a: [{ wildcard: 'a**b' }] }, message: 'no two wildcards side by side' },
    {
      pattern: { a: [{ 'anything-but': { numeric: ['=', 1] } }] },
      message: 'expected a value or one operator of prefix',
    },
    { pattern: { $or: [{ a: [1] }, { b: 2 }] }, message: 'EventPattern.$or[1].b: found 2' },
  ])('$message', ({ pattern, message }) => {
    expect(() => compilePattern(pattern, ALL, 'EventPattern')).toThrow(message);
  });
});

test('a wildcard is the regular expression that says the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (rawPattern, value) => {
      const pattern = rawPattern.replaceAll(/\*+/g, '*');
      const source = pattern
        .split('*')
        .map((part) => part.replaceAll('.', '\\.'))
        .join('.*');
      expect(fits({ a: [{ wildcard: pattern }] }, { a: value })).toBe(
        new RegExp(`^${source}$`, 's').test(value),
      );
    }),
  );
});
