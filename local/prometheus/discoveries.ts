import { check } from '../../shared/promql/check.ts';
import { matchersOf, type VectorSelector } from '../../shared/promql/ast.ts';
import { compareLabels } from '../../shared/promql/evaluation/label-set.ts';
import { compareTexts } from '../../shared/promql/text-order.ts';
import type { Labels } from '../../shared/promql/matching.ts';
import { ApiError, firstErrorText } from './api-error.ts';
import { keepFirst, type Answer, type Endpoint, type PrometheusParts } from './house-rules.ts';
import { invalid, limitOf, optionalTimeOf } from './parameters.ts';

/** `series`: the label sets that selectors find. */
export const series: Endpoint = (parameters, parts) => {
  const limit = limitOf(parameters);
  if (!parameters.has('match[]')) throw new ApiError('no match[] parameter provided');
  const selectors = selectorsOf(parameters, (reason) => invalid('match[]', reason));
  return cutDiscovered(found(parameters, parts, selectors).sort(compareLabels), limit, parts);
};

/** `labels`: the names of labels. */
export const labelNames: Endpoint = (parameters, parts) => {
  const limit = limitOf(parameters);
  const names = new Set(found(parameters, parts).flatMap((labels) => Object.keys(labels)));
  return cutDiscovered([...names].sort(compareTexts), limit, parts);
};

/** `label/<name>/values`: the values of one label. */
export const labelValues: Endpoint = (parameters, parts, escapedName) => {
  const limit = limitOf(parameters);
  const name = unescapeName(escapedName);
  const values = new Set<string>();
  for (const labels of found(parameters, parts))
    if (Object.hasOwn(labels, name)) values.add(labels[name] ?? '');
  return cutDiscovered([...values].sort(compareTexts), limit, parts);
};

/** A name that is no plain word may come as `U__` and the codes of its other characters: `U__a_2e_b` is `a.b`. */
function unescapeName(name: string): string {
  if (!/^U__(?:__|_[0-9a-fA-F]{1,6}_|[^_])*$/.test(name)) return name;
  return name.slice(3).replaceAll(/__|_([0-9a-fA-F]+)_/g, (_, code?: string) => {
    const point = Number.parseInt(code ?? '5f', 16);
    return point > 0x10_ffff ? '\ufffd' : String.fromCodePoint(point);
  });
}

/** The label sets that any of the selectors finds; all without one. */
function found(
  parameters: URLSearchParams,
  { source, rules }: PrometheusParts,
  selectors = selectorsOf(parameters, (reason) => new ApiError(reason)),
): Labels[] {
  // The interval of a source begins after its first time, the one that is asked for with it.
  const fromMs = (optionalTimeOf(parameters, 'start') ?? -Infinity) - 1;
  const toMs = optionalTimeOf(parameters, 'end') ?? Infinity;
  for (const selector of selectors) rules.checkQuery(selector, 0);
  const matchers = selectors.map(matchersOf);
  const all = new Set<Labels>();
  for (const one of matchers.length === 0 ? [[]] : matchers)
    for (const { labels } of source.select(one, fromMs, toMs)) all.add(labels);
  return [...all];
}

/** @param refuse makes the error that is thrown for what is no selector, or one that everything matches */
function selectorsOf(parameters: URLSearchParams, refuse: (reason: string) => ApiError): VectorSelector[] {
  return parameters.getAll('match[]').map((text) => {
    const read = check(text);
    if (!read.ok) {
      const isEmpty = read.errors[0]?.message.endsWith('must contain at least one non-empty matcher');
      throw refuse(isEmpty === true ? NOT_EMPTY : firstErrorText(read.errors, text));
    }
    const selector = read.expr;
    if (selector.kind === 'vector' && !isShifted(selector)) return selector;
    throw refuse(`expected a series selector, got ${JSON.stringify(text)}`);
  });
}

function isShifted({ at, offsetMs, offsetExpr }: VectorSelector): boolean {
  return at !== undefined || offsetMs !== undefined || offsetExpr !== undefined;
}

const NOT_EMPTY = 'match[] must contain at least one non-empty matcher';

function cutDiscovered(all: readonly unknown[], limit: number, { rules }: PrometheusParts): Answer {
  const { kept, warnings } = keepFirst(all, Math.min(limit, rules.mostDiscovered), rules);
  return { data: kept, ...(warnings.length === 0 ? {} : { warnings }) };
}
