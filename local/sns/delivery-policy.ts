import * as z from 'zod';

/**
 * How deliveries to an HTTP/S endpoint are tried again (SNS developer guide, "Creating an HTTP/S delivery
 * policy"): at once, then at the shortest delay, then with growing delays, then at the longest one.
 */
const Retries = z.strictObject({
  minDelayTarget: z.coerce.number().int().min(1).default(20),
  maxDelayTarget: z.coerce.number().int().max(3_600).default(20),
  numRetries: z.coerce.number().int().min(0).max(100).default(3),
  numNoDelayRetries: z.coerce.number().int().min(0).default(0),
  numMinDelayRetries: z.coerce.number().int().min(0).default(0),
  numMaxDelayRetries: z.coerce.number().int().min(0).default(0),
  backoffFunction: z.enum(['arithmetic', 'exponential', 'geometric', 'linear']).default('linear'),
});
export type RetryPolicy = z.infer<typeof Retries>;

/** A hard limit of SNS. */
const MAX_TOTAL_MS = 3_600_000;

const RetryPolicy = Retries.refine(
  ({ minDelayTarget: min, maxDelayTarget: max }) => min <= max,
  'minDelayTarget is over maxDelayTarget',
)
  .refine(
    (policy) => backoffRetries(policy) >= 0,
    'numRetries is less than numNoDelayRetries, numMinDelayRetries and numMaxDelayRetries together',
  )
  .refine(
    (policy) => totalDelayMs(policy) <= MAX_TOTAL_MS,
    'all retries together take more than 3,600 seconds',
  );

/** `DeliveryPolicy` of a subscription. */
export const DeliveryPolicy = z
  .strictObject({
    healthyRetryPolicy: RetryPolicy.prefault({}),
    requestPolicy: z
      .strictObject({ headerContentType: z.string().regex(/^[\w.+/-]+(; ?charset=[\w-]+)?$/) })
      .default({ headerContentType: 'text/plain; charset=UTF-8' }),
    throttlePolicy: z
      .undefined({ error: 'a throttlePolicy is not applied in the embedded cloud' })
      .optional(),
  })
  .prefault({ healthyRetryPolicy: {} });
export type DeliveryPolicy = z.infer<typeof DeliveryPolicy>;

/** The wait before retry `n`, counted from 1. */
export function retryDelayMs(policy: RetryPolicy, retry: number): number {
  const { numNoDelayRetries, numMinDelayRetries, minDelayTarget, maxDelayTarget } = policy;
  if (retry <= numNoDelayRetries) return 0;
  const step = retry - numNoDelayRetries - numMinDelayRetries;
  if (step <= 0) return minDelayTarget * 1_000;
  const steps = backoffRetries(policy);
  if (step > steps) return maxDelayTarget * 1_000;
  return Math.round(backoffS(policy, steps === 1 ? 0 : (step - 1) / (steps - 1)) * 1_000);
}

/** From the shortest delay at 0 to the longest at 1. AWS shows the four functions as curves and gives no formulas. */
function backoffS({ minDelayTarget: min, maxDelayTarget: max, backoffFunction }: RetryPolicy, share: number) {
  switch (backoffFunction) {
    case 'linear':
      return min + (max - min) * share;
    case 'arithmetic':
      return min + (max - min) * share ** 2;
    case 'geometric':
    case 'exponential':
      return min * (max / min) ** share;
  }
}

function backoffRetries(policy: RetryPolicy): number {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  return numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
}

function totalDelayMs(policy: RetryPolicy): number {
  let sum = 0;
  for (let retry = 1; retry <= policy.numRetries; retry += 1) sum += retryDelayMs(policy, retry);
  return sum;
}
