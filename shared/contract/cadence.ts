/** On a laptop a person waits: targets are read every 5 s, rules evaluated every 10 s. */
export const LOCAL_CADENCE = { scrapeEveryS: 5, evaluateEveryS: 10 } as const;
