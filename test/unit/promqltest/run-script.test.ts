import { describe, expect, test } from 'vitest';
import { runScript } from '../../promqltest/run-script.ts';

const DATA = `
load 1m
  up{job="a"} 1 1 1 1
  up{job="b"} 0+0.5x3
  gone 1 stale
`;

/** Each eval of a script: `pass`, or what is said of it. */
function verdicts(script: string, data = DATA): string[] {
  return runScript(`${data}\n${script}`).map(({ failure }) =>
    failure === undefined
      ? 'pass'
      : [
          failure.reason,
          ...failure.expected.map((text) => `- ${text}`),
          ...failure.got.map((text) => `+ ${text}`),
        ].join(' | '),
  );
}

describe('an eval passes when', () => {
  test.each([
    ['all series are as expected, in any order', 'eval instant at 1m up\n  up{job="b"} 0.5\n  up{job="a"} 1'],
    ['a value differs by less than a millionth', 'eval instant at 1m up{job="a"}\n  up{job="a"} 1.000001'],
    ['NaN is NaN', 'eval instant at 1m 0 * NaN\n  NaN'],
    ['a scalar is as expected', 'eval instant at 1m 1 + 1\n  2'],
    ['a string is as expected', 'eval instant at 0 "a"\n  expect string `a`'],
    ['there is nothing and nothing is expected', 'eval instant at 1m gone'],
    [
      'the order is as expected',
      'eval instant at 1m sort_desc(up)\n  expect ordered\n  up{job="a"} 1\n  up{job="b"} 0.5',
    ],
    [
      'a range has its values and its gaps',
      'eval range from 0 to 2m step 1m up > 0\n  up{job="a"} 1x2\n  up{job="b"} _ 0.5 1',
    ],
    [
      'an instant query gives the range vector',
      'eval instant at 2m up{job="b"}[2m]\n  expect range vector from 1m to 2m step 1m\n  up{job="b"} 0.5 1',
    ],
    ['it fails and must', 'eval instant at 1m up + on() up\n  expect fail'],
    [
      'it fails with the message',
      'eval instant at 1m ceil({__name__=~"up|gone"}) + on() up\n  expect fail regex: .*many-to-many.*',
    ],
    [
      'it fails in the words of older scripts',
      'eval_fail instant at 1m up + on() up\n  expected_fail_regexp many-to-many',
    ],
    ['nobody may be warned and nobody is', 'eval instant at 1m 1\n  expect no_warn\n  expect no_info\n  1'],
  ])('%s', (_, script) => {
    expect(verdicts(script)).toEqual(['pass']);
  });
});

describe('an eval fails, and says why, when', () => {
  test.each([
    [
      'a value is another',
      'eval instant at 1m up{job="a"}\n  up{job="a"} 1.00001',
      'other values | - up{job="a"} 1.00001 | + up{job="a"} 1',
    ],
    ['a series is missing', 'eval instant at 1m gone\n  gone 1', 'a series is missing | - gone 1'],
    [
      'a series is too much',
      'eval instant at 1m up{job="a"}',
      'a series that is not expected | + up{job="a"} 1',
    ],
    [
      'a value of a range is missing',
      'eval range from 0 to 2m step 1m up{job="a"}\n  up{job="a"} 1 1',
      'other values | - up{job="a"} 1 1 | + up{job="a"} 1 1 1',
    ],
    [
      'a gap is in another place',
      'eval range from 0 to 2m step 1m up{job="b"} > 0\n  up{job="b"} 0.5 1',
      'other values | - up{job="b"} 0.5 1 | + up{job="b"} _ 0.5 1',
    ],
    ['the scalar is another', 'eval instant at 1m 1\n  2', 'another value | - 2 | + 1'],
    [
      'a scalar comes instead of a vector',
      'eval instant at 1m 1\n  {} 1',
      'a scalar where a vector was expected | - {} 1 | + 1',
    ],
    [
      'the order is another',
      'eval instant at 1m sort(up)\n  expect ordered\n  up{job="a"} 1\n  up{job="b"} 0.5',
      'another order | - up{job="a"} 1 | - up{job="b"} 0.5 | + up{job="b"} 0.5 | + up{job="a"} 1',
    ],
    ['it does not fail but must', 'eval instant at 1m up\n  expect fail', 'did not fail | - any message'],
    [
      'it fails with another message',
      'eval instant at 1m up + on() up\n  expect fail msg: unclosed',
      'failed with another message | - "unclosed" | + ',
    ],
    ['nothing is said but must be', 'eval instant at 1m 1\n  expect warn\n  1', 'no warning | - any message'],
  ])('%s', (_, script, reason) => {
    expect(verdicts(script)).toEqual([expect.stringContaining(reason)]);
  });
});

test('what an instant query gives must come from a range query, and with @, too', () => {
  expect(
    verdicts(
      'eval instant at 3m time()\n  180\neval instant at 3m count_over_time(up{job="a"}[1m:30s])\n  {job="a"} 2',
    ),
  ).toEqual(['pass', 'pass']);
});

test('a number ends an eval, so that the next line may begin another', () => {
  expect(verdicts('eval instant at 0 1\n  1\neval instant at 0 2\n  3')).toEqual([
    'pass',
    'another value | - 3 | + 2',
  ]);
});

test('clear forgets what was loaded, and a load adds to what is there', () => {
  const script =
    'load 1m\n  more 2\n\neval instant at 0 more + on() gone\n  {} 3\n\nclear\neval instant at 0 more';
  expect(verdicts(script)).toEqual(['pass', 'pass']);
});

test('of two lines with the same labels in one load the last counts', () => {
  expect(verdicts('load 1m\n  x 1\n  x 2\n\neval instant at 0 x\n  x 2')).toEqual(['pass']);
});

test.each([
  ['laod 1m', '1: "laod 1m" is no command: load, clear or eval was expected'],
  ['load fast', '1: "fast" is not a duration like 1m30s'],
  ['\nload 0s\n  up 1 2', '2: a sample at 0 ms was loaded after one at 0 ms'],
  [
    'load 1m\n  up 1 two',
    '2: expected a number, "_", "stale" or "{{...}}", found "two", at character 6 of: up 1 two',
  ],
  [
    '# a comment\neval up',
    '2: an eval command is written: eval instant at TIME EXPRESSION, or eval range from START to END step STEP EXPRESSION',
  ],
  [
    'eval range from 1m to 0 step 1m up',
    '1: a range ends after its start and has a step above 0, got from 1m to 0 step 1m',
  ],
  [
    'eval instant at 0 up\n  expect failure',
    '2: "expect failure" expects nothing known: ordered, fail, warn, no_warn, info, no_info, string, range vector',
  ],
  ['eval instant at 0 up\n  expect warn\n  expect no_warn', '2: warn and no_warn are both expected'],
  [
    'eval instant at 0 up\n  up 1 2',
    '2: an instant query gives one value a series; for more: expect range vector from A to B step S',
  ],
  [
    'load 1m\n  up@st 0 0\n  up 1',
    '2: an @st line needs the labels of the line below and as many values: it has 2, the other 1',
  ],
  ['load 1m\n  up@st 0 soon', '2: "soon" is no start: a duration, "_" or "*" was expected'],
])('%s is refused with its line', (script, message) => {
  expect(() => runScript(script)).toThrow(
    expect.objectContaining({
      line: Number(message.split(':')[0]),
      message: message.replace(/^\d+: /, ''),
    }) as Error,
  );
});
