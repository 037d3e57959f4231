import { SYSTEM_ATTRIBUTE } from '../../shared/contract/names.ts';
import { probe, PROBE_SYSTEM, type Check } from './doctor.ts';
import { found } from './finding.ts';

/** P5: what `absent()` says of a metric that was never sent. */
export const checkAbsent: Check = {
  ids: ['P5'],
  says: 'asking for a metric that was never sent',
  run: async (doctor) => {
    const series = await doctor.series.query(
      `absent(${probe(doctor, 'homeostat_doctor_never', 'kind="x"')})`,
    );
    const [only] = series;
    if (series.length !== 1 || only === undefined) {
      return [found('P5', false, `absent() gave ${String(series.length)} series`)];
    }
    const expected = { [`@resource.${SYSTEM_ATTRIBUTE}`]: PROBE_SYSTEM, run: doctor.run, kind: 'x' };
    const isEqual =
      only.value === 1 &&
      Object.keys(only.labels).length === 3 &&
      Object.entries(expected).every(([name, value]) => only.labels[name] === value);
    return [found('P5', isEqual, `one series of value ${String(only.value)}, labels ${names(only.labels)}`)];
  },
};

function names(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels).toSorted().join(', ') || 'none';
}
