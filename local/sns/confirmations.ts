import { randomBytes } from 'node:crypto';
import type { LocalClock } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';

interface Confirmation {
  readonly token: string;
  readonly askedAtMs: number;
  readonly isConfirmed: boolean;
}

/** Which HTTP/S subscriptions their endpoints have agreed to. Kept over restarts. */
export interface Confirmations {
  readonly isConfirmed: (subscriptionArn: string) => boolean;
  /** The token to ask with: the same as long as it is valid. */
  readonly tokenFor: (subscriptionArn: string) => string;
  /**
   * Takes the token of a subscription of this topic; a second time changes nothing.
   *
   * @returns the subscription's ARN
   * @throws AwsError `InvalidParameter` for a token that is none, or not valid any more
   */
  readonly confirm: (topicArn: string, token: string) => string;
  readonly forget: (subscriptionArn: string) => void;
}

/** A token is valid for two days (SNS API reference, "ConfirmSubscription"). */
const VALID_MS = 2 * 86_400_000;

export function openConfirmations(state: StateStore, clock: LocalClock): Confirmations {
  const table = state.table<Confirmation>('confirmations');
  const isValid = ({ askedAtMs }: Confirmation): boolean => clock.nowMs() - askedAtMs < VALID_MS;
  return {
    isConfirmed: (arn) => table.get(arn)?.isConfirmed === true,
    tokenFor: (arn) => {
      const known = table.get(arn);
      if (known !== undefined && isValid(known)) return known.token;
      const token = randomBytes(32).toString('hex');
      table.put(arn, { token, askedAtMs: clock.nowMs(), isConfirmed: false });
      return token;
    },
    confirm: (topicArn, token) => {
      const [arn, found] = table.entries().find(([, one]) => one.token === token) ?? [];
      if (arn === undefined || found === undefined || !arn.startsWith(`${topicArn}:`)) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Token');
      }
      if (found.isConfirmed) return arn;
      if (!isValid(found)) {
        throw new AwsError(
          'InvalidParameter',
          'Invalid parameter: Token. It was valid for two days; subscribe again.',
        );
      }
      table.put(arn, { ...found, isConfirmed: true });
      return arn;
    },
    forget: table.delete,
  };
}
