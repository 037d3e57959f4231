import { durationMs } from '../../shared/promql/syntax/duration-text.ts';
import { ScriptError } from './script-error.ts';

/** Milliseconds from a sample to the time at which its counting began, mostly negative; undefined: not known. */
export type StartOffset = number | undefined;

const DURATION = String.raw`\d+(?:ms|[a-z])(?:\d+(?:ms|[a-z]))*|\d+`;
const ITEM = new RegExp(`^([+-]?)(${DURATION})(?:([+-])(${DURATION})(?=x))?(?:x(\\d+))?$`);

/** Reads the sequence of an `@st` line: `_ _x3 -1m -30s-1mx2 * *x2`; `*` is the one before again. */
export function readStartOffsets(sequence: string, line: number): StartOffset[] {
  const offsets: StartOffset[] = [];
  for (const item of sequence.split(/\s+/).filter((word) => word !== '')) {
    const again = /^([_*])(?:x(\d+))?$/.exec(item);
    if (again !== null) {
      const isGap = again[1] === '_';
      const count = again[2] === undefined ? 1 : Number(again[2]) + (isGap ? 0 : 1);
      const value = isGap ? undefined : (offsets.findLast((offset) => offset !== undefined) ?? 0);
      for (let index = 0; index < count; index++) offsets.push(value);
    } else offsets.push(...steps(item, line));
  }
  return offsets;
}

function steps(item: string, line: number): number[] {
  const [, sign, start = '', direction, step, repeats = '0'] = ITEM.exec(item) ?? [];
  const startMs = signedMs(sign, start);
  const stepMs = step === undefined ? 0 : signedMs(direction, step);
  if (startMs === undefined || stepMs === undefined)
    throw new ScriptError(line, `${JSON.stringify(item)} is no start: a duration, "_" or "*" was expected`);
  return Array.from({ length: Number(repeats) + 1 }, (_, index) => startMs + index * stepMs);
}

function signedMs(sign: string | undefined, text: string): number | undefined {
  const ms = text === '0' ? 0 : durationMs(text);
  return ms === undefined || sign !== '-' ? ms : -ms;
}
