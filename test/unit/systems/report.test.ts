import { expect, test } from 'vitest';
import type { RuleVerdict } from '../../systems/play-rule.ts';
import { asText, isSound, type SystemVerdict } from '../../systems/report.ts';

const rule = (name: string, problems: readonly string[] = []): RuleVerdict => ({
  system: 'shop',
  rule: name,
  kind: 'threshold',
  severity: 'high',
  firedAfterS: problems.length === 0 ? 90 : null,
  pages: ['ana'],
  recoveries: [],
  resolvedAfterS: 32,
  isHealed: false,
  problems,
});

const system = (verdict: Partial<SystemVerdict>): SystemVerdict => ({
  system: 'shop',
  healthyS: 86_400,
  rules: [rule('Down')],
  notPlayed: [],
  problems: [],
  ...verdict,
});

const lastLine = (...verdicts: SystemVerdict[]) => asText(verdicts).trimEnd().split('\n').at(-1);

test('a run in which all is as it should be says so, and for how long nothing fired', () => {
  const sound = system({});
  expect(isSound(sound)).toBe(true);
  expect(asText([sound])).toContain('shop: In 1d of health nothing fired.\n');
  expect(lastLine(sound)).toBe('systems: 1 of 1, rules: 1 of 1');
});

test.each([
  {
    case: 'a rule with a problem',
    verdict: system({ rules: [rule('Down', ['it did not fire'])] }),
    rules: 0,
  },
  { case: 'what fires in health', verdict: system({ problems: ['Down fires on a healthy day'] }), rules: 1 },
  { case: 'nothing tried', verdict: system({ rules: [] }), rules: 0 },
])('$case fails its system, and the last line counts it', ({ verdict, rules }) => {
  expect(isSound(verdict)).toBe(false);
  expect(lastLine(system({}), verdict)).toBe(
    `systems: 1 of 2, rules: ${String(1 + rules)} of ${String(1 + verdict.rules.length)}`,
  );
});

test('a day on which something fires is not called quiet, and the sentence stands in the output', () => {
  const text = asText([system({ problems: ['Down fires on a healthy day, at 10:00'] })]);
  expect(text).not.toContain('nothing fired');
  expect(text).toContain('shop: Down fires on a healthy day, at 10:00\n');
});

test('what was not played is named, and counts neither way', () => {
  const notPlayed = [{ rule: 'Odd', kind: 'baseline', because: 'it needs 1d of samples' } as const];
  const text = asText([system({ notPlayed })]);
  expect(text).toContain('shop: Odd (baseline) was not played: it needs 1d of samples.\n');
  expect(text).toMatch(/rules: 1 of 1\n$/);
});
