// boto3 and the AWS CLI, unmodified and of whatever age is installed, against the embedded cloud. Today's speak
// AWS JSON; those from before the end of 2023 speak Query with SQS and CloudWatch.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud.ts';
import { startForeignCloud } from './foreign-cloud.ts';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'look_around.py');
const VERSION = 'import sys, boto3; print(sys.executable, boto3.__version__)';

/** What each command prints, of those that can be run; the same program twice counts once. */
function versionsOf(
  commands: readonly string[],
  args: readonly string[],
): [command: string, version: string][] {
  const found = commands.flatMap((command): [string, string][] => {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
    return status === 0 ? [[command, stdout.trim()]] : [];
  });
  return [...new Map(found.map(([command, version]) => [version, [command, version] as const])).values()].map(
    ([command, version]) => [command, version],
  );
}

const pythons = versionsOf(['python3', '/usr/bin/python3'], ['-c', VERSION]);
const clis = versionsOf(['aws', '/usr/bin/aws'], ['--version']);

let cloud: Cloud;
beforeAll(async () => {
  if (pythons.length + clis.length > 0) cloud = await startForeignCloud();
}, 120_000);
afterAll(async () => {
  await cloud?.stop();
});

const output = (name: string) => String(cloud.stacks[0]?.outputs[name]);
const doesNotImplement = (what: string) => ({
  code: 'UnknownOperationException',
  message: expect.stringContaining(`homeostat's embedded cloud does not implement ${what}`) as unknown,
});

const cloudwatch = {
  name: 'first',
  updated: true,
  pages: [1, 1],
  none: [],
  history: true,
  unknown: expect.objectContaining({ code: 'ResourceNotFound', class: 'ResourceNotFound' }) as unknown,
  missing: expect.objectContaining(doesNotImplement('ListMetricStreams of service monitoring')) as unknown,
};

if (pythons.length === 0) test.skip('boto3 looks around (skipped: no python3 here has boto3)');

test.each(pythons)('%s looks around with boto3 (%s)', async (python) => {
  const names = ['topic', 'queue', 'function', 'alarm', 'table', 'rule'].map(output);
  const { stdout } = await run(python, [SCRIPT, cloud.endpoint, ...names]);
  const seen = JSON.parse(stdout) as { readonly cbor: unknown };
  expect(seen).toEqual({
    identity: 'arn:aws:iam::123456789012:user/owner',
    cloudwatch,
    cbor: seen.cbor === null ? null : { protocol: 'smithy-rpc-v2-cbor', ...cloudwatch },
    sqs: {
      urls: ['alerts', 'work'].map((name) => `${cloud.endpoint}/123456789012/${name}`),
      pages: [1, 1],
      none: [],
      body: '<one>',
      attributes: true,
      count: '1',
      batch: ['a', 'b'],
      deleted: 3,
      left: '0',
      empty: [],
      gone: expect.objectContaining({
        code: 'AWS.SimpleQueueService.NonExistentQueue',
        class: 'QueueDoesNotExist',
      }) as unknown,
    },
    sns: {
      topics: [output('topic')],
      pages: [1],
      message: true,
      subscriptions: 1,
      gone: expect.objectContaining({ code: 'NotFound', class: 'NotFoundException' }) as unknown,
      missing: expect.objectContaining(
        doesNotImplement('CreatePlatformApplication of service sns'),
      ) as unknown,
    },
    dynamodb: {
      tables: ['things'],
      scanned: 3,
      pages: [2, 1],
      gone: expect.objectContaining({ class: 'ResourceNotFoundException' }) as unknown,
    },
    ecs: {
      clusters: 1,
      services: 1,
      running: 1,
      task: 'RUNNING',
      missing: expect.objectContaining({ class: 'ClusterNotFoundException' }) as unknown,
    },
    functions: {
      functions: ['greet'],
      said: 'hi ana',
      handler: 'index.handler',
      versions: 2,
      pages: [1, 1],
      aliases: ['live'],
      mappings: 1,
      gone: expect.objectContaining({ class: 'ResourceNotFoundException' }) as unknown,
      groups: ['/aws/lambda/greet'],
      lines: expect.arrayContaining([expect.stringContaining('greeted ana')]) as unknown,
    },
    timetable: {
      expression: 'rate(1 hour)',
      since: true,
      pattern: { source: ['aws.ecs'] },
      targets: 1,
      gone: expect.objectContaining({ class: 'ResourceNotFoundException' }) as unknown,
    },
    s3: expect.objectContaining(doesNotImplement('GET / of service s3')) as unknown,
    ec2: expect.objectContaining(doesNotImplement('DescribeInstances of service ec2')) as unknown,
  });
});

if (clis.length === 0) test.skip('the AWS CLI looks around (skipped: no `aws` here)');

test.each(clis)('%s works on it (%s)', async (command) => {
  const credentials = { AWS_ACCESS_KEY_ID: 'owner', AWS_SECRET_ACCESS_KEY: 'owner', AWS_PAGER: '' };
  const options = { env: { ...process.env, ...credentials } };
  const aws = async (line: string): Promise<unknown> => {
    const place = ['--endpoint-url', cloud.endpoint, '--region', 'us-east-1', '--output', 'json'];
    const { stdout } = await run(command, [...place, ...line.split(' ')], options);
    return JSON.parse(stdout === '' ? 'null' : stdout);
  };
  expect(await aws('sts get-caller-identity --query Account')).toBe('123456789012');
  expect(await aws('cloudwatch describe-alarms --query MetricAlarms[].AlarmName')).toEqual([
    'first',
    'second',
  ]);
  expect(await aws('dynamodb list-tables --query TableNames')).toEqual(['things']);
  expect(await aws('sns list-topics --query Topics[].TopicArn')).toEqual([output('topic')]);
  expect(await aws('ecs list-services --cluster shop --query length(serviceArns)')).toBe(1);
  expect(await aws('sqs list-queues --query length(QueueUrls)')).toBe(2);
  const attributes = `sqs get-queue-attributes --queue-url ${output('queue')} --attribute-names All`;
  expect(await aws(attributes)).toMatchObject({
    Attributes: { QueueArn: 'arn:aws:sqs:us-east-1:123456789012:alerts' },
  });
  expect(await aws('lambda list-functions --query Functions[].FunctionName')).toEqual(['greet']);
  await expect(aws('ec2 describe-vpcs')).rejects.toThrow('does not implement DescribeVpcs of service ec2');
});
