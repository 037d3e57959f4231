import { probe, settle, type Check, type Doctor } from './doctor.ts';
import { found, span } from './finding.ts';

const METRIC = 'homeostat_doctor_stopped';
/** The one sample is so old that every moment after it that is asked for has passed. */
const AGE_MS = 1_200_000;
/** Seconds after the sample, around Prometheus' five minutes. */
const LOOKED_AT_S = [10, 60, 120, 240, 290, 310, 360, 600, 900];

/** P2 and P3, on a series that stopped: which time `timestamp()` gives, and how long the series stays. */
export const checkTime: Check = {
  ids: ['P2', 'P3'],
  says: 'sending a series that has stopped, to see timestamp() and the look-back',
  run: async (doctor) => {
    const atMs = Math.floor((doctor.clock.nowMs() - AGE_MS) / 1_000) * 1_000;
    const labels = { run: doctor.run };
    await doctor.series.write([{ kind: 'gauge', name: METRIC, labels, value: 1, atMs }]);
    const selector = probe(doctor, METRIC);
    await settle(doctor, selector, atMs + 1_000);
    return [await timestampOf(doctor, selector, atMs), await lookBackOf(doctor, selector, atMs)];
  },
};

async function timestampOf(doctor: Doctor, selector: string, atMs: number) {
  const askedMs = atMs + 60_000;
  const [series] = await doctor.series.query(`timestamp(${selector})`, askedMs);
  if (series === undefined) return found('P2', false, 'timestamp() gave nothing');
  const offMs = series.value * 1_000 - atMs;
  return found(
    'P2',
    Math.abs(offMs) < 1_000,
    `asked ${span(askedMs - atMs)} after the sample, timestamp() was ${span(Math.abs(offMs))} off it`,
  );
}

async function lookBackOf(doctor: Doctor, selector: string, atMs: number) {
  const visible: number[] = [];
  for (const afterS of LOOKED_AT_S) {
    doctor.signal.throwIfAborted();
    const series = await doctor.series.query(selector, atMs + afterS * 1_000);
    if (series.length > 0) visible.push(afterS);
  }
  const last = Math.max(0, ...visible);
  const gone = LOOKED_AT_S.find((afterS) => afterS > last);
  const seen = `still there after ${String(last)} s, ${gone === undefined ? 'never seen gone' : `gone after ${String(gone)} s`}`;
  return found('P3', last === 290, seen);
}
