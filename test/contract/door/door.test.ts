import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { ListQueuesCommand, QueueDoesNotExist, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDoor, type Door } from '../../../local/door/door.ts';
import { AwsError, type Service } from '../../../local/kernel/service.ts';
import { realClock } from '../../../local/kernel/real-clock.ts';

interface Recorded {
  readonly operation: string;
  readonly input: unknown;
  readonly principal: string;
}

let recorded: Recorded[] = [];
let logged: { level: string; message: string }[] = [];
let door: Door;
const clock = realClock();

const sns: Service = {
  name: 'sns',
  rpc: {
    targetPrefix: 'SNS',
    jsonVersion: '1.0',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      Publish: (input, call) => {
        recorded.push({ operation: 'Publish', input, principal: call.principal });
        return { MessageId: 'm-1' };
      },
      ListTopics: (input) =>
        (input as { NextToken?: string }).NextToken === undefined
          ? { Topics: [{ TopicArn: 'arn:a&b' }, { TopicArn: 'arn:<c>' }], NextToken: 'page+2/=' }
          : { Topics: [], NextToken: undefined },
      GetTopicAttributes: (input) => {
        if ((input as { TopicArn: string }).TopicArn === 'arn:none') {
          throw new AwsError('NotFound', 'Topic "arn:none" does not exist.', 404);
        }
        return { Attributes: { DisplayName: 'a "name"', Policy: '{"a":"b & c"}' } };
      },
    },
  },
};

const sqs: Service = {
  name: 'sqs',
  rpc: {
    targetPrefix: 'AmazonSQS',
    jsonVersion: '1.0',
    operations: {
      SendMessage: (input) => {
        recorded.push({ operation: 'SendMessage', input, principal: '' });
        throw new AwsError('QueueDoesNotExist', 'No such queue.');
      },
      ListQueues: (input) => {
        const { NextToken: token } = input as { NextToken?: string };
        return token === 'two' ? { QueueUrls: ['c'] } : { QueueUrls: ['a', 'b'], NextToken: 'two' };
      },
    },
  },
};

const monitoring: Service = {
  name: 'monitoring',
  rpc: {
    targetPrefix: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    operations: {
      DescribeAlarms: () => ({
        MetricAlarms: [{ AlarmName: 'one', StateUpdatedTimestamp: new Date('2026-11-21T08:00:00.500Z') }],
      }),
    },
  },
};

const lambda: Service = {
  name: 'lambda',
  rest: [
    {
      method: 'POST',
      path: '/2015-03-31/functions/:name/invocations',
      operation: 'Invoke',
      handle: ({ params, body, query }) => {
        if (params['name'] === 'none') {
          throw new AwsError('ResourceNotFoundException', 'Function not found: none', 404);
        }
        const answer = { name: params['name'], got: body.toString(), qualifier: query.get('Qualifier') };
        return { status: 200, headers: { 'X-Amz-Executed-Version': '7' }, body: answer };
      },
    },
  ],
};

beforeAll(async () => {
  door = await openDoor({
    services: [sns, sqs, monitoring, lambda],
    roleOf: (accessKeyId) =>
      accessKeyId === 'AKIAINTAKE' ? 'arn:aws:iam::123456789012:role/intake-role' : undefined,
    log: (level, message) => logged.push({ level, message }),
    clock,
  });
});
afterAll(async () => {
  await door.close();
});
beforeEach(() => {
  recorded = [];
  logged = [];
});

function settings(accessKeyId = 'test') {
  return {
    endpoint: door.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
}

describe('Query protocol (SNS client)', () => {
  test('lists and maps arrive nested, and the caller is known by its key', async () => {
    const client = new SNSClient(settings('AKIAINTAKE'));
    const attributes = {
      severity: { DataType: 'String', StringValue: 'critical' },
      team: { DataType: 'String', StringValue: 'web & data' },
    };
    const answer = await client.send(
      new PublishCommand({ TopicArn: 'arn:t', Message: 'ä\n<&>', MessageAttributes: attributes }),
    );
    expect(answer.MessageId).toBe('m-1');
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(recorded).toEqual([
      {
        operation: 'Publish',
        principal: 'intake-role',
        input: { TopicArn: 'arn:t', Message: 'ä\n<&>', MessageAttributes: attributes },
      },
    ]);
  });

  test('lists, maps and page tokens come back', async () => {
    const client = new SNSClient(settings());
    const first = await client.send(new ListTopicsCommand({}));
    expect(first.Topics).toEqual([{ TopicArn: 'arn:a&b' }, { TopicArn: 'arn:<c>' }]);
    expect(first.NextToken).toBe('page+2/=');
    const second = await client.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect(second.Topics).toEqual([]);
    expect(second.NextToken).toBeUndefined();
    const { Attributes: attributes } = await client.send(
      new GetTopicAttributesCommand({ TopicArn: 'arn:t' }),
    );
    expect(attributes).toEqual({ DisplayName: 'a "name"', Policy: '{"a":"b & c"}' });
  });

  test('an error is the class of the SDK', async () => {
    const asked = new SNSClient(settings()).send(new GetTopicAttributesCommand({ TopicArn: 'arn:none' }));
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundException);
    expect((error as Error).message).toBe('Topic "arn:none" does not exist.');
  });

  test('a missing operation is named, in XML', async () => {
    const asked = new SNSClient(settings()).send(new CreateTopicCommand({ Name: 'x' }));
    await expect(asked).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: "homeostat's embedded cloud does not implement CreateTopic of service sns",
    });
    expect(logged).toContainEqual({
      level: 'warn',
      message: "homeostat's embedded cloud does not implement CreateTopic of service sns",
    });
  });
});

describe('JSON protocol (SQS and CloudWatch clients)', () => {
  test('an error is the class of the SDK', async () => {
    const client = new SQSClient(settings());
    const asked = client.send(new SendMessageCommand({ QueueUrl: 'http://q', MessageBody: 'b' }));
    await expect(asked).rejects.toBeInstanceOf(QueueDoesNotExist);
    expect(recorded[0]?.input).toEqual({ QueueUrl: 'http://q', MessageBody: 'b' });
  });

  test('page tokens go around', async () => {
    const client = new SQSClient(settings());
    const first = await client.send(new ListQueuesCommand({ MaxResults: 2 }));
    const second = await client.send(new ListQueuesCommand({ NextToken: first.NextToken }));
    expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])]).toEqual(['a', 'b', 'c']);
  });

  test('times come back as dates', async () => {
    const { MetricAlarms: alarms } = await new CloudWatchClient(settings()).send(
      new DescribeAlarmsCommand({}),
    );
    expect(alarms?.[0]?.StateUpdatedTimestamp).toEqual(new Date('2026-11-21T08:00:00.500Z'));
  });
});

describe('REST protocol (Lambda client)', () => {
  test('a path with an ARN, query and body go around', async () => {
    const client = new LambdaClient(settings());
    const name = 'arn:aws:lambda:us-east-1:123456789012:function:f/x';
    const answer = await client.send(
      new InvokeCommand({ FunctionName: name, Qualifier: 'live', Payload: '{"a":1}' }),
    );
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({
      name,
      got: '{"a":1}',
      qualifier: 'live',
    });
    expect(answer.ExecutedVersion).toBe('7');
  });

  test('an error is the class of the SDK', async () => {
    const asked = new LambdaClient(settings()).send(new InvokeCommand({ FunctionName: 'none' }));
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
  });
});
