import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CfnResource } from 'aws-cdk-lib';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Kernel } from '../../../local/kernel/kernel.ts';
import type { Service } from '../../../local/kernel/service.ts';
import { runCloud, type Parts, type RunningCloud, type RunOptions } from '../../../local/run-cloud.ts';
import { aTemporaryFolder, synthStack } from './cloudformation/synth-app.ts';

const TOPIC = 'AWS::SNS::Topic';
const running: RunningCloud[] = [];
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
});

/** A small SNS that keeps its topics, and writes down what happens to it. */
function parts(kernel: Kernel, happened: string[], name = 'sns'): Parts {
  const topics = kernel.state(name).table<string>('topics');
  const keeper: Service = {
    name,
    rpc: {
      targetPrefix: 'SNS',
      jsonVersion: '1.0',
      xmlNamespace: 'http://sns/',
      operations: { ListTopics: () => ({ Topics: topics.entries().map(([TopicArn]) => ({ TopicArn })) }) },
    },
    resources: [
      {
        type: TOPIC,
        put: ({ suggestedName }) => {
          happened.push(`put at ${kernel.endpoint().replace(/\d+$/, 'PORT')}`);
          topics.put(suggestedName, suggestedName);
          return { ref: suggestedName, attributes: {} };
        },
      },
    ],
    needsToReceive: () => [],
    receive: (arn, { payload }) => {
      happened.push(`received ${String(payload)} for ${arn}`);
      return Promise.resolve();
    },
    start: () => {
      happened.push('keeper starts');
    },
    stop: () => {
      happened.push('keeper stops');
      return Promise.resolve();
    },
  };
  const actor: Service = {
    name: 'scheduler',
    start: async () => {
      happened.push('actor starts');
      await kernel.deliver('arn:aws:sns:r:a:t', { payload: 'hello', from: 'x', sourceArn: 'y' });
    },
    stop: () => {
      happened.push('actor stops');
      return Promise.reject(new Error('stuck'));
    },
  };
  return { keepers: [keeper], actors: [actor], emit: () => undefined, vend: () => undefined };
}

const assemblyDir = () =>
  synthStack((stack) => {
    new CfnResource(stack, 'Topic', { type: TOPIC });
  });

async function aCloud(options: Partial<RunOptions> = {}, happened: string[] = []): Promise<RunningCloud> {
  const cloud = await runCloud({ assemblyDir: assemblyDir(), ...options }, async (kernel) =>
    parts(kernel, happened),
  );
  running.push(cloud);
  return cloud;
}

async function topicsOf(cloud: RunningCloud) {
  const { endpoint, region } = cloud;
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
  const client = new SNSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { Topics: topics } = await client.send(new ListTopicsCommand({}));
  return topics?.map(({ TopicArn: arn }) => arn);
}

test('deploys, starts and ends in order, and one that cannot end does not keep the others', async () => {
  const happened: string[] = [];
  const logged: string[] = [];
  const cloud = await aCloud({ log: (level, message) => logged.push(`${level}: ${message}`) }, happened);
  expect(await topicsOf(cloud)).toEqual(['app-Topic']);
  await Promise.all([cloud.stop(), cloud.stop()]);
  expect(happened).toEqual([
    'put at http://127.0.0.1:PORT',
    'keeper starts',
    'actor starts',
    'received hello for arn:aws:sns:r:a:t',
    'actor stops',
    'keeper stops',
  ]);
  expect(logged).toEqual(['info: the cloud is up', 'error: the cloud did not end cleanly']);
  await expect(topicsOf(cloud)).rejects.toThrow('ECONNREFUSED');
});

test('state and log are in the state folder, and survive', async () => {
  const stateDir = join(aTemporaryFolder(), 'state');
  const first = await aCloud({ stateDir });
  await first.stop();
  const empty = synthStack((stack) => {
    new CfnResource(stack, 'Other', { type: TOPIC });
  });
  const second = await aCloud({ stateDir, assemblyDir: empty });
  expect(await topicsOf(second)).toEqual(['app-Other', 'app-Topic']);
  const lines = readFileSync(second.logFile ?? '', 'utf8')
    .trim()
    .split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.filter((message) => message === 'the cloud is up')).toHaveLength(2);
});

test('a state folder belongs to one cloud at a time', async () => {
  const stateDir = aTemporaryFolder();
  const first = await aCloud({ stateDir });
  await expect(aCloud({ stateDir })).rejects.toThrow(
    `The state in "${stateDir}" is in use by an embedded cloud that runs as process ${process.pid}.`,
  );
  await first.stop();
  expect(existsSync(join(stateDir, 'cloud.pid'))).toBe(false);
  await aCloud({ stateDir });
});

test('a cloud that cannot deploy leaves nothing running and the folder free', async () => {
  const stateDir = aTemporaryFolder();
  const happened: string[] = [];
  const bad = synthStack((stack) => {
    new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' });
  });
  await expect(aCloud({ stateDir, assemblyDir: bad }, happened)).rejects.toThrow('AWS::S3::Bucket');
  expect(happened).toEqual(['actor stops', 'keeper stops']);
  await aCloud({ stateDir });
});
