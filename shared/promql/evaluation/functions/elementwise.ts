import { stepTimeMs } from '../scope.ts';
import { ABSENT, BlockWriter, FLOAT, type Block, type Row } from '../block.ts';
import { warnOfSorting } from '../sort-warning.ts';
import {
  mapFloats,
  singleRow,
  vectorValue,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';

const math =
  (change: (value: number) => number): Implementation =>
  (invocation) =>
    mapFloats(invocation, change);

/** A number for each step that does not depend on any series. */
const ofStep =
  (valueOf: (invocation: Invocation, step: number) => number): Implementation =>
  (invocation) => ({
    kind: 'scalar',
    values: Float64Array.from({ length: invocation.scope.steps.count }, (_, step) =>
      valueOf(invocation, step),
    ),
  });

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
  pi: ofStep(() => Math.PI),
  time: ofStep(({ scope }, step) => stepTimeMs(scope.steps, step) / 1_000),
  sort: sorted(1),
  sort_desc: sorted(-1),
  clamp: (invocation) => {
    const [low, high] = [invocation.scalar(1), invocation.scalar(2)];
    return mapFloats(
      withoutCells(invocation, (step) => at(low, step) > at(high, step)),
      (value, step) => larger(at(low, step), smaller(at(high, step), value)),
    );
  },
  clamp_min: (invocation) => {
    const low = invocation.scalar(1);
    return mapFloats(invocation, (value, step) => larger(at(low, step), value));
  },
  clamp_max: (invocation) => {
    const high = invocation.scalar(1);
    return mapFloats(invocation, (value, step) => smaller(at(high, step), value));
  },
  round: (invocation) => {
    const nearest = invocation.call.args.length > 1 ? invocation.scalar(1) : undefined;
    return mapFloats(invocation, (value, step) => {
      // By the inverse: 1/0.1 is exact where 0.1 is not.
      const inverse = 1 / (nearest === undefined ? 1 : at(nearest, step));
      return Math.floor(value * inverse + 0.5) / inverse;
    });
  },
  // Math.min and Math.max are not a number as soon as one side is none.
  min_of: ofTwo(Math.min),
  max_of: ofTwo(Math.max),
  scalar: (invocation) => ({ kind: 'scalar', values: onlyNumbers(invocation) }),
  vector: (invocation) => {
    const values = invocation.scalar(0);
    return singleRow({}, invocation.scope, (step) => at(values, step));
  },
};

function ofTwo(choose: (left: number, right: number) => number): Implementation {
  return (invocation) => {
    const right = invocation.scalar(1);
    return {
      kind: 'scalar',
      values: invocation.scalar(0).map((left, step) => choose(left, at(right, step))),
    };
  };
}

const at = (values: Float64Array, step: number): number => values[step] ?? Number.NaN;

/** As Go has it: where JavaScript prefers NaN, infinity wins. */
const larger = (a: number, b: number): number =>
  a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
const smaller = (a: number, b: number): number =>
  a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);

/** The same call, with nothing at the steps that are refused. */
function withoutCells(invocation: Invocation, isRefused: (step: number) => boolean): Invocation {
  function* kept(blocks: Iterable<Block>): Iterable<Block> {
    for (const block of blocks) {
      for (let cell = 0; cell < block.rows * block.width; cell++)
        if (isRefused(cell % block.width)) block.kinds[cell] = ABSENT;
      yield block;
    }
  }
  return { ...invocation, vector: (index) => kept(invocation.vector(index)) };
}

/** The number of each step at which the vector has just one; not a number elsewhere. */
function onlyNumbers({ scope, vector }: Invocation): Float64Array {
  const counts = new Uint8Array(scope.steps.count);
  const values = new Float64Array(scope.steps.count);
  for (const block of vector(0)) {
    for (let cell = 0; cell < block.rows * block.width; cell++) {
      if (block.kinds[cell] !== FLOAT) continue;
      const step = cell % block.width;
      counts[step] = Math.min(2, (counts[step] ?? 0) + 1);
      values[step] = block.values[cell] ?? Number.NaN;
    }
  }
  return values.map((value, step) => (counts[step] === 1 ? value : Number.NaN));
}

/** Orders the samples of a single time by their value, NaN last. */
function sorted(sign: 1 | -1): Implementation {
  return ({ call, scope, vector }) => {
    warnOfSorting(scope, call.span);
    const blocks = [...vector(0)];
    if (scope.steps.count > 1) return vectorValue(blocks);
    const rows = blocks
      .flatMap((block) => block.labels.map((_, row): Row => ({ block, row })))
      .filter(({ block, row }) => block.kinds[row] === FLOAT)
      .map((one) => ({ ...one, value: one.block.values[one.row] ?? Number.NaN }))
      .sort((a, b) => byValue(a.value, b.value, sign));
    return vectorValue(inOrder(rows));
  };
}

/** Rows of a single time, copied in the order given. */
export function inOrder(rows: readonly Row[]): Block[] {
  const writer = new BlockWriter(1);
  for (const { block, row } of rows) {
    const target = writer.addRow(block.labels[row] ?? {}, block.losesName[row] ?? false);
    target.block.copyCell(target.row, block, row);
  }
  return writer.blocks;
}

function byValue(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}
