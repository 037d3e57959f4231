import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts a finding of cdk-nag (`AwsSolutions-…`, `Serverless-…`) on a construct and what is in it. The
 * packs themselves run in the stack tests only: whoever deploys should not wait for them.
 *
 * @param reason why it is as it should be, for who reads the finding
 */
export function acknowledge(on: IConstruct, id: string, reason: string): void {
  Validations.of(on).acknowledge({ id, reason });
}

/** Accepts that a policy names resources with a wildcard; other resources have no finding. */
export function acknowledgeWildcards(on: IConstruct, resources: readonly string[], reason: string): void {
  for (const resource of resources.filter((one) => one.includes('*'))) {
    acknowledge(on, `AwsSolutions-IAM5[Resource::${asNagPrints(Stack.of(on).resolve(resource))}]`, reason);
  }
}

/** cdk-nag names a reference in angle brackets: `arn:<AWS::Partition>:sns:…`. */
function asNagPrints(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const { Ref: ref, 'Fn::Join': join } = resolved as {
    Ref?: string;
    'Fn::Join'?: [delimiter: string, parts: unknown[]];
  };
  if (ref !== undefined) return `<${ref}>`;
  if (join !== undefined) return join[1].map(asNagPrints).join(join[0]);
  throw new Error(
    `Cannot name ${JSON.stringify(resolved)} as cdk-nag does; expected a text, a Ref or a join.`,
  );
}
