import { matchersOf, unwrap, type Expr } from '../../ast.ts';
import type { Labels } from '../../matching.ts';
import { METRIC_NAME } from '../label-set.ts';
import { vectorOf, type VectorValue } from '../value.ts';
import { matrixAt, vectorAt, type Implementations, type Invocation } from './invocation.ts';

/** Functions that tell that nothing is there. */
export const PRESENCE: Implementations = {
  absent: (invocation) => unless(vectorAt(invocation, 0).samples.length > 0, invocation),
  absent_over_time: (invocation) => unless(matrixAt(invocation, 0).windows.length > 0, invocation),
};

function unless(isPresent: boolean, { call, atMs }: Invocation): VectorValue {
  const [argument] = call.args;
  if (isPresent || argument === undefined) return vectorOf([]);
  return vectorOf([{ labels: expectedLabels(argument), value: 1, atMs }]);
}

/** The labels that an absent series would have had: those that its selector fixes by exactly one `=`. */
function expectedLabels(expr: Expr): Labels {
  const inner = unwrap(expr);
  const selector = inner.kind === 'matrix' ? inner.selector : inner;
  if (selector.kind !== 'vector') return {};
  const all = matchersOf(selector).filter((matcher) => matcher.name !== METRIC_NAME);
  const fixed = all.filter(
    ({ name, op }) => op === '=' && all.filter((other) => other.name === name).length === 1,
  );
  return Object.fromEntries(
    fixed.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  );
}
