import { describe, expect, test } from 'vitest';
import { failure, formatProblem, type Path } from '../../../../../shared/domain/catalog/problem.ts';
import { readYaml } from '../../../../../shared/domain/catalog/yaml-source.ts';

const told = (text: string): string[] => readYaml('f.yaml', text, 'typed').problems.map(formatProblem);

describe('what is not YAML', () => {
  test.each([
    [
      'an unclosed bracket',
      'a: 1\nb: [1, 2\n',
      'f.yaml:3:1: broken YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a tab', 'a:\n\tb: 1\n', 'f.yaml:2:1: a tab is used as indentation; YAML takes spaces only'],
    [
      'a second document',
      'a: 1\n---\nb: 1\n',
      'f.yaml:2:1: a second document ("---") begins here; expected one document a file',
    ],
    ['a list as a key', '[a]: 1\n', 'f.yaml:1:1: a list or map is used as a key; expected a name'],
    [
      'a tag',
      'a: !now\n',
      'f.yaml:1:4: unknown YAML tag (Unresolved tag: !now); text that begins with "!" needs quotes',
    ],
    [
      'an alias of nothing',
      'a: *x\n',
      'f.yaml:1:4: the alias *x names no anchor above it; text that begins with "*" needs quotes',
    ],
    ['an alias inside itself', 'a: &x [*x]\n', 'f.yaml:1:8: the alias *x stands inside what it names'],
  ])('%s', (_, text, message) => {
    expect(told(text)).toEqual([message]);
    expect(readYaml('f.yaml', text, 'typed').source).toBeUndefined();
  });

  test('aliases that multiply are refused, not expanded', () => {
    const level = (name: string, inner: string): string =>
      `${name}: &${name} [${Array(9).fill(inner).join(', ')}]\n`;
    const bomb = level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c');
    expect(told(bomb)).toEqual(['f.yaml:1:1: not readable as YAML: its aliases (*name) expand to too much']);
  });

  test('endless nesting is one problem, not a crash', () => {
    for (const text of ['['.repeat(100_000), '- '.repeat(20_000)]) {
      expect(told(text).map((line) => line.replace(/:\d+: /, ':N: '))).toEqual([
        'f.yaml:1:N: not readable as YAML: it is nested too deeply',
      ]);
    }
  });
});

test('every doubled key is told, and the rest can still be read', () => {
  const { source } = readYaml('f.yaml', 'a: 1\nb: {c: 1, c: 2}\na: 2\n', 'typed');
  expect(told('a: 1\nb: {c: 1, c: 2}\na: 2\n')).toEqual([
    'f.yaml:3:1: "a" is given twice; the first stands on line 1',
    'f.yaml:2:11: "c" is given twice; the first stands on line 2',
  ]);
  expect(source?.value).toEqual({ a: 2, b: { c: 2 } });
});

test('text mode keeps scalars as written, as Prometheus does', () => {
  const text = 'a: 012\nb: 1e3\nc: yes\nd: ~\ne:\nf: 0.10\n';
  expect(readYaml('f.yaml', text, 'text').source?.value).toEqual({
    a: '012',
    b: '1e3',
    c: 'yes',
    d: null,
    e: null,
    f: '0.10',
  });
});

describe('places', () => {
  const text =
    'base: &base\n  k: v\nuse:\n  <<: *base\n  own: 1\nagain: *base\nlist:\n  - x\n  - {y: z}\none: single\n';
  const at = (path: Path, on: 'key' | 'value'): string => {
    const problem = readYaml('f.yaml', text, 'typed').source?.locate(failure(path, '', on));
    return `${problem?.line}:${problem?.column}`;
  };
  test.each([
    [['use', 'own'], 'key', '5:3'],
    [['use', 'own'], 'value', '5:8'],
    [['list', 1, 'y'], 'value', '9:9'],
    [['list', 0], 'value', '8:5'],
    [['use', 'k'], 'value', '2:6'],
    [['again', 'k'], 'key', '2:3'],
    [['use', 'missing', 'deeper'], 'value', '3:1'],
    [['list', 7], 'value', '7:1'],
    [['one', 0], 'value', '10:6'],
    [['nowhere'], 'value', '1:1'],
    [[], 'value', '1:1'],
  ] satisfies [Path, 'key' | 'value', string][])('%j %s is at %s', (path, on, place) => {
    expect(at(path, on)).toBe(place);
  });
});
