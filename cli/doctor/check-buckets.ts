import type { SumPoint } from '../../shared/domain/collection/point.ts';
import { probe, settle, type Check } from './doctor.ts';
import { found } from './finding.ts';

const METRIC = 'homeostat_doctor_seconds_bucket';
const AGE_MS = 900_000;
const EVERY_MS = 15_000;
const SAMPLES = 10;

/** S2 and P7: `_bucket` series as sums, all observations between 0.5 and 1 second; and how `le` is kept. */
export const checkBuckets: Check = {
  ids: ['S2', 'P7'],
  says: 'sending the buckets of a histogram, to see histogram_quantile() and the labels',
  run: async (doctor) => {
    const fromMs = Math.floor((doctor.clock.nowMs() - AGE_MS) / EVERY_MS) * EVERY_MS;
    const endMs = fromMs + (SAMPLES - 1) * EVERY_MS;
    await doctor.series.write(['0.5', '1', '+Inf'].flatMap((le) => bucket(fromMs, doctor.run, le)));
    await settle(doctor, probe(doctor, METRIC), endMs);
    const quantile = `histogram_quantile(0.5, rate(${probe(doctor, METRIC)}[2m]))`;
    const [median] = await doctor.series.query(quantile, endMs);
    const asSent = await doctor.series.query(probe(doctor, METRIC, 'le="1"'), endMs);
    const rewritten = await doctor.series.query(probe(doctor, METRIC, 'le="1.0"'), endMs);
    return [
      found(
        'S2',
        median !== undefined && Math.abs(median.value - 0.75) < 0.01,
        `histogram_quantile(0.5) gave ${median === undefined ? 'nothing' : String(median.value)}, 0.75 is right`,
      ),
      found(
        'P7',
        asSent.length === 1 && rewritten.length === 0,
        `le="1" finds ${String(asSent.length)} series, le="1.0" ${String(rewritten.length)}`,
      ),
    ];
  },
};

function bucket(fromMs: number, run: string, le: string): SumPoint[] {
  return Array.from({ length: SAMPLES }, (_, sample) => ({
    kind: 'sum',
    name: METRIC,
    labels: { run, le },
    value: le === '0.5' ? 0 : 10 * (sample + 1),
    atMs: fromMs + sample * EVERY_MS,
    startMs: fromMs - EVERY_MS,
  }));
}
