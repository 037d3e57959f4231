/** One list price, with where it was read and when. */
export interface Price {
  readonly usd: number;
  /** So many units cost `usd`. */
  readonly per: number;
  /** Units of a month that AWS does not charge an account for, whatever else is in it. */
  readonly free: number;
  readonly unit: string;
  /** What it is paid for. */
  readonly what: string;
  /** The day the price was read, as a date. */
  readonly readOn: string;
  readonly source: string;
  /**
   * `copied`: from somebody's copy of AWS' price list or pricing page, since the page itself was not at
   * hand. `unverified`: from memory, no source was found.
   */
  readonly basis: 'copied' | 'unverified';
}

const copied = (readOn: string, source: string) => ({ readOn, source, basis: 'copied' }) as const;
const LAMBDA = copied('2026-09-20', 'a copy of aws.amazon.com/lambda/pricing');
const DYNAMODB = copied('2026-09-13', 'a copy of the AWS Price List');
const CLOUDWATCH = copied('2026-10-07', 'a copy of the AWS Price List');
const SNS = copied('2026-06-13', 'a copy of aws.amazon.com/sns/pricing');
const UNVERIFIED = { readOn: '2026-11-25', source: 'none found', basis: 'unverified' } as const;

const MILLION = 1_000_000;

/** List prices in us-east-1, in US dollars. Other Regions differ; taxes are not in them. */
export const PRICES = {
  lambdaRequests: {
    ...LAMBDA,
    usd: 0.2,
    per: MILLION,
    free: MILLION,
    unit: 'requests',
    what: 'Lambda, requests',
  },
  lambdaGbSeconds: {
    ...LAMBDA,
    usd: 0.0000133334,
    per: 1,
    free: 400_000,
    unit: 'GB-s',
    what: 'Lambda, time and memory (ARM)',
  },
  durableOperations: {
    ...LAMBDA,
    usd: 8,
    per: MILLION,
    free: 0,
    unit: 'operations',
    what: 'Lambda, durable operations',
  },
  durableGbWritten: {
    ...LAMBDA,
    usd: 0.25,
    per: 1,
    free: 0,
    unit: 'GB',
    what: 'Lambda, durable data written',
  },
  durableGbMonths: {
    ...LAMBDA,
    usd: 0.15,
    per: 1,
    free: 0,
    unit: 'GB-month',
    what: 'Lambda, durable data kept',
  },
  otlpGb: { ...CLOUDWATCH, usd: 0.5, per: 1, free: 0, unit: 'GB', what: 'CloudWatch, series over OTLP' },
  promqlSamples: {
    ...CLOUDWATCH,
    usd: 0.01,
    per: MILLION,
    free: 0,
    unit: 'samples',
    what: 'CloudWatch, samples that alarms and functions scan',
  },
  alarms: { ...CLOUDWATCH, usd: 0.1, per: 1, free: 10, unit: 'alarms', what: 'CloudWatch, alarms' },
  fastAlarms: {
    ...CLOUDWATCH,
    usd: 0.3,
    per: 1,
    free: 0,
    unit: 'alarms',
    what: 'CloudWatch, alarms evaluated more than once a minute',
  },
  cloudWatchRequests: {
    ...CLOUDWATCH,
    usd: 0.01,
    per: 1000,
    free: MILLION,
    unit: 'requests',
    what: 'CloudWatch, requests',
  },
  dashboards: { ...CLOUDWATCH, usd: 3, per: 1, free: 3, unit: 'dashboards', what: 'CloudWatch, dashboards' },
  logGb: { ...CLOUDWATCH, usd: 0.5, per: 1, free: 5, unit: 'GB', what: 'CloudWatch, logs' },
  dynamoWrites: {
    ...DYNAMODB,
    usd: 0.625,
    per: MILLION,
    free: 0,
    unit: 'write units',
    what: 'DynamoDB, writes',
  },
  dynamoReads: {
    ...DYNAMODB,
    usd: 0.125,
    per: MILLION,
    free: 0,
    unit: 'read units',
    what: 'DynamoDB, reads',
  },
  dynamoGbMonths: { ...UNVERIFIED, usd: 0.25, per: 1, free: 25, unit: 'GB-month', what: 'DynamoDB, data' },
  dynamoBackupGbMonths: {
    ...UNVERIFIED,
    usd: 0.2,
    per: 1,
    free: 0,
    unit: 'GB-month',
    what: 'DynamoDB, point-in-time recovery',
  },
  schedules: {
    ...UNVERIFIED,
    usd: 1,
    per: MILLION,
    free: 14 * MILLION,
    unit: 'invocations',
    what: 'EventBridge Scheduler',
  },
  busEvents: {
    ...UNVERIFIED,
    usd: 0,
    per: MILLION,
    free: 0,
    unit: 'events',
    what: 'EventBridge, events of AWS',
  },
  sqsRequests: {
    ...UNVERIFIED,
    usd: 0.4,
    per: MILLION,
    free: MILLION,
    unit: 'requests',
    what: 'SQS, requests',
  },
  snsPublishes: { ...SNS, usd: 0.5, per: MILLION, free: MILLION, unit: 'publishes', what: 'SNS, publishes' },
  snsEmails: { ...SNS, usd: 2, per: 100_000, free: 1000, unit: 'e-mails', what: 'SNS, e-mails' },
  snsHttps: { ...SNS, usd: 0.6, per: MILLION, free: 100_000, unit: 'deliveries', what: 'SNS, webhooks' },
  sms: {
    ...UNVERIFIED,
    usd: 0.01,
    per: 1,
    free: 0,
    unit: 'SMS',
    what: 'SNS, SMS to the United States, with fees',
  },
  kmsKeys: { ...UNVERIFIED, usd: 1, per: 1, free: 0, unit: 'keys', what: 'KMS, keys' },
  kmsRequests: {
    ...UNVERIFIED,
    usd: 0.03,
    per: 10_000,
    free: 20_000,
    unit: 'requests',
    what: 'KMS, requests',
  },
  natHours: { ...UNVERIFIED, usd: 0.045, per: 1, free: 0, unit: 'hours', what: 'NAT gateways' },
  natGb: { ...UNVERIFIED, usd: 0.045, per: 1, free: 0, unit: 'GB', what: 'NAT gateways, data' },
} as const satisfies Readonly<Record<string, Price>>;

export type Item = keyof typeof PRICES;

/**
 * Prices that were read more than a year ago.
 *
 * @param today a date, such as 2026-11-25
 */
export function stalePrices(today: string): Item[] {
  const aYearOn = (date: string): string => `${String(Number(date.slice(0, 4)) + 1)}${date.slice(4)}`;
  return (Object.keys(PRICES) as Item[]).filter((item) => aYearOn(PRICES[item].readOn) < today);
}
