import { probe, waitFor, type Check, type Doctor } from './doctor.ts';
import { found, span } from './finding.ts';

const METRIC = 'homeostat_doctor_visible';

/** P4: from sending to reading, for a new metric name and for one that is known. */
export const checkVisibility: Check = {
  ids: ['P4'],
  says: 'sending a sample, and waiting until it can be queried (a new name takes a minute or two on AWS)',
  run: async (doctor) => {
    const newMs = await delayOf(doctor, 1);
    doctor.tell(`a new metric name could be queried after ${span(newMs)}`);
    const knownMs = await delayOf(doctor, 2);
    const isInTime = knownMs <= 2 * doctor.scrapeEveryS * 1_000;
    return [found('P4', isInTime, `new name after ${span(newMs)}, known one after ${span(knownMs)}`)];
  },
};

async function delayOf(doctor: Doctor, value: number): Promise<number> {
  const sentMs = doctor.clock.nowMs();
  const point = { kind: 'gauge', name: METRIC, labels: { run: doctor.run }, value, atMs: sentMs } as const;
  await doctor.series.write([point]);
  const selector = probe(doctor, METRIC);
  return waitFor(doctor, `the sample of ${selector}`, async () => {
    const [series] = await doctor.series.query(selector);
    return series?.value === value ? doctor.clock.nowMs() - sentMs : undefined;
  });
}
