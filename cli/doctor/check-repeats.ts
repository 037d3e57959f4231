import type { GaugePoint } from '../../shared/domain/collection/point.ts';
import { probe, settle, type Check } from './doctor.ts';
import { found } from './finding.ts';

const METRIC = 'homeostat_doctor_repeated';
const AGE_MS = 600_000;
const EVERY_MS = 15_000;
const SAMPLES = 4;

/** S4: the same points twice, as after a time-out. */
export const checkRepeats: Check = {
  ids: ['S4'],
  says: 'sending the same points twice',
  run: async (doctor) => {
    const fromMs = Math.floor((doctor.clock.nowMs() - AGE_MS) / EVERY_MS) * EVERY_MS;
    const endMs = fromMs + (SAMPLES - 1) * EVERY_MS;
    const points = Array.from({ length: SAMPLES }, (_, sample): GaugePoint => {
      const atMs = fromMs + sample * EVERY_MS;
      return { kind: 'gauge', name: METRIC, labels: { run: doctor.run }, value: sample, atMs };
    });
    await doctor.series.write(points);
    const selector = probe(doctor, METRIC);
    await settle(doctor, selector, endMs);
    await doctor.series.write(points);
    // A known name's sample is there within two scrape intervals (P4).
    await doctor.clock.sleep(2 * doctor.scrapeEveryS * 1_000);
    const [counted] = await doctor.series.query(`count_over_time(${selector}[2m])`, endMs);
    const seen = `${String(SAMPLES)} points sent twice count as ${String(counted?.value ?? 0)}`;
    return [found('S4', counted?.value === SAMPLES, seen)];
  },
};
