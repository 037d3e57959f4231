import { CHANGES } from './counters.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { HISTOGRAM_FUNCTIONS } from './histogram.ts';
import { INFO } from './info.ts';
import type { Implementation } from './invocation.ts';
import { LABEL_FUNCTIONS } from './relabel.ts';
import { OVER_TIME } from './over-time.ts';
import { PRESENCE } from './presence.ts';
import { QUERY_TIMES } from './query-times.ts';
import { TIME_FUNCTIONS } from './calendar.ts';

/** Every function that is evaluated, by name. A function known to the checker and not here is an error when it is called. */
export const IMPLEMENTATIONS: ReadonlyMap<string, Implementation> = new Map(
  Object.entries({
    ...CHANGES,
    ...OVER_TIME,
    ...ELEMENTWISE,
    ...INFO,
    ...PRESENCE,
    ...TIME_FUNCTIONS,
    ...QUERY_TIMES,
    ...LABEL_FUNCTIONS,
    ...HISTOGRAM_FUNCTIONS,
  }),
);
