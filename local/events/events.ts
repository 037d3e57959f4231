import { createDeliveryQueue, type Failure } from '../kernel/delivery-queue.ts';
import type { BusEvent, Kernel } from '../kernel/kernel.ts';
import { AwsError, type Delivery, type ResourceProvider, type Service } from '../kernel/service.ts';
import { envelope, type EventContent } from './event.ts';
import { eventsNeeds } from './needs.ts';
import { putEvents } from './put-events.ts';
import { RuleBook } from './rule-book.ts';
import { ruleOperations } from './rule-operations.ts';
import { deliveriesOf } from './rule.ts';

/** The default event bus of the embedded cloud. */
export interface Events extends Service {
  /** Puts an event of an AWS service on the bus. Once this returns every target will get it at least once. */
  readonly emit: (event: BusEvent) => void;
}

export function createEvents(kernel: Kernel): Events {
  const state = kernel.state('events');
  const queue = createDeliveryQueue(kernel, state, { delayMs: retryDelayMs, deadLetter });
  const rules = new RuleBook(kernel, state);

  const put = (content: EventContent): string => {
    const event = envelope(content, kernel);
    const deliveries = rules.all().flatMap(({ rule }) => deliveriesOf(rule, event));
    state.atomically(() => {
      queue.add(deliveries);
    });
    return event.id;
  };
  const provider: ResourceProvider = {
    type: 'AWS::Events::Rule',
    put: (resource) => rules.deploy(resource),
    remove: (ref) => {
      rules.remove(ref);
    },
  };
  return {
    name: 'events',
    rpc: {
      targetPrefix: 'AWSEvents',
      jsonVersion: '1.1',
      operations: {
        ...ruleOperations(rules),
        PutEvents: (input) => putEvents(input, put, kernel.clock.nowMs()),
      },
    },
    resources: [provider],
    needs: eventsNeeds(kernel),
    emit: (event) => {
      put({ ...event, atMs: kernel.clock.nowMs() });
    },
    start: queue.start,
    stop: async () => {
      queue.stop();
    },
  };
}

/**
 * EventBridge says only "exponential back-off and jitter, 185 tries in 24 hours". Here without jitter, so
 * that a test knows the moment: 1, 2, 4 … seconds, at most 8 minutes, which is 185 tries in 24 hours.
 */
function retryDelayMs(retry: number): number {
  return Math.min(1_000 * 2 ** (retry - 1), 480_000);
}

/** The event itself, and why it is here, as attributes (EventBridge user guide, "Using dead-letter queues"). */
function deadLetter({ pending, error, condition }: Failure): Delivery {
  const { payload, from, sourceArn } = pending.delivery;
  const text = (value: string) => ({ type: 'String', value });
  const code = error instanceof AwsError ? error.code : 'SDK_CLIENT_ERROR';
  return {
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    from,
    sourceArn,
    attributes: {
      RULE_ARN: text(sourceArn),
      TARGET_ARN: text(pending.arn),
      ERROR_CODE: text(code),
      ERROR_MESSAGE: text(String(error).slice(0, 1_024)),
      RETRY_ATTEMPTS: { type: 'Number', value: String(pending.attempts - 1) },
      ...(condition === 'ClientError' ? {} : { EXHAUSTED_RETRY_CONDITION: text(condition) }),
    },
  };
}
