import {
  CfnCondition,
  CfnMapping,
  CfnOutput,
  CfnParameter,
  CfnResource,
  Fn,
  Stack,
  Token,
} from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployAssembly } from '../../../../local/cloudformation/deploy-assembly.ts';
import { DeployError } from '../../../../local/cloudformation/deploy-problem.ts';
import { createIdentity } from '../../../../local/identity/identity.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';
import { aRecording, aTemporaryFolder, synthApp, synthStack } from './synth-app.ts';

const QUEUE = 'AWS::SQS::Queue';
const TOPIC = 'AWS::SNS::Topic';
const FUNCTION = 'AWS::Lambda::Function';

async function problemsOf(deploying: Promise<unknown>): Promise<readonly string[]> {
  const error = await deploying.catch((thrown: unknown) => thrown);
  if (error instanceof DeployError) return error.problems;
  throw new Error(`There was no DeployError but ${String(error)}.`);
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
      const handler = new lambda.Function(consumer, 'Function', {
        runtime: lambda.Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: lambda.Code.fromAsset(source),
        environment: { QUEUE_URL: queue.queueUrl, REGION: consumer.region },
      });
      queue.grantSendMessages(handler);
    });
    const kernel = createFakeKernel();
    const recording = aRecording([QUEUE, FUNCTION]);
    const providers = [...recording.providers, ...(createIdentity(kernel).resources ?? [])];
    const deployed = await deployAssembly({ assemblyDir, providers, kernel });

    expect(deployed.map(({ name }) => name)).toEqual(['producer', 'consumer']);
    expect(recording.puts.map(({ logicalId }) => logicalId.slice(0, 4))).toEqual(['Dead', 'Queu', 'Func']);
    expect(recording.properties('Queue')['RedrivePolicy']).toEqual({
      deadLetterTargetArn: expect.stringMatching(/^arn:producer-Dead/),
      maxReceiveCount: 3,
    });
    const properties = recording.properties('Function');
    expect(properties).toMatchObject({
      Environment: {
        Variables: { QUEUE_URL: expect.stringMatching(/^producer-Queue/), REGION: 'us-east-1' },
      },
      Role: expect.stringMatching(/^arn:aws:iam::123456789012:role\/consumer-FunctionServiceRole/),
    });
    expect((properties['Code'] as { path: string }).path).toMatch(
      new RegExp(`^${assemblyDir}/asset\\.[0-9a-f]{64}$`),
    );
  });
});
