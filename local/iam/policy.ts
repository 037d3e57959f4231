import * as z from 'zod';
import { conditionProblems, hasAlternatives, type Condition } from './condition.ts';
import { variableProblems } from './policy-variables.ts';

/** What an `Action` or `Resource` element covers; `isNegated` for `NotAction` and `NotResource`. */
export interface Coverage {
  readonly patterns: readonly string[];
  readonly isNegated: boolean;
}

/**
 * One statement in its smallest pieces: an Allow has one action, one resource, one principal and one value for
 * each condition, so that each piece is a right by itself that can be used or not.
 */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** `*`, an ARN, an account's id, or a service; only in policies of resources. */
  readonly principals?: readonly string[];
  readonly actions: Coverage;
  /** Absent in a trust policy, whose resource is the role. */
  readonly resources?: Coverage;
  readonly conditions: readonly Condition[];
}

/** A policy where it counts: on a role, or on the resource that it guards. */
export interface AttachedPolicy {
  /** For people: `AWS::SQS::QueuePolicy homeostat-alerting/AlarmEventsPolicy`. */
  readonly name: string;
  readonly kind: 'identity' | 'resource';
  /** ARN of the role or of the guarded resource. */
  readonly attachedTo: string;
  readonly statements: readonly Statement[];
}

/** A list has something in it: `NotAction` of nothing would allow everything. */
const listOf = <T extends z.ZodType<string>>(one: T) =>
  z.union([one.transform((only) => [only]), z.array(one).min(1)]);
const strings = listOf(z.string());
/** Templates write numbers and booleans as such. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = listOf(scalar);

const notRead = (what: string) =>
  z
    .undefined({ error: `${what} is not evaluated by the embedded cloud; write the statement without it` })
    .optional();

const StatementDocument = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z
    .union([z.literal('*'), z.strictObject({ AWS: strings.optional(), Service: strings.optional() })])
    .optional(),
  NotPrincipal: notRead('NotPrincipal'),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).default({}),
});

const Document = z.strictObject({
  // Policy variables are read in this version only; an older one is taken as long as it has none.
  Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  // Alone it needs no list. Not a union, which would hide what is wrong with a statement.
  Statement: z.preprocess((found) => [found].flat(), z.array(StatementDocument)),
});

/** IAM refuses an action without its service. */
const IS_ACTION = /^(\*|[\w*?-]+:.+)$/;

/** Which elements a policy must and must not have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/**
 * Reads a policy document with all intrinsics resolved.
 *
 * @returns its statements, each Allow in its smallest pieces
 * @throws Error that names every element, operator and key which the embedded cloud does not evaluate:
 * what is not evaluated must not be ignored
 */
export function readPolicy(document: unknown, kind: PolicyKind): Statement[] {
  const read = Document.safeParse(document);
  if (!read.success) throw new Error(`its policy is wrong:\n${z.prettifyError(read.error)}`);
  const statements = read.data.Statement.map((one, at) =>
    readStatement(one, kind, `statement ${String(at + 1)}`),
  );
  if (read.data.Version === '2008-10-17' && JSON.stringify(read.data.Statement).includes('${')) {
    throw new Error('its policy uses policy variables, which need "Version": "2012-10-17".');
  }
  return statements.flatMap(inPieces);
}

function readStatement(one: z.infer<typeof StatementDocument>, kind: PolicyKind, where: string): Statement {
  const conditions = Object.entries(one.Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): Condition => ({ operator, key, values })),
  );
  const actions = coverageOf(one.Action, one.NotAction);
  const resources = coverageOf(one.Resource, one.NotResource);
  const principals =
    one.Principal === '*' ? ['*'] : [one.Principal?.AWS ?? [], one.Principal?.Service ?? []].flat();
  const problems = [
    ...conditions.flatMap(conditionProblems),
    ...(resources?.patterns ?? []).flatMap(variableProblems),
    ...(actions?.patterns ?? [])
      .filter((pattern) => !IS_ACTION.test(pattern))
      .map((pattern) => `the action ${pattern} names no service, as "sns:Publish" does`),
    ...(actions === undefined ? ['it has neither or both of Action and NotAction'] : []),
    ...((kind === 'trust') === (resources !== undefined)
      ? [
          `Resource and NotResource: ${kind === 'trust' ? 'a trust policy has none' : 'one of them is needed'}`,
        ]
      : []),
    ...((kind === 'identity') === principals.length > 0
      ? [`Principal: ${kind === 'identity' ? 'a policy of a role has none' : 'it is needed'}`]
      : []),
  ];
  if (problems.length > 0 || actions === undefined) {
    throw new Error(`its policy, ${where}: ${problems.join('; ')}.`);
  }
  return {
    effect: one.Effect,
    ...(kind === 'identity' ? {} : { principals }),
    actions,
    ...(resources === undefined ? {} : { resources }),
    conditions,
  };
}

function coverageOf(patterns: string[] | undefined, others: string[] | undefined): Coverage | undefined {
  if ((patterns === undefined) === (others === undefined)) return undefined;
  return patterns === undefined
    ? { patterns: others ?? [], isNegated: true }
    : { patterns, isNegated: false };
}

/** An Allow of two actions on two resources is four rights. A Deny gives none, and stays whole. */
function inPieces(statement: Statement): Statement[] {
  if (statement.effect === 'Deny') return [statement];
  const { principals, actions, resources, conditions } = statement;
  const everybody = principals === undefined ? [undefined] : principals.map((one) => [one]);
  return everybody.flatMap((somebody) =>
    piecesOf(actions).flatMap((action) =>
      (resources === undefined ? [undefined] : piecesOf(resources)).flatMap((resource) =>
        conditionPieces(conditions).map((some) => ({
          effect: 'Allow' as const,
          ...(somebody === undefined ? {} : { principals: somebody }),
          actions: action,
          ...(resource === undefined ? {} : { resources: resource }),
          conditions: some,
        })),
      ),
    ),
  );
}

function piecesOf(coverage: Coverage): Coverage[] {
  if (coverage.isNegated) return [coverage];
  return coverage.patterns.map((pattern) => ({ patterns: [pattern], isNegated: false }));
}

function conditionPieces(conditions: readonly Condition[]): Condition[][] {
  return conditions.reduce<Condition[][]>(
    (before, condition) => {
      const pieces = hasAlternatives(condition)
        ? condition.values.map((value) => ({ ...condition, values: [value] }))
        : [condition];
      return before.flatMap((some) => pieces.map((piece) => [...some, piece]));
    },
    [[]],
  );
}
