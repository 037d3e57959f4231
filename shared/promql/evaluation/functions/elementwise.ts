import { vectorOf } from '../value.ts';
import { mapSamples, scalarAt, vectorAt, type Implementation, type Implementations } from './invocation.ts';

const math =
  (change: (value: number) => number): Implementation =>
  (invocation) =>
    mapSamples(invocation, change);

const sorted =
  (sign: 1 | -1): Implementation =>
  (invocation) => {
    const order = (a: number, b: number): number => {
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return a === b ? 0 : sign * (a < b ? -1 : 1);
    };
    return vectorOf(vectorAt(invocation, 0).samples.toSorted((a, b) => order(a.value, b.value)));
  };

/** Functions of one value at a time, and those between vectors and scalars. */
export const ELEMENTWISE: Implementations = {
  abs: math(Math.abs),
  ceil: math(Math.ceil),
  floor: math(Math.floor),
  exp: math(Math.exp),
  ln: math(Math.log),
  log2: math(Math.log2),
  log10: math(Math.log10),
  sqrt: math(Math.sqrt),
  sgn: math((value) => (value > 0 ? 1 : value < 0 ? -1 : value)),
  deg: math((value) => (value * 180) / Math.PI),
  rad: math((value) => (value * Math.PI) / 180),
  sin: math(Math.sin),
  cos: math(Math.cos),
  tan: math(Math.tan),
  asin: math(Math.asin),
  acos: math(Math.acos),
  atan: math(Math.atan),
  sinh: math(Math.sinh),
  cosh: math(Math.cosh),
  tanh: math(Math.tanh),
  asinh: math(Math.asinh),
  acosh: math(Math.acosh),
  atanh: math(Math.atanh),
  pi: () => ({ kind: 'scalar', value: Math.PI }),
  sort: sorted(1),
  sort_desc: sorted(-1),
  clamp: (invocation) => {
    const [low, high] = [scalarAt(invocation, 1), scalarAt(invocation, 2)];
    if (low > high) return vectorOf([]);
    return mapSamples(invocation, (value) => Math.max(low, Math.min(high, value)));
  },
  clamp_min: (invocation) => mapSamples(invocation, (value) => Math.max(scalarAt(invocation, 1), value)),
  clamp_max: (invocation) => mapSamples(invocation, (value) => Math.min(scalarAt(invocation, 1), value)),
  round: (invocation) => {
    // By the inverse: 1/0.1 is exact where 0.1 is not.
    const inverse = 1 / (invocation.values.length > 1 ? scalarAt(invocation, 1) : 1);
    return mapSamples(invocation, (value) => Math.floor(value * inverse + 0.5) / inverse);
  },
  scalar: (invocation) => {
    const [only, another] = vectorAt(invocation, 0).samples;
    return { kind: 'scalar', value: only !== undefined && another === undefined ? only.value : Number.NaN };
  },
  vector: (invocation) => vectorOf([{ labels: {}, value: scalarAt(invocation, 0), atMs: invocation.atMs }]),
};
