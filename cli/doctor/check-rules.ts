import type { Check } from './doctor.ts';
import { found, notTried } from './finding.ts';

const MAX_TRIED = 100;

/** P8: the queries of the catalog's rules, as their alarms have them. */
export const checkRules: Check = {
  ids: ['P8'],
  says: "asking the queries of the catalog's rules",
  run: async (doctor) => {
    const queries = doctor.queries.slice(0, MAX_TRIED);
    if (queries.length === 0) return [notTried('P8', 'the catalog has no rules')];
    const refused: string[] = [];
    for (const query of queries) {
      doctor.signal.throwIfAborted();
      try {
        await doctor.series.query(query);
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error));
      }
    }
    const [first] = refused;
    const seen =
      first === undefined
        ? `${String(queries.length)} of the catalog's queries are taken`
        : `${String(refused.length)} of ${String(queries.length)} queries are refused; the first: ${first}`;
    return [found('P8', refused.length === 0, seen)];
  },
};
