import type { SumPoint } from '../../shared/domain/collection/point.ts';
import { probe, settle, type Check } from './doctor.ts';
import { found } from './finding.ts';

const METRIC = 'homeostat_doctor_total';
const AGE_MS = 900_000;
const EVERY_MS = 15_000;
const STEP = 30;
const SAMPLES = 20;
/** Before this sample the process began anew. */
const RESET_AT = 10;

/** S1: a cumulative sum that grows by 2 a second, with a new process half-way. */
export const checkCounter: Check = {
  ids: ['S1'],
  says: 'sending a counter that begins anew half-way, to see rate()',
  run: async (doctor) => {
    const fromMs = Math.floor((doctor.clock.nowMs() - AGE_MS) / EVERY_MS) * EVERY_MS;
    await doctor.series.write(counter(fromMs, doctor.run));
    const selector = probe(doctor, METRIC);
    const timeOf = (sample: number) => fromMs + sample * EVERY_MS;
    await settle(doctor, selector, timeOf(SAMPLES - 1));
    const rateAt = async (sample: number) =>
      (await doctor.series.query(`rate(${selector}[2m])`, timeOf(sample)))[0]?.value;
    const steady = await rateAt(RESET_AT - 1);
    const reset = await rateAt(RESET_AT + 4);
    const seen = `rate() of 2/s was ${shown(steady)}, over a reset ${shown(reset)}`;
    return [found('S1', isTwo(steady) && isTwo(reset), seen)];
  },
};

function counter(fromMs: number, run: string): SumPoint[] {
  return Array.from({ length: SAMPLES }, (_, sample) => {
    const isNew = sample >= RESET_AT;
    return {
      kind: 'sum',
      name: METRIC,
      labels: { run },
      value: (isNew ? sample - RESET_AT + 1 : sample + 1) * STEP,
      atMs: fromMs + sample * EVERY_MS,
      startMs: fromMs + (isNew ? RESET_AT - 1 : -1) * EVERY_MS,
    };
  });
}

/** Extrapolation at the window's edges may differ by a few percent; a reset that is not seen gives far less than zero or far more. */
function isTwo(rate: number | undefined): boolean {
  return rate !== undefined && Math.abs(rate - 2) < 0.3;
}

function shown(rate: number | undefined): string {
  return rate === undefined ? 'nothing' : `${String(Math.round(rate * 100) / 100)}/s`;
}
