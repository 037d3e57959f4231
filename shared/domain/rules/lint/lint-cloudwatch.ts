import { print } from '../../../promql/print.ts';
import { reads } from '../../../promql/rewrite.ts';
import type { Lint, LintFinding } from './lint.ts';

/** CloudWatch's limit on an alarm's query, in characters; the matcher that confines a selector is counted in. */
const MOST_CHARACTERS = 10_000;
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
  if (kind === 'record' || length <= MOST_CHARACTERS) return nameless;
  const message = `the query would have about ${length} characters, and CloudWatch takes ${MOST_CHARACTERS}`;
  return [...nameless, { lint: 'length', message, in: 'expr', from: 0 }];
};
