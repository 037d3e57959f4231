/** Memory of each function in MB: what a second of it costs, and how much of a core it has. */
export const MEMORY_MB = { collect: 1024, intake: 512, escalate: 256, recover: 256 } as const;

/** How long Lambda keeps an ended durable execution, in days. */
export const DURABLE_KEPT_DAYS = 14;
