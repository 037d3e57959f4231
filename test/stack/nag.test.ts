import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { acknowledge } from '../../infra/constructs/acknowledge.ts';
import { theFleet, theQuickstart } from './fleet-catalog.ts';
import { acknowledgements, unacknowledged, unneeded } from './nag.ts';
import { synthesized } from './synthesized.ts';

/** O1: what cdk-nag's AwsSolutions and Serverless packs find is mended, or is acknowledged with a reason. */

const { app } = synthesized(theFleet());

test.each([
  ['three systems, with and without a network', app],
  ['the quick start', synthesized(theQuickstart()).app],
])('of %s nothing is found that nobody has acknowledged, and nothing is acknowledged in vain', (_, some) => {
  expect(unacknowledged(some)).toEqual([]);
  expect(unneeded(some)).toEqual([]);
});

test('every acknowledgement has a reason that says more than its name', () => {
  const all = acknowledgements(app);
  expect(all.length).toBeGreaterThan(0);
  for (const { id, path, reason } of all) {
    expect(reason.split(' ').length, `${id} at ${path}`).toBeGreaterThanOrEqual(5);
  }
});

test('what is bad is found by name and place, until it is acknowledged', () => {
  const bad = synthesized(theQuickstart()).app;
  const stack = new Stack(bad, 'bad');
  const queue = new Queue(stack, 'Open');
  const role = new Role(stack, 'Almighty', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:*'], resources: [queue.queueArn] }));
  const found = unacknowledged(bad);
  expect(found.toSorted()).toEqual([
    'AwsSolutions-IAM5[Action::sqs:*] at bad/Almighty/DefaultPolicy/Resource',
    'AwsSolutions-SQS3 at bad/Open/Resource',
    'AwsSolutions-SQS4 at bad/Open/Resource',
    'Serverless-SQSRedrivePolicy at bad/Open/Resource',
  ]);
  acknowledge(queue, 'AwsSolutions-SQS4', 'only to see that this is heard');
  expect(unacknowledged(bad)).toEqual(found.filter((one) => !one.includes('SQS4')));
});

test('an acknowledgement that no longer matches anything is found', () => {
  const stale = synthesized(theQuickstart()).app;
  const stack = new Stack(stale, 'stale');
  acknowledge(new Queue(stack, 'Open'), 'AwsSolutions-SQS99', 'of a rule that there is not');
  acknowledge(new Queue(stack, 'Closed', { enforceSSL: true }), 'AwsSolutions-SQS4', 'but it is closed');
  expect(unneeded(stale)).toEqual(['AwsSolutions-SQS99 at stale/Open', 'AwsSolutions-SQS4 at stale/Closed']);
});
