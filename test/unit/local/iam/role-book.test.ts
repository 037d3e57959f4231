import { expect, test } from 'vitest';
import { grantsOf } from '../../../../local/iam/audit-rights.ts';
import { RoleBook } from '../../../../local/iam/role-book.ts';

const TRUST = {
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
};
const allow = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const at = (stack: string, logicalId: string, properties: Record<string, unknown>) => ({
  stack,
  logicalId,
  suggestedName: `${stack}-${logicalId}`,
  properties,
});
const rightsOf = (book: RoleBook): string[] =>
  grantsOf(book.policies())
    .filter(({ policy }) => policy.kind === 'identity')
    .map(
      ({ policy, statement }) =>
        `${policy.attachedTo.split('/').at(-1) ?? ''} ${statement.actions.patterns.join()}`,
    );

test('a role has what stands in it and what is attached to it, of any stack', () => {
  const book = new RoleBook('123456789012');
  const inline = [{ PolicyName: 'p', PolicyDocument: allow('a:Inline') }];
  book.putRole(at('one', 'Role', { AssumeRolePolicyDocument: TRUST, Policies: inline }));
  book.putRole(at('two', 'Role', { AssumeRolePolicyDocument: TRUST }));
  // The CDK names policies by their place in the stack, so that two stacks may have one of the same name.
  for (const stack of ['one', 'two']) {
    const properties = { PolicyName: 'Same', Roles: [`${stack}-Role`], PolicyDocument: allow(`a:${stack}`) };
    book.putPolicy('AWS::IAM::Policy', at(stack, 'Policy', properties));
  }
  expect(rightsOf(book)).toEqual(['one-Role a:Inline', 'one-Role a:one', 'two-Role a:two']);
  book.remove('one-Role');
  expect(rightsOf(book)).toEqual(['two-Role a:two']);
});

test('managed policies count where a role names them, or they the role', () => {
  const book = new RoleBook('123456789012');
  const arn = book.putPolicy(
    'AWS::IAM::ManagedPolicy',
    at('s', 'Managed', { PolicyDocument: allow('a:Managed') }),
  );
  book.putRole(at('s', 'Role', { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: [arn] }));
  expect(rightsOf(book)).toEqual(['s-Role a:Managed']);
});

test.each([
  [
    'a managed policy that nobody declares',
    { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    'AdministratorAccess are declared by no template',
  ],
  ['a permissions boundary', { PermissionsBoundary: 'arn' }, 'PermissionsBoundary'],
  [
    'a policy that is not evaluated in full',
    { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [], Extra: 1 } }] },
    'Extra',
  ],
  [
    'a trust policy with a resource',
    { AssumeRolePolicyDocument: { Statement: { ...TRUST.Statement, Resource: '*' } } },
    'trust policy has none',
  ],
])('a role with %s is refused', (_, properties, message) => {
  const declared = at('s', 'Role', { AssumeRolePolicyDocument: TRUST, ...properties });
  expect(() => new RoleBook('123456789012').putRole(declared)).toThrow(message);
});
