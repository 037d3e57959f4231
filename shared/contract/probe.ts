/** What `homeostat doctor` gives `recover` in place of an order, and what its execution ends with. */
export const PROBE = { probe: 'homeostat-doctor' } as const;
export const PROBED = 'probed';
