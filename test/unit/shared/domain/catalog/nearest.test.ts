import { describe, expect, test } from 'vitest';
import { didYouMean, hint, nearest } from '../../../../../shared/domain/catalog/nearest.ts';

describe('nearest', () => {
  const known = ['critical', 'high', 'dependsOn', 'health', 'ecs', 'restart_service'];
  test.each([
    { written: 'critcal', meant: 'critical', why: 'a letter dropped' },
    { written: 'DEPENDSON', meant: 'dependsOn', why: 'letter case ignored' },
    { written: 'haelth', meant: 'health', why: 'neighbours swapped' },
    { written: 'esc', meant: 'ecs', why: 'a swap in a short word' },
    { written: 'restart', meant: 'restart_service', why: 'only its beginning' },
    { written: 'x', meant: undefined, why: 'one letter says nothing' },
    { written: 'completely-different', meant: undefined, why: 'nothing near' },
    { written: '', meant: undefined, why: 'nothing written' },
  ])('"$written" meant $meant: $why', ({ written, meant }) => {
    expect(nearest(written, known)).toBe(meant);
  });

  test('an exact name is its own nearest', () => {
    for (const name of known) expect(nearest(name, known)).toBe(name);
  });

  test('what is told: the nearest, else the choice, else that there is none', () => {
    expect(didYouMean('hgih', known)).toBe('; did you mean "high"?');
    expect(didYouMean('zzzzzz', known)).toBe('');
    expect(hint('zzzzzz', ['a', 'b'])).toBe('; expected one of: a, b');
    expect(hint('zzzzzz', [])).toBe('; there are none');
  });
});
