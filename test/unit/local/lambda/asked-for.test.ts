import { expect, test } from 'vitest';
import type { FunctionConfig } from '../../../../local/lambda/function-config.ts';
import { askForRole, needsToLog } from '../../../../local/lambda/needs.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const config: FunctionConfig = {
  name: 'f',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  version: '1',
  codePath: '/code/abc',
  handler: 'handler.handler',
  runtime: 'nodejs24.x',
  timeoutS: 3,
  memoryMb: 128,
  environment: {},
  roleArn: 'arn:aws:iam::123456789012:role/r',
};

function asked(over: Partial<FunctionConfig>): string[] {
  const kernel = createFakeKernel();
  const said: string[] = [];
  kernel.onAuthorize = (caller, needs) => {
    const who = caller.kind === 'role' ? 'the role' : caller.service;
    said.push(...needs.map(({ action }) => `${who}: ${action}`));
  };
  askForRole(kernel, { ...config, ...over });
  return said;
}

test('Lambda takes the role of a function when it is made', () => {
  expect(asked({})).toEqual(['lambda.amazonaws.com: sts:AssumeRole']);
});

test('in a VPC the role must be allowed all that the manual names', () => {
  expect(asked({ isInVpc: true }).slice(1)).toEqual([
    'the role: ec2:CreateNetworkInterface',
    'the role: ec2:DescribeNetworkInterfaces',
    'the role: ec2:DescribeSubnets',
    'the role: ec2:DeleteNetworkInterface',
    'the role: ec2:AssignPrivateIpAddresses',
    'the role: ec2:UnassignPrivateIpAddresses',
  ]);
});

test('a log is written to the stream of its group, the one that the function names', () => {
  const resources = needsToLog(createFakeKernel(), { ...config, logGroup: 'own' }).map(
    ({ resource }) => resource,
  );
  expect(new Set(resources)).toEqual(
    new Set(['arn:aws:logs:us-east-1:123456789012:log-group:own:log-stream:abc[1]']),
  );
});
