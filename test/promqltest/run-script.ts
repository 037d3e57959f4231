import type { SeriesSource } from '../../shared/promql/series-source.ts';
import { compareResult } from './compare.ts';
import type { EvalCommand } from './eval-command.ts';
import { isMet, showExpected, type Expectation, type ExpectedText } from './expectation.ts';
import { isExperimental, type Need } from './needs.ts';
import { instantOutcome, rangeOutcome, type FoundResult, type Outcome } from './outcome.ts';
import { queriesFor, type Query } from './queries.ts';
import { readScript } from './script.ts';
import { ScriptStore } from './script-store.ts';
import type { StepTimes } from './step-times.ts';
import { failed, type Failure, type Verdict } from './verdict.ts';

const MINUTE_MS = 60_000;
/** What depends on the times of the whole query gives something else in a range query. */
const OF_THE_QUERY = /(?:start|end|range|step)\(\)/;

/**
 * Runs a script in the format of Prometheus' engine tests; one verdict for each `eval`, as Prometheus' own runner
 * judges it.
 * @throws ScriptError if the script cannot be read or loaded
 */
export function runScript(script: string): Verdict[] {
  const store = new ScriptStore();
  const verdicts: Verdict[] = [];
  for (const command of readScript(script)) {
    if (command.kind === 'clear') store.clear();
    else if (command.kind === 'load') store.load(command);
    else verdicts.push(verdictOn(command, store));
  }
  return verdicts;
}

function verdictOn(command: EvalCommand, store: ScriptStore): Verdict {
  store.forgetReads();
  const failure = judge(command, store);
  const needs: Need[] = isExperimental(command.expr) ? ['experimental language'] : [];
  if (store.hasReadHistograms) needs.push('native histograms');
  if (store.hasReadStarts) needs.push('start timestamps');
  return { line: command.line, expr: command.expr, needs, failure };
}

function judge(command: EvalCommand, source: SeriesSource): Failure | undefined {
  const { expr, expected, times } = command;
  if (command.isRange) return judgeOutcome(expected, times, rangeOutcome(expr, source, times));
  for (const query of queriesFor(expr, times.endMs)) {
    const failure = judgeInstant(command, query, source);
    if (failure !== undefined)
      return query.text === expr
        ? failure
        : { ...failure, reason: `${failure.reason}, when asked at ${query.atMs} ms for: ${query.text}` };
  }
  return undefined;
}

function judgeInstant(
  command: EvalCommand,
  { text, atMs }: Query,
  source: SeriesSource,
): Failure | undefined {
  const { expected, times } = command;
  const outcome = instantOutcome(text, source, atMs);
  const timesAsked = command.isInstantOnly ? times : { startMs: atMs, endMs: atMs, stepMs: 1 };
  const failure = judgeOutcome(expected, timesAsked, outcome);
  if (failure !== undefined || outcome.kind === 'failed' || command.isInstantOnly || expected.isOrdered)
    return failure;
  if (OF_THE_QUERY.test(text)) return undefined;
  // The middle of three steps must say the same.
  const inRange = rangeOutcome(text, source, {
    startMs: atMs - MINUTE_MS,
    endMs: atMs + MINUTE_MS,
    stepMs: MINUTE_MS,
  });
  const difference =
    inRange.kind === 'failed'
      ? failed(`failed: ${inRange.message}`)
      : compareResult(expected, timesAsked, vectorAt(inRange.result, atMs, outcome.result.kind));
  return difference && { ...difference, reason: `${difference.reason}, in a range query` };
}

function vectorAt(result: FoundResult, atMs: number, kind: FoundResult['kind']): FoundResult {
  if (result.kind !== 'series') return result;
  const series = result.series.flatMap(({ labels, points }) => {
    const point = points.find(({ timeMs }) => timeMs === atMs);
    return point === undefined ? [] : [{ labels, points: [point] }];
  });
  const value = series[0]?.points[0]?.value ?? Number.NaN;
  return kind === 'scalar' ? { kind, value } : { kind: 'series', shape: 'vector', series };
}

function judgeOutcome(expected: Expectation, times: StepTimes, outcome: Outcome): Failure | undefined {
  if (outcome.kind === 'failed') {
    if (expected.failure === undefined) return failed(`failed: ${outcome.message}`);
    return isMet(expected.failure, outcome.message)
      ? undefined
      : failed('failed with another message', [showExpected(expected.failure)], [outcome.message]);
  }
  if (expected.failure !== undefined) return failed('did not fail', [showExpected(expected.failure)]);
  return (
    judgeAnnotations('warning', expected.warnings, outcome.warnings) ??
    judgeAnnotations('info', expected.infos, outcome.infos) ??
    compareResult(expected, times, outcome.result)
  );
}

/** All that is expected must be there, and nothing that nobody expects; where nothing is said, anything may be. */
function judgeAnnotations(
  level: string,
  expected: readonly ExpectedText[] | 'none' | undefined,
  found: readonly string[],
): Failure | undefined {
  if (expected === undefined) return undefined;
  if (expected === 'none')
    return found.length === 0 ? undefined : failed(`an unexpected ${level}`, [], found);
  const isComplete =
    expected.every((text) => found.some((message) => isMet(text, message))) &&
    found.every((message) => expected.some((text) => isMet(text, message)));
  if (isComplete) return undefined;
  return failed(
    found.length === 0 ? `no ${level}` : `another ${level}`,
    expected.map((text) => showExpected(text)),
    found,
  );
}
