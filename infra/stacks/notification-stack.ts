import { createHash } from 'node:crypto';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  personTopic,
  SELF_ALARM_PREFIX,
  SELF_TOPIC,
  systemTopic,
  TOPIC_PREFIX,
  UNDELIVERED_QUEUE,
} from '../../shared/contract/names.ts';
import type { CompiledOrganization } from '../../shared/domain/catalog/compiled.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { SelfAlarms } from '../constructs/self-alarms.ts';
import type { Deployment } from '../deployment.ts';
import type { TopicSubscription } from '../subscriptions.ts';
import { distinct, systemSubscriptions } from '../subscriptions.ts';

/** How people hear of it: a topic a system for the teams, one a person for pages, one about Homeostat itself. */
export class NotificationStack extends Stack {
  readonly key: Key;
  readonly #undelivered: Queue;

  constructor(scope: Construct, id: string, { catalog }: Deployment) {
    super(scope, id, { description: 'Homeostat: topics and subscriptions' });
    const { people, teams } = catalog.organization;
    this.key = this.#topicKey();
    this.#undelivered = this.#undeliveredQueue();
    for (const system of Object.keys(catalog.systems)) {
      const topic = this.#topic(`System-${system}`, systemTopic(system));
      for (const subscription of systemSubscriptions(system, teams)) this.#subscribe(topic, subscription);
    }
    for (const [key, person] of Object.entries(people)) {
      const topic = this.#topic(`Person-${key}`, personTopic(key));
      for (const endpoint of distinct(person.contacts)) this.#subscribe(topic, { endpoint });
    }
    this.#selfTopic(catalog.organization);
  }

  /** CloudWatch cannot publish to a topic on the AWS-managed key, so the topics have one of their own. */
  #topicKey(): Key {
    const key = new Key(this, 'TopicKey', {
      alias: 'homeostat-topics',
      description: 'Encrypts what Homeostat tells people',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(this.#forOurAlarms(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    return key;
  }

  /** An address that is gone costs a page or a notice, so somebody is told. Which topic it was, the message says. */
  #undeliveredQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      queueName: UNDELIVERED_QUEUE,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const rule of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'])
      acknowledge(queue, rule, 'it holds the dead letters itself');
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': this.formatArn({ service: 'sns', resource: `${TOPIC_PREFIX}*` }) },
        },
      }),
    );
    new SelfAlarms(this, 'UndeliveredAlarm').onUndelivered(queue, UNDELIVERED_QUEUE);
    return queue;
  }

  /** Everybody who may be paged hears of Homeostat's own trouble: it may be the only way they hear of anything. */
  #selfTopic({ people, escalation }: CompiledOrganization): void {
    const topic = this.#topic('Self', SELF_TOPIC);
    topic.addToResourcePolicy(this.#forOurAlarms(['sns:Publish'], topic.topicArn));
    const paged = new Set(escalation.levels.flatMap((level) => level.people));
    const endpoints = distinct([...paged].flatMap((key) => people[key]?.contacts ?? []));
    for (const endpoint of endpoints) this.#subscribe(topic, { endpoint });
  }

  /** CloudWatch acts for whoever owns an alarm, so it is held to the alarms on ourselves. */
  #forOurAlarms(actions: string[], resource: string): PolicyStatement {
    const alarms = this.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${SELF_ALARM_PREFIX}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      resources: [resource],
      conditions: {
        StringEquals: { 'aws:SourceAccount': this.account },
        ArnLike: { 'aws:SourceArn': alarms },
      },
    });
  }

  #topic(id: string, topicName: string): Topic {
    return new Topic(this, id, { topicName, masterKey: this.key, enforceSSL: true });
  }

  #subscribe(topic: Topic, { endpoint: { protocol, address }, filterPolicy }: TopicSubscription): void {
    const hash8 = createHash('sha256').update(address).digest('hex').slice(0, 8);
    new CfnSubscription(this, `${topic.node.id}-${protocol}-${hash8}`, {
      topicArn: topic.topicArn,
      protocol,
      endpoint: address,
      redrivePolicy: { deadLetterTargetArn: this.#undelivered.queueArn },
      ...(filterPolicy === undefined ? {} : { filterPolicy }),
    });
  }
}
