import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { personTopic, SELF_TOPIC, systemTopic } from '../../shared/contract/names.ts';
import type {
  CompiledOrganization,
  Endpoint,
  TeamSubscription,
} from '../../shared/domain/catalog/compiled.ts';
import type { Deployment } from '../deployment.ts';

/** How people hear of it: a topic a system for the teams, one a person for pages, one about Homeostat itself. */
export class NotificationStack extends Stack {
  readonly key: Key;

  constructor(scope: Construct, id: string, { catalog }: Deployment) {
    super(scope, id, { description: 'Homeostat: topics and subscriptions' });
    this.key = this.#topicKey();
    for (const system of Object.keys(catalog.systems)) this.#systemTopic(system, catalog.organization);
    for (const [key, person] of Object.entries(catalog.organization.people)) {
      const topic = this.#topic(`Person-${key}`, personTopic(key));
      for (const endpoint of person.contacts) this.#subscribe(topic, `Person-${key}`, endpoint);
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
    key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
    return key;
  }

  #systemTopic(system: string, { teams }: CompiledOrganization): void {
    const topic = this.#topic(`System-${system}`, systemTopic(system));
    for (const [team, { subscriptions }] of Object.entries(teams)) {
      for (const { endpoint, filter } of subscriptions) {
        if (filter.system !== undefined && !filter.system.includes(system)) continue;
        this.#subscribe(topic, `System-${system}-${team}`, endpoint, filterPolicy(filter));
      }
    }
  }

  /** Everybody who may be paged hears of Homeostat's own trouble: it may be the only way they hear of anything. */
  #selfTopic({ people, escalation }: CompiledOrganization): void {
    const topic = this.#topic('Self', SELF_TOPIC);
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    const paged = new Set(escalation.levels.flatMap((level) => level.people));
    for (const key of paged) {
      for (const endpoint of people[key]?.contacts ?? []) this.#subscribe(topic, `Self-${key}`, endpoint);
    }
  }

  #topic(id: string, topicName: string): Topic {
    return new Topic(this, id, { topicName, masterKey: this.key, enforceSSL: true });
  }

  #subscribe(
    topic: Topic,
    id: string,
    { protocol, address }: Endpoint,
    filterPolicyOf: Record<string, string[]> = {},
  ): void {
    new CfnSubscription(this, `${id}-${protocol}-${address.replaceAll(/[^A-Za-z0-9]/g, '')}`, {
      topicArn: topic.topicArn,
      protocol,
      endpoint: address,
      // No policy lets everything through; an empty one is refused.
      ...(Object.keys(filterPolicyOf).length === 0 ? {} : { filterPolicy: filterPolicyOf }),
    });
  }
}

/** As the owner wrote it; the system is taken care of by the topic. */
function filterPolicy({ severity, kind }: TeamSubscription['filter']): Record<string, string[]> {
  return {
    ...(severity === undefined ? {} : { severity: [...severity] }),
    ...(kind === undefined ? {} : { kind: [...kind] }),
  };
}
