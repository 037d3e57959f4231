import { CfnCondition, CfnOutput, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployAssembly } from '../../../../local/cloudformation/deploy-assembly.ts';
import { DeployError } from '../../../../local/cloudformation/deploy-problem.ts';
import { createIam } from '../../../../local/iam/iam.ts';
import type { ResourceProvider } from '../../../../local/kernel/service.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';
import { aRecording, aTemporaryFolder, synthApp, synthStack } from './synth-app.ts';

const QUEUE = 'AWS::SQS::Queue';
const TOPIC = 'AWS::SNS::Topic';
const FUNCTION = 'AWS::Lambda::Function';

async function problemsOf(
  assemblyDir: string,
  providers: readonly ResourceProvider[],
  kernel: FakeKernel = createFakeKernel(),
): Promise<readonly string[]> {
  const error = await deployAssembly({ assemblyDir, providers, kernel }).catch((thrown: unknown) => thrown);
  if (error instanceof DeployError) return error.problems;
  throw new Error(`There was no DeployError but ${String(error)}.`);
}

function aFunction(
  stack: Stack,
  code: lambda.Code,
  environment: Record<string, string> = {},
): lambda.Function {
  return new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code,
    environment,
  });
}

describe('a CDK app', () => {
  test('is deployed in the order of its references, over stacks, with code found in its assembly', async () => {
    const source = aTemporaryFolder();
    writeFileSync(join(source, 'index.mjs'), 'export const handler = () => 1;');
    const assemblyDir = synthApp((app) => {
      // The consumer is declared first, so that order comes from the references alone.
      const consumer = new Stack(app, 'consumer');
      const producer = new Stack(app, 'producer');
      const dead = new sqs.Queue(producer, 'Dead');
      const queue = new sqs.Queue(producer, 'Queue', {
        deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
      });
      const environment = { QUEUE: queue.queueName, REGION: consumer.region };
      queue.grantSendMessages(aFunction(consumer, lambda.Code.fromAsset(source), environment));
    });
    const kernel = createFakeKernel();
    const recording = aRecording([QUEUE, FUNCTION]);
    const providers = [...recording.providers, ...(createIam(kernel).resources ?? [])];
    const deployed = await deployAssembly({ assemblyDir, providers, kernel });

    expect(deployed.map(({ name }) => name)).toEqual(['producer', 'consumer']);
    expect(recording.puts.map(({ logicalId }) => logicalId.slice(0, 4))).toEqual(['Dead', 'Queu', 'Func']);
    const [dead, queue] = recording.puts.map(({ suggestedName }) => suggestedName);
    expect(recording.properties('Queue')['RedrivePolicy']).toEqual({
      deadLetterTargetArn: `arn:${dead ?? ''}`,
      maxReceiveCount: 3,
    });
    const properties = recording.properties('Function');
    expect(properties['Environment']).toEqual({ Variables: { QUEUE: queue, REGION: 'us-east-1' } });
    expect(properties['Role']).toMatch(/^arn:aws:iam::123456789012:role\/consumer-FunctionServiceRole/);
    const { path } = properties['Code'] as { path: string };
    expect(path.startsWith(join(assemblyDir, 'asset.'))).toBe(true);
  });

  test('leaves out what its conditions leave out, and takes parameters by their default', async () => {
    const assemblyDir = synthStack((stack) => {
      const stage = new CfnParameter(stack, 'Stage', { default: 'test' });
      const isProd = new CfnCondition(stack, 'IsProd', { expression: Fn.conditionEquals(stage, 'prod') });
      const extra = new CfnResource(stack, 'Extra', { type: TOPIC });
      extra.cfnOptions.condition = isProd;
      const name = Fn.conditionIf(
        'IsProd',
        extra.ref,
        Fn.join('-', ['only', stage.valueAsString]),
      ).toString();
      new CfnResource(stack, 'Topic', { type: TOPIC, properties: { TopicName: name } });
      new CfnOutput(stack, 'Name', { value: name });
      new CfnOutput(stack, 'ExtraName', { value: extra.ref }).condition = isProd;
    });
    const recording = aRecording([TOPIC]);
    const [app] = await deployAssembly({
      assemblyDir,
      providers: recording.providers,
      kernel: createFakeKernel(),
    });
    expect(recording.puts.map(({ logicalId }) => logicalId)).toEqual(['Topic']);
    expect(recording.properties('Topic')).toEqual({ TopicName: 'only-test' });
    expect(app?.outputs).toEqual({ Name: 'only-test' });
  });

  test('only the stacks of the Region are deployed', async () => {
    const assemblyDir = synthApp((app) => {
      for (const region of ['us-east-1', 'eu-west-1']) {
        new sns.Topic(new Stack(app, `in-${region}`, { env: { region } }), 'Topic');
      }
    });
    const { providers } = aRecording([TOPIC]);
    const kernel = createFakeKernel({ region: 'eu-west-1' });
    const deployed = await deployAssembly({ assemblyDir, providers, kernel });
    expect(deployed.map(({ name }) => name)).toEqual(['in-eu-west-1']);
    expect(await problemsOf(assemblyDir, providers, createFakeKernel({ region: 'ap-south-1' }))).toEqual([
      `"${join(assemblyDir, 'manifest.json')}" has no stack for the Region ap-south-1.`,
    ]);
  });
});

describe('deploying again', () => {
  test('removes what is no longer declared or has another name, and nothing else', async () => {
    const kernel = createFakeKernel();
    const build = (topics: Record<string, string>) =>
      synthStack((stack) => {
        for (const [id, TopicName] of Object.entries(topics)) {
          new CfnResource(stack, id, { type: TOPIC, properties: { TopicName } });
        }
      });
    const removed: string[] = [];
    const provider: ResourceProvider = {
      type: TOPIC,
      put: ({ properties }) => ({
        ref: `${kernel.endpoint()}/${String(properties['TopicName'])}`,
        attributes: {},
      }),
      remove: (ref) => {
        removed.push(ref);
      },
    };
    const deploy = (assemblyDir: string) => deployAssembly({ assemblyDir, providers: [provider], kernel });
    await deploy(build({ Kept: 'kept', Renamed: 'before', Moved: 'moved', Dropped: 'dropped' }));
    expect(removed).toEqual([]);
    // The cloud listens elsewhere after a restart: names that hold its address are the same names.
    Object.assign(kernel, { endpoint: () => 'http://127.0.0.1:1' });
    await deploy(build({ Kept: 'kept', Renamed: 'after', MovedHere: 'moved' }));
    expect(removed.toSorted()).toEqual(['http://127.0.0.1:1/before', 'http://127.0.0.1:1/dropped']);
    removed.length = 0;
    await deploy(build({ Kept: 'kept', Renamed: 'after', MovedHere: 'moved' }));
    expect(removed).toEqual([]);
  });
});

describe('problems', () => {
  test('of all stacks are told at once, before anything is made', async () => {
    const assemblyDir = synthApp((app) => {
      const one = new Stack(app, 'one');
      new CfnResource(one, 'Bucket', { type: 'AWS::S3::Bucket' });
      new CfnResource(one, 'Topic', {
        type: TOPIC,
        properties: { Cidr: { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] } },
      });
      new CfnParameter(one, 'Asked');
      const two = new Stack(app, 'two');
      const left = new CfnResource(two, 'Left', { type: TOPIC });
      new CfnResource(two, 'Right', {
        type: TOPIC,
        properties: { Other: Fn.getAtt('Left', 'Arn') },
      });
      left.addPropertyOverride('Other', { 'Fn::Sub': '${Right}/${Nobody}' });
    });
    const recording = aRecording([TOPIC]);
    expect(await problemsOf(assemblyDir, recording.providers)).toEqual([
      'stack "one": the parameter "Asked" has no default, and nobody is there to ask.',
      'stack "one", resource "Bucket" (AWS::S3::Bucket): the embedded cloud has no such resource type. Leave it out ' +
        'of what runs locally, or add a provider under local/. Known types: AWS::SNS::Topic.',
      'stack "one", resource "Topic" (AWS::SNS::Topic): the intrinsic Fn::Cidr is not known to the embedded cloud.',
      'stack "two", resource "Left" (AWS::SNS::Topic): it refers to "Nobody", which is not declared.',
      'stack "two": resources depend on each other in a circle: Left -> Right -> Left.',
    ]);
    expect(recording.puts).toEqual([]);
  });

  test('of resources stop only what depends on them', async () => {
    const assemblyDir = synthStack((stack) => {
      const bad = new CfnResource(stack, 'Bad', { type: QUEUE });
      new CfnResource(stack, 'After', { type: TOPIC }).addResourceDependency(bad);
      new CfnResource(stack, 'Fine', { type: TOPIC });
      new CfnResource(stack, 'AlsoBad', { type: TOPIC, properties: { Name: Fn.getAtt('Fine', 'Url') } });
    });
    const recording = aRecording([TOPIC]);
    const failing: ResourceProvider = {
      type: QUEUE,
      put: () => {
        throw new Error('it is too deep.');
      },
    };
    expect(await problemsOf(assemblyDir, [...recording.providers, failing])).toEqual([
      'stack "app", resource "Bad" (AWS::SQS::Queue): it is too deep.',
      'stack "app", resource "AlsoBad" (AWS::SNS::Topic): "Fine" has no attribute "Url" here; it has: Arn, QueueName, TopicName.',
    ]);
    expect(recording.puts.map(({ logicalId }) => logicalId)).toEqual(['Fine']);
  });

  test('code that is a zip file', async () => {
    const zip = join(aTemporaryFolder(), 'code.zip');
    writeFileSync(zip, 'PK');
    const assemblyDir = synthStack((stack) => {
      aFunction(stack, lambda.Code.fromAsset(zip));
    });
    const kernel = createFakeKernel();
    const providers = [...aRecording([FUNCTION]).providers, ...(createIam(kernel).resources ?? [])];
    const [problem, ...others] = await problemsOf(assemblyDir, providers, kernel);
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /its code ".*\.zip" is one file\. Functions run from a folder here: make the asset of the folder, not of a zip\.$/,
    );
  });

  test('a folder that is no assembly', async () => {
    const folder = aTemporaryFolder();
    expect(await problemsOf(folder, [])).toEqual([
      `"${folder}" has no manifest.json, so it is no CDK assembly. Run "npx cdk synth" first.`,
    ]);
    writeFileSync(join(folder, 'manifest.json'), '{"artifacts": 1}');
    expect((await problemsOf(folder, []))[0]).toContain('is not what the CDK writes');
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect((await problemsOf(folder, []))[0]).toContain('cannot be read');
  });
});
