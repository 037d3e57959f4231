import type { Call, Expr } from '../../ast.ts';
import { withoutName } from '../label-set.ts';
import {
  PromqlEvaluationError,
  valueAs,
  vectorOf,
  type MatrixValue,
  type Sample,
  type Value,
  type VectorValue,
  type Window,
} from '../value.ts';

/** One call of a function: what was written, its evaluated arguments, and the time. */
export interface Invocation {
  readonly call: Call;
  readonly values: readonly Value[];
  readonly atMs: number;
}

export type Implementation = (invocation: Invocation) => Value;
export type Implementations = Readonly<Record<string, Implementation>>;

const argument = (call: Call, index: number): Expr => call.args[index] ?? call;

export const vectorAt = ({ call, values }: Invocation, index: number): VectorValue =>
  valueAs(values[index], 'vector', argument(call, index));
export const matrixAt = ({ call, values }: Invocation, index: number): MatrixValue =>
  valueAs(values[index], 'matrix', argument(call, index));
export const stringAt = ({ call, values }: Invocation, index: number): string =>
  valueAs(values[index], 'string', argument(call, index)).value;
export const scalarAt = ({ call, values }: Invocation, index: number): number =>
  valueAs(values[index], 'scalar', argument(call, index)).value;

/** The error of a call whose argument has a value that cannot be used. */
export function invalid({ call }: Invocation, index: number, message: string): PromqlEvaluationError {
  return new PromqlEvaluationError(message, argument(call, index).span);
}

/** A new value for each sample; the metric's name is lost. */
export function mapSamples(
  invocation: Invocation,
  change: (value: number, sample: Sample) => number,
): VectorValue {
  const { atMs } = invocation;
  return vectorOf(
    vectorAt(invocation, 0).samples.map((sample) => ({
      labels: withoutName(sample.labels),
      value: change(sample.value, sample),
      atMs,
    })),
  );
}

/** One value for each range; undefined drops the series. The metric's name is lost unless it is to be kept. */
export function mapWindows(
  invocation: Invocation,
  index: number,
  reduce: (window: Window, matrix: MatrixValue) => number | undefined,
  keepsName = false,
): VectorValue {
  const matrix = matrixAt(invocation, index);
  const samples = matrix.windows.flatMap((window) => {
    const value = reduce(window, matrix);
    return value === undefined
      ? []
      : [{ labels: keepsName ? window.labels : withoutName(window.labels), value, atMs: invocation.atMs }];
  });
  return vectorOf(samples);
}

/** The values of a range, copied. */
export function valuesOf(window: Window): number[] {
  const values: number[] = [];
  for (let index = window.start; index < window.end; index++) values.push(window.values[index] ?? Number.NaN);
  return values;
}
