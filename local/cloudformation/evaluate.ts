import type { DeployedResource } from '../kernel/service.ts';
import { attributeReference, intrinsicOf, PLACEHOLDER } from './find-references.ts';
import type { Template } from './read-assembly.ts';

/** What intrinsics of one stack can see. */
export interface Scope {
  readonly region: string;
  /** Pseudo parameters and parameters, by name. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly mappings: Template['Mappings'];
  readonly conditions: Template['Conditions'];
  /** What has been deployed so far, by logical id. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
  /** Exports of the stacks before this one, by export name. */
  readonly exports: ReadonlyMap<string, unknown>;
  /** Outputs of the stacks before this one, by `stack.output`. */
  readonly outputs: ReadonlyMap<string, unknown>;
}

/** What `AWS::NoValue` gives; the member or element that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Resolves all intrinsics in a template value. Literals stay as they are.
 *
 * @throws Error that says which intrinsic cannot be resolved, and why
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  const resolved = resolve(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Decides a condition by its name. */
export function isConditionTrue(name: string, scope: Scope): boolean {
  if (!Object.hasOwn(scope.conditions, name)) throw new Error(`The condition "${name}" is not declared.`);
  return decide(scope.conditions[name], scope);
}

function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return refuseDynamic(value);
  if (Array.isArray(value))
    return (value as unknown[]).map((one) => resolve(one, scope)).filter((one) => one !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) return apply(intrinsic.name, intrinsic.argument, scope);
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    resolve(member, scope),
  ]);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
}

function refuseDynamic(text: string): string {
  if (text.includes('{{resolve:')) {
    throw new Error(
      `The dynamic reference "${text}" cannot be resolved: there is no secret or parameter store here.`,
    );
  }
  return text;
}

function apply(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return refer(String(argument), scope);
    case 'Fn::GetAtt':
      return getAttribute(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::If':
      return choose(argument, scope);
    case 'Fn::Equals':
    case 'Fn::And':
    case 'Fn::Or':
    case 'Fn::Not':
      return decide({ [name]: argument }, scope);
    default:
      return compute(name, resolve(argument, scope), scope);
  }
}

/** Intrinsics whose argument is resolved first, whatever it is. */
function compute(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Fn::Join': {
      const [delimiter, list] = asList(name, argument);
      return asList(name, list).map(String).join(String(delimiter));
    }
    case 'Fn::Split': {
      const [delimiter, text] = asList(name, argument);
      return String(text).split(String(delimiter));
    }
    case 'Fn::Select':
      return select(argument);
    case 'Fn::FindInMap':
      return findInMap(argument, scope);
    case 'Fn::ImportValue':
      return lookUp(scope.exports, String(argument), 'No stack before this one exports');
    case 'Fn::GetStackOutput':
      return stackOutput(argument, scope);
    case 'Fn::Base64':
      return Buffer.from(String(argument)).toString('base64');
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map((zone) => `${argument === '' ? scope.region : String(argument)}${zone}`);
    default:
      throw new Error(`The intrinsic ${name} is not known to the embedded cloud.`);
  }
}

function refer(target: string, scope: Scope): unknown {
  if (target === 'AWS::NoValue') return NO_VALUE;
  if (scope.parameters.has(target)) return scope.parameters.get(target);
  return deployed(target, scope).ref;
}

function getAttribute(argument: unknown, scope: Scope): string {
  const [reference] = attributeReference(resolve(argument, scope));
  if (reference === undefined)
    throw new Error(`Fn::GetAtt takes [logical id, attribute], not ${show(argument)}.`);
  const { attributes } = deployed(reference.target, scope);
  const value = Object.hasOwn(attributes, reference.attribute) ? attributes[reference.attribute] : undefined;
  if (value !== undefined) return value;
  throw new Error(
    `"${reference.target}" has no attribute "${reference.attribute}" here; it has: ${Object.keys(attributes).join(', ') || 'none'}.`,
  );
}

function deployed(logicalId: string, scope: Scope): DeployedResource {
  const resource = scope.resources.get(logicalId);
  if (resource !== undefined) return resource;
  throw new Error(`"${logicalId}" is not there: it is not declared, or its condition is false.`);
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables = {}] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  const own = new Map(Object.entries(resolve(variables, scope) as object) as [string, unknown][]);
  const replaced = refuseDynamic(String(text)).replaceAll(PLACEHOLDER, (_, name: string) => {
    if (own.has(name)) return String(own.get(name));
    return String(name.includes('.') ? getAttribute(name, scope) : refer(name.trim(), scope));
  });
  return replaced.replaceAll('${!', '${');
}

function choose(argument: unknown, scope: Scope): unknown {
  const [condition, whenTrue, whenFalse] = asList('Fn::If', argument);
  return resolve(isConditionTrue(String(condition), scope) ? whenTrue : whenFalse, scope);
}

function decide(condition: unknown, scope: Scope): boolean {
  const entries = Object.entries(condition ?? {}) as [string, unknown][];
  const [name, argument] = entries[0] ?? ['', undefined];
  switch (name) {
    case 'Condition':
      return isConditionTrue(String(argument), scope);
    case 'Fn::Equals': {
      const [left, right] = asList(name, resolve(argument, scope));
      return show(left) === show(right);
    }
    case 'Fn::And':
      return asList(name, argument).every((one) => decide(one, scope));
    case 'Fn::Or':
      return asList(name, argument).some((one) => decide(one, scope));
    case 'Fn::Not':
      return !decide(asList(name, argument)[0], scope);
    default:
      throw new Error(`${show(condition)} is no condition.`);
  }
}

function select(argument: unknown): unknown {
  const [index, list] = asList('Fn::Select', argument);
  const values = asList('Fn::Select', list);
  if (Number(index) in values) return values[Number(index)];
  throw new Error(`Fn::Select: there is no element ${String(index)} in ${show(values)}.`);
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, first, second] = asList('Fn::FindInMap', argument).map(String);
  const value = scope.mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
  if (value !== undefined) return value;
  throw new Error(`Fn::FindInMap: the mappings have no ${show([map, first, second])}.`);
}

function stackOutput(argument: unknown, scope: Scope): unknown {
  const { StackName: stack, OutputName: output } = argument as { StackName?: unknown; OutputName?: unknown };
  return lookUp(
    scope.outputs,
    `${String(stack)}.${String(output)}`,
    'No stack before this one has the output',
  );
}

function lookUp(values: ReadonlyMap<string, unknown>, name: string, missing: string): unknown {
  if (values.has(name)) return values.get(name);
  throw new Error(`${missing} "${name}".`);
}

function asList(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new Error(`${name} takes a list, not ${show(value)}.`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
