import { SECONDS } from './month.ts';

/** The size of a catalog, as others charge for it. */
export interface Estate {
  readonly hosts: number;
  readonly users: number;
  readonly series: number;
  /** Samples a month. */
  readonly samples: number;
  /** Samples that rules scan in a month. */
  readonly scanned: number;
}

export interface Rival {
  readonly name: string;
  readonly usd: number;
  /** What is counted, and what is not. */
  readonly counted: string;
  readonly readOn: string;
  readonly source: string;
  readonly basis: 'copied';
}

/** Datadog Infrastructure Pro, billed annually. */
const DATADOG = { hostUsd: 15, metricsAHost: 100, metricUsd: 0.05 };
/** PagerDuty Professional, billed annually. */
const PAGERDUTY_USER_USD = 21;
/** Amazon Managed Service for Prometheus: each tier's end in samples, and its price for 10 million. */
const AMP_TIERS = [
  { upTo: 2e9, usd: 0.9 },
  { upTo: 252e9, usd: 0.35 },
  { upTo: Infinity, usd: 0.16 },
] as const;
const AMP = { storageGbUsd: 0.03, bytesASample: 2, scannedUsdABillion: 0.1 };

/** What the same estate costs at others' list prices, before discounts and free tiers. */
export function rivalsOf(estate: Estate): Rival[] {
  const { hosts, users, series, samples } = estate;
  const extraSeries = Math.max(0, series - hosts * DATADOG.metricsAHost);
  return [
    {
      name: 'Datadog Infrastructure Pro',
      usd: hosts * DATADOG.hostUsd + extraSeries * DATADOG.metricUsd,
      counted: `${count(hosts)} hosts at $15, ${count(extraSeries)} custom metrics over 100 a host at $0.05; no paging, no recovery`,
      readOn: '2026-11-25',
      source: 'third-party summaries of datadoghq.com/pricing of 2025 and 2026 (undated pages)',
      basis: 'copied',
    },
    {
      name: 'PagerDuty Professional',
      usd: users * PAGERDUTY_USER_USD,
      counted: `${count(users)} users at $21 (annual billing); no metrics, no rules, no recovery`,
      readOn: '2026-10-03',
      source: 'a copy of pagerduty.com/pricing',
      basis: 'copied',
    },
    {
      name: 'Amazon Managed Prometheus',
      usd: ampUsd(estate),
      counted: `${count(samples)} samples, kept a month, and what the rules scan; no collector, no paging, no recovery`,
      readOn: '2026-11-25',
      source: 'third-party copies of aws.amazon.com/prometheus/pricing (2025 and undated)',
      basis: 'copied',
    },
  ];
}

function ampUsd({ samples, scanned }: Estate): number {
  let from = 0;
  let usd = 0;
  for (const { upTo, usd: price } of AMP_TIERS) {
    usd += (Math.max(0, Math.min(samples, upTo) - from) / 1e7) * price;
    from = upTo;
  }
  const storageGb = (samples * AMP.bytesASample) / 2 ** 30;
  return usd + storageGb * AMP.storageGbUsd + (scanned / 1e9) * AMP.scannedUsdABillion;
}

/** Samples a month of a system whose sweeps send so many points. */
export function samplesAMonth(points: number, everyS: number): number {
  return points * (SECONDS / everyS);
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
