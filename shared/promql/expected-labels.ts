import { matchersOf, unwrap, type Expr } from './ast.ts';
import type { Labels } from './matching.ts';

/**
 * The labels that `absent` and `absent_over_time` give a series that is not there: those that its selector fixes by `=`, unless a later matcher is
 * about the same label.
 */
export function expectedLabels(expr: Expr): Labels {
  const inner = unwrap(expr);
  const selector = inner.kind === 'matrix' ? inner.selector : inner;
  if (selector.kind !== 'vector') return {};
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, op, value } of matchersOf(selector)) {
    if (op !== '=' || seen.has(name)) {
      fixed.delete(name);
      continue;
    }
    seen.add(name);
    if (name !== '__name__' && value !== '') fixed.set(name, value);
  }
  return Object.fromEntries(fixed);
}
