import { SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { snsPager } from '../../../../../shared/adapters/sns/pager.ts';
import { answerCalls, SDK_OPTIONS } from '../../../../fakes/fake-sdk.ts';

const BASE = 'arn:aws:sns:eu-west-1:123456789012:';

function start() {
  const client = new SNSClient(SDK_OPTIONS);
  const calls = answerCalls(client, () => ({ MessageId: 'm-1' }));
  return { pager: snsPager(client, BASE), calls };
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

test("a page goes to the person's topic and carries what a subscription may filter on", async () => {
  const { pager, calls } = start();
  const page = {
    id: '7.2',
    to: 'ana',
    kind: 'opened' as const,
    severity: 'critical' as const,
    subject: 's',
    text: 't',
  };
  expect(await pager.page('shop', 'shop-1', page)).toBe('m-1');
  expect(calls).toEqual([
    {
      command: 'PublishCommand',
      input: {
        TopicArn: `${BASE}homeostat-person-ana`,
        Subject: 's',
        Message: 't',
        MessageAttributes: {
          system: text('shop'),
          incident: text('shop-1'),
          kind: text('opened'),
          severity: text('critical'),
          page: text('7.2'),
        },
      },
    },
  ]);
});

test("a notice goes to the system's topic and names the team", async () => {
  const { pager, calls } = start();
  await pager.notice('shop', 'shop-1', {
    id: '7.1',
    kind: 'resolved',
    severity: 'high',
    team: 'web',
    subject: 's',
    text: 't',
  });
  expect(calls[0]?.input).toMatchObject({
    TopicArn: `${BASE}homeostat-system-shop`,
    MessageAttributes: { team: text('web'), notice: text('7.1') },
  });
});

test('a raw alarm goes to the teams and to every person, also when one topic is gone', async () => {
  const client = new SNSClient(SDK_OPTIONS);
  const calls = answerCalls(client, ({ input }) => {
    if (input['TopicArn'] === `${BASE}homeostat-person-ana`) throw new Error('NotFound');
    return { MessageId: 'm' };
  });
  const raw = { severity: 'high' as const, team: 'web', subject: 's', text: 't' };
  await expect(snsPager(client, BASE).raw('shop', ['ana', 'raj'], raw)).rejects.toThrow('NotFound');
  expect(calls.map(({ input }) => String(input['TopicArn']).slice(BASE.length))).toEqual([
    'homeostat-system-shop',
    'homeostat-person-ana',
    'homeostat-person-raj',
  ]);
});
