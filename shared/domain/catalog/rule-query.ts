import { MOST_QUERY_CHARACTERS, MOST_RANGE_MS } from '../../contract/promql-limits.ts';
import { children, type Expr } from '../../promql/ast.ts';
import { check } from '../../promql/check.ts';
import { resolveDurations } from '../../promql/durations.ts';
import { print } from '../../promql/print.ts';
import { reachOf } from '../../promql/reach.ts';
import { confine, inlineRecordings, PromqlRewriteError, reads } from '../../promql/rewrite.ts';
import type { MetricRead } from './compiled.ts';
import { formatDurationS } from './duration.ts';

/** Something wrong in an expression. `from` is the index of its first character. */
export interface ExprFault {
  readonly message: string;
  readonly from: number;
}

export type ExprRead =
  { readonly ok: true; readonly expr: Expr } | { readonly ok: false; readonly faults: readonly ExprFault[] };

/**
 * Parses a rule's expression and sees that CloudWatch can evaluate it: a vector whose selectors name
 * their metrics. A recording rule may give a number; Prometheus records it as a vector.
 */
export function readExpr(text: string, kind: 'alert' | 'recording'): ExprRead {
  const checked = check(text);
  if (!checked.ok) {
    const faults = checked.errors.map(({ message, from }) => ({ message: `PromQL: ${message}`, from }));
    return { ok: false, faults };
  }
  const { type } = checked;
  // An alarm asks at one time: it has no step, and its range is none.
  const resolved = resolveDurations(checked.expr, { stepMs: 0, rangeMs: 0 });
  if (!resolved.ok) {
    const { message, from } = resolved.error;
    return { ok: false, faults: [{ message: `PromQL: ${message}`, from }] };
  }
  const { expr } = resolved;
  const faults: ExprFault[] = reads(expr)
    .filter(({ metric }) => metric === undefined)
    .map(({ span }) => ({ message: NO_METRIC, from: span.from }));
  const isRecordedNumber = kind === 'recording' && type === 'scalar';
  if (type !== 'vector' && !isRecordedNumber) faults.push({ message: TYPE_FAULTS[type], from: 0 });
  if (faults.length > 0) return { ok: false, faults };
  if (!isRecordedNumber) return { ok: true, expr };
  return { ok: true, expr: { kind: 'call', name: 'vector', args: [expr], span: expr.span } };
}

const NO_METRIC = 'this selector names no metric, which CloudWatch refuses; put a name before the braces';

const TYPE_FAULTS = {
  scalar: 'the expression gives one number, expected series; compare a metric with a number, such as up == 0',
  matrix: 'the expression gives a range of samples, expected series; take rate(...) or the like of it',
  string: 'the expression gives text, expected series; compare a metric with a number, such as up == 0',
};

/** Puts recorded expressions in place of their names; a fault is where a name cannot be replaced. */
export function putRecordingsIn(expr: Expr, recordings: ReadonlyMap<string, Expr>): ExprRead {
  try {
    return { ok: true, expr: inlineRecordings(expr, recordings) };
  } catch (error) {
    if (!(error instanceof PromqlRewriteError)) throw error;
    return { ok: false, faults: [{ message: error.message, from: error.span.from }] };
  }
}

export type QueryRead =
  | { readonly ok: true; readonly query: string; readonly reads: readonly MetricRead[] }
  | { readonly ok: false; readonly faults: readonly ExprFault[] };

/**
 * Makes of a rule's expression what CloudWatch is asked: recording rules put in, every selector
 * confined to the system, because one account and Region is one name space.
 *
 * @param spanMs the time that one question spans; an alarm asks at one time
 */
export function confinedQuery(
  expr: Expr,
  recordings: ReadonlyMap<string, Expr>,
  system: string,
  spanMs = 0,
): QueryRead {
  const inlined = putRecordingsIn(expr, recordings);
  if (!inlined.ok) return inlined;
  const unconfined = infoCalls(inlined.expr);
  if (unconfined.length > 0) return { ok: false, faults: unconfined };
  const tooFar = lookingBackTooFar(inlined.expr, MOST_RANGE_MS - spanMs);
  if (tooFar !== undefined) return { ok: false, faults: [tooFar] };
  const confined = confine(inlined.expr, { name: '@resource.homeostat.system', op: '=', value: system });
  const query = print(confined);
  if (query.length <= MOST_QUERY_CHARACTERS) return { ok: true, query, reads: distinctReads(confined) };
  const grown = inlined.expr === expr ? '' : ', recording rules put in';
  const message = `the query has ${query.length} characters (confined to the system${grown}), expected at most ${MOST_QUERY_CHARACTERS}; CloudWatch takes no more`;
  return { ok: false, faults: [{ message, from: 0 }] };
}

/** What is told of an expression whose ranges and offsets reach further back than CloudWatch looks. */
export function lookingBackTooFar(expr: Expr, mostMs: number): ExprFault | undefined {
  const reachMs = reachOf(expr);
  if (reachMs <= mostMs) return undefined;
  const [found, expected] = [reachMs, mostMs].map((ms) => formatDurationS(Math.ceil(ms / 1_000)));
  const message = `the query looks back ${found}, expected at most ${expected}; CloudWatch looks no further`;
  return { message, from: 0 };
}

/** `info()` reads series that no selector of the expression names. */
function infoCalls(expr: Expr): ExprFault[] {
  const inner = children(expr).flatMap(infoCalls);
  if (expr.kind !== 'call' || expr.name !== 'info') return inner;
  const message =
    'info() reads the target_info of every system, and nothing can confine it; join it with group_left instead';
  return [{ message, from: expr.span.from }, ...inner];
}

function distinctReads(expr: Expr): MetricRead[] {
  const byText = new Map<string, MetricRead>();
  for (const { metric, absent, carried, matchers } of reads(expr)) {
    if (metric === undefined) continue;
    const { kind } = carried;
    const names = [...carried.names].toSorted();
    const of = Object.fromEntries(
      matchers.flatMap(({ name, op, value }) => (op === '=' && IDENTITY.has(name) ? [[name, value]] : [])),
    );
    const read: MetricRead = {
      metric,
      absent,
      ...((kind === 'only' || names.length > 0) && { carries: { kind, names } }),
      ...(Object.keys(of).length > 0 && { of }),
    };
    byText.set(JSON.stringify(read), read);
  }
  return [...byText.values()];
}

/** What names a target, whatever it says of itself. */
const IDENTITY: ReadonlySet<string> = new Set(['job', 'instance']);
