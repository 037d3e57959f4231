import { MOST_QUERY_CHARACTERS, MOST_RANGE_MS } from '../../../contract/promql-limits.ts';
import { print } from '../../../promql/print.ts';
import { reads } from '../../../promql/rewrite.ts';
import { lookingBackTooFar } from '../../catalog/rule-query.ts';
import type { Lint, LintFinding } from './lint.ts';

/** The matcher that confines a selector is counted in. */
const CONFINEMENT_CHARACTERS = '"@resource.homeostat.system"="",'.length + 64;

/** What CloudWatch refuses, where Prometheus would not. */
export const lintCloudWatch: Lint = ({ kind, expr }) => {
  const selectors = reads(expr);
  const nameless = selectors
    .filter(({ metric }) => metric === undefined)
    .map(({ span }): LintFinding => ({
      lint: 'metric-name',
      message: 'this selector names no metric, which CloudWatch refuses; put a name before the braces',
      in: 'expr',
      from: span.from,
    }));
  const length = print(expr).length + selectors.length * CONFINEMENT_CHARACTERS;
  // What is recorded is judged where an alert reads it.
  if (kind === 'record') return nameless;
  const tooFar = lookingBackTooFar(expr, MOST_RANGE_MS);
  const tooLong = `the query would have about ${length} characters, and CloudWatch takes ${MOST_QUERY_CHARACTERS}`;
  return [
    ...nameless,
    ...(length > MOST_QUERY_CHARACTERS ? [ofWhole('length', tooLong)] : []),
    ...(tooFar === undefined ? [] : [ofWhole('range', tooFar.message)]),
  ];
};

function ofWhole(lint: LintFinding['lint'], message: string): LintFinding {
  return { lint, message, in: 'expr', from: 0 };
}
