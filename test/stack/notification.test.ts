import { expect, test } from 'vitest';
import { systemSubscriptions } from '../../infra/subscriptions.ts';
import type { Endpoint, Team, TeamSubscription } from '../../shared/domain/catalog/compiled.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** N1: who hears of what. */

const app = synthesized(theFleet());
const PREFIX = 'arn:aws:sns:eu-west-1:111122223333:homeostat-';
const SELF_ALARMS = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:homeostat.self-*';
const topics = app.of('AWS::SNS::Topic').map(({ properties }) => properties);

/** `protocol address` of everybody who listens to a topic, each with its filter. */
function listeners(topic: string): Record<string, unknown> {
  const mine = app
    .of('AWS::SNS::Subscription')
    .filter(({ properties }) => properties['TopicArn'] === `${PREFIX}${topic}`);
  const entries = mine.map(({ properties }): [string, unknown] => [
    `${String(properties['Protocol'])} ${String(properties['Endpoint'])}`,
    properties['FilterPolicy'] ?? 'everything',
  ]);
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

const statementsOn = (topic: string): Record<string, unknown>[] =>
  app
    .of('AWS::SNS::TopicPolicy')
    .filter(({ properties }) => (properties['Topics'] as string[]).includes(`${PREFIX}${topic}`))
    .flatMap(
      ({ properties }) =>
        (properties['PolicyDocument'] as { Statement: Record<string, unknown>[] }).Statement,
    );

test('there is a topic for each system, one for each person and one for ourselves', () => {
  expect(topics.map(({ TopicName }) => TopicName)).toEqual(
    expect.arrayContaining(
      ['system-bank', 'system-ledger', 'system-shop', 'person-ana', 'person-raj', 'person-max', 'person-zoe']
        .concat('self')
        .map((name) => `homeostat-${name}`),
    ),
  );
  expect(topics).toHaveLength(8);
});

test('teams hear of the systems that they asked for, through the filters that they wrote', () => {
  const chat = { $or: [{ severity: ['critical'] }, { kind: ['storm'] }] };
  const shop = {
    'email shop.alerts@example.com': { severity: ['critical', 'high', 'warning'] },
    'email shopalerts@example.com': 'everything',
    'https https://chat.example.com/ops': chat,
  };
  const tickets = { 'sqs arn:aws:sqs:eu-west-1:111122223333:tickets': { kind: ['opened', 'resolved'] } };
  expect(listeners('system-shop')).toEqual(shop);
  expect(listeners('system-bank')).toEqual({ ...shop, ...tickets });
  expect(listeners('system-ledger')).toEqual({ ...shop, ...tickets });
});

test('a person is paged at every address of theirs, each once, and nothing is filtered out', () => {
  expect(listeners('person-ana')).toEqual({
    'email ana@example.com': 'everything',
    'sms +15550100001': 'everything',
  });
  expect(listeners('person-raj')).toEqual({ 'email raj@example.com': 'everything' });
});

test('whoever may be paged hears of trouble with Homeostat itself; others do not', () => {
  expect(Object.keys(listeners('self')).toSorted()).toEqual([
    'email ana@example.com',
    'email raj@example.com',
    'sms +15550100001',
    'sms +15550100003',
  ]);
});

test('every topic is encrypted with our own rotated key and refuses what does not come over TLS', () => {
  const key = app.one('AWS::KMS::Key');
  expect(key.properties['EnableKeyRotation']).toBe(true);
  for (const { TopicName: name, KmsMasterKeyId: keyId } of topics) {
    expect(keyId).toMatch(/:key\/TopicKey/);
    expect(statementsOn(String(name).replace('homeostat-', ''))).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
});

test('CloudWatch may use the key and publish to our own topic, for the alarms on ourselves only', () => {
  const forOurAlarms = {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: {
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': SELF_ALARMS },
    },
  };
  expect(statementsOn('self')).toContainEqual(
    expect.objectContaining({ ...forOurAlarms, Action: 'sns:Publish', Resource: `${PREFIX}self` }),
  );
  const { KeyPolicy: policy } = app.one('AWS::KMS::Key').properties;
  expect((policy as { Statement: unknown[] }).Statement).toContainEqual(
    expect.objectContaining({ ...forOurAlarms, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
  );
});

test('what cannot be delivered to an address is kept, from every topic of ours and from no other', () => {
  const undelivered = 'arn:aws:sqs:eu-west-1:111122223333:homeostat-undelivered';
  const subscriptions = app.of('AWS::SNS::Subscription');
  expect(subscriptions.length).toBeGreaterThan(0);
  for (const { properties } of subscriptions) {
    expect(properties['RedrivePolicy']).toEqual({ deadLetterTargetArn: undelivered });
  }
  const policies = app
    .of('AWS::SQS::QueuePolicy')
    .flatMap(({ properties }) => (properties['PolicyDocument'] as { Statement: unknown[] }).Statement);
  expect(policies).toContainEqual({
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: undelivered,
    Condition: { ArnLike: { 'aws:SourceArn': `${PREFIX}*` } },
  });
});

test('no other service and no other account may publish to any topic', () => {
  const allowed = topics.flatMap(({ TopicName: name }) =>
    statementsOn(String(name).replace('homeostat-', '')).filter(({ Effect }) => Effect === 'Allow'),
  );
  expect(allowed).toHaveLength(1);
});

const CHAT: Endpoint = { protocol: 'https', address: 'https://chat.example.com' };
const asking = (...filters: TeamSubscription['filter'][]): Record<string, Team> => ({
  shop: { members: [], subscriptions: filters.map((filter) => ({ endpoint: CHAT, filter })) },
});

test.each([
  { asked: 'once, all', filters: [{}], policy: undefined },
  {
    asked: 'twice the same',
    filters: [{ kind: ['opened'] }, { kind: ['opened'] }],
    policy: { kind: ['opened'] },
  },
  { asked: 'once for some, once for all', filters: [{ severity: ['critical'] }, {}], policy: undefined },
  {
    asked: 'for two kinds of things',
    filters: [{ severity: ['critical'] }, { kind: ['storm'], severity: ['high'] }],
    policy: { $or: [{ severity: ['critical'] }, { severity: ['high'], kind: ['storm'] }] },
  },
] satisfies { asked: string; filters: TeamSubscription['filter'][]; policy: unknown }[])(
  'an address asked for $asked is subscribed once',
  ({ filters, policy }) => {
    const found = systemSubscriptions('shop', asking(...filters));
    expect(found).toEqual([{ endpoint: CHAT, ...(policy === undefined ? {} : { filterPolicy: policy }) }]);
  },
);

test('filters that SNS cannot hold in one policy are refused with the address', () => {
  const filters = (['critical', 'high', 'warning'] as const).map((severity) => ({
    severity: [severity],
    kind: ['opened' as const],
  }));
  expect(() => systemSubscriptions('shop', asking(...filters))).toThrow(
    'organization.yaml: https://chat.example.com is subscribed 3 times with different filters',
  );
});
