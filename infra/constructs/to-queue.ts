import { Duration } from 'aws-cdk-lib';
import type { IRule, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * Sends events to a queue, and those that do not arrive within a day to another one. EventBridge may send and
 * nothing else: the CDK's own target would also let it read the queue's attributes, which it does not do.
 */
export class ToQueue implements IRuleTarget {
  readonly #queue: Queue;
  readonly #deadLetters: Queue;

  constructor(queue: Queue, deadLetters: Queue) {
    this.#queue = queue;
    this.#deadLetters = deadLetters;
  }

  bind(rule: IRule): RuleTargetConfig {
    for (const queue of [this.#queue, this.#deadLetters]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      );
    }
    return {
      arn: this.#queue.queueArn,
      targetResource: this.#queue,
      deadLetterConfig: { arn: this.#deadLetters.queueArn },
      retryPolicy: {
        maximumRetryAttempts: 185,
        maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
      },
    };
  }
}
