import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOG_FILE } from '../../shared/contract/names.ts';
import { canonicalJson, hexHash } from '../../shared/domain/catalog/catalog-hash.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { theFleet } from './fleet-catalog.ts';
import { rightsOfRole } from './rights.ts';
import { synthesized, type Resource } from './synthesized.ts';

const fleet = theFleet();
const app = synthesized(fleet);
const functions = app.of('AWS::Lambda::Function');
const nameOf = ({ properties }: Resource): string => String(properties['FunctionName']);
const collects = functions.filter((fn) => nameOf(fn).startsWith('homeostat-collect'));

/** The folder that a function's code is uploaded from. */
function codeOf({ stack, properties }: Resource): string {
  const { S3Key: key } = properties['Code'] as { S3Key: string };
  const folder = app.stacks.find(({ name }) => name === stack)?.assets.get(key);
  if (folder === undefined) throw new Error(`${key} is no asset of ${stack}.`);
  return folder;
}

test('every function runs on Node 24, on ARM, with a limit of time and memory', () => {
  for (const { properties } of functions) {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
    });
    expect(Number(properties['Timeout'])).toBeLessThanOrEqual(90);
    expect(Number(properties['MemorySize'])).toBeLessThanOrEqual(1024);
  }
});

test('every function logs to a group of its own name, which is kept a month', () => {
  const groups = new Map(
    app.of('AWS::Logs::LogGroup').map(({ properties }) => [properties['LogGroupName'], properties]),
  );
  expect(groups.size).toBe(functions.length);
  for (const fn of functions) {
    const { LogGroup: group } = fn.properties['LoggingConfig'] as { LogGroup: string };
    expect(group).toBe(`/aws/lambda/${nameOf(fn)}`);
    expect(groups.get(group)).toMatchObject({ RetentionInDays: 30 });
  }
});

test('the compiled catalog travels in every bundle, and its hash is that of its content', () => {
  for (const fn of functions) {
    const catalog = JSON.parse(readFileSync(join(codeOf(fn), CATALOG_FILE), 'utf8')) as CompiledCatalog;
    expect(catalog).toEqual(JSON.parse(JSON.stringify(fleet)));
    const { hash, ...content } = catalog;
    expect(hash).toBe(hexHash(canonicalJson(content), 16));
  }
});

test('a bundle holds its handler, the catalog, and no code of another function', () => {
  const rooms = ['collect', 'intake', 'escalate', 'recover'];
  for (const fn of functions) {
    const folder = codeOf(fn);
    const room = nameOf(fn).split('-')[1] ?? '';
    expect(readdirSync(folder).toSorted()).toEqual([CATALOG_FILE, 'handler.mjs']);
    const code = readFileSync(join(folder, 'handler.mjs'), 'utf8');
    const held = (owner: string) => functionsOf(owner).filter((name) => code.includes(`function ${name}(`));
    expect(held(room)).not.toEqual([]);
    expect(rooms.filter((other) => other !== room).flatMap(held)).toEqual([]);
  }
});

test('a bundle needs nothing beside it to start: at its head stand only modules of Node', () => {
  for (const fn of functions) {
    const code = readFileSync(join(codeOf(fn), 'handler.mjs'), 'utf8');
    const needed = [...code.matchAll(/\bimport\b[\w$*{},\s]*?(?:\bfrom)?"([^"]+)"/g)].map(
      ([, from = '']) => from,
    );
    expect(needed).toContain('node:fs');
    expect(needed.filter((from) => !isBuiltin(from))).toEqual([]);
  }
});

/** Names of the functions that a room exports; bundles keep names. Short ones occur in libraries too. */
function functionsOf(room: string): string[] {
  const folder = join(import.meta.dirname, '../../functions', room);
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const exported = /^export (?:async )?function (\w{7,})\(/gm;
  return sources.flatMap((source) => [...source.matchAll(exported)].map(([, name = '']) => name));
}

test('no secret stands in an environment: names, ARNs and times only', () => {
  const names = new Set(
    functions.flatMap(({ properties }) =>
      Object.keys((properties['Environment'] as { Variables: object }).Variables),
    ),
  );
  const known = ['DEAD_LETTERS_URL', 'PASS_EVERY_S', 'RECOVER_ARN', 'TABLE_NAME', 'TOPIC_ARN_BASE'];
  expect([...names].toSorted()).toEqual(known);
});

test('two networks give two collects, each with its own systems and in its own network', () => {
  expect(collects).toHaveLength(2);
  const [free, networked] = collects.toSorted((a, b) => nameOf(a).length - nameOf(b).length);
  expect(free?.properties).not.toHaveProperty('VpcConfig');
  expect(networked?.properties['VpcConfig']).toEqual({
    SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    SecurityGroupIds: ['sg-0123456789abcdef0'],
  });
  expect(systemsSweptBy(free)).toEqual(['shop']);
  expect(systemsSweptBy(networked)).toEqual(['bank', 'ledger']);
});

test('collect alone is put into a network', () => {
  const networked = functions.filter(({ properties }) => 'VpcConfig' in properties);
  expect(networked.every((fn) => collects.includes(fn))).toBe(true);
});

test('a collect keeps its name when another network comes first', () => {
  const { bank, ledger } = fleet.systems;
  if (bank === undefined || ledger === undefined) throw new Error('The fleet has a bank and a ledger.');
  const network = {
    vpcId: 'vpc-00000001',
    subnetIds: ['subnet-00000001'],
    securityGroupIds: ['sg-00000001'],
  };
  const other = { ...bank, system: 'atlas', network, rules: [] };
  const more = synthesized({ ...fleet, systems: { atlas: other, ...fleet.systems } });
  const sweeps = (name: string): unknown => sweptBy(more.of('AWS::Scheduler::Schedule'), name);
  for (const fn of collects) expect(sweeps(nameOf(fn))).toEqual(systemsSweptBy(fn));
});

test('what is scheduled runs every minute, at once; a start is tried again within its minute, not later', () => {
  const schedules = app.of('AWS::Scheduler::Schedule').map(({ properties }) => properties);
  for (const schedule of schedules) {
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: { RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 60 } },
    });
  }
  const targets = schedules.map(({ Target }) => String((Target as { Arn: unknown }).Arn).replace(/^.*:/, ''));
  expect(targets.toSorted()).toEqual([...collects.map(nameOf), 'homeostat-escalate'].toSorted());
});

test('nor does Lambda repeat a scheduled run that failed', () => {
  const configured = app.of('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
  expect(configured.map(({ FunctionName }) => String(FunctionName)).toSorted()).toEqual(
    [...collects.map(nameOf), 'homeostat-escalate'].toSorted(),
  );
  for (const one of configured) {
    expect(one).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  }
});

test('a schedule may start its own function and nothing else', () => {
  for (const { stack, properties } of app.of('AWS::Scheduler::Schedule')) {
    const { Arn: arn, RoleArn: role } = properties['Target'] as { Arn: string; RoleArn: string };
    const name = arn.replace(/^.*:/, '');
    expect(rightsOfRole(app, stack, role.replace(/^.*\//, ''))).toEqual([
      `lambda:InvokeFunction on lambda function:${name}`,
    ]);
  }
});

function systemsSweptBy(fn: Resource | undefined): unknown {
  return fn === undefined ? undefined : sweptBy(app.of('AWS::Scheduler::Schedule'), nameOf(fn));
}

function sweptBy(schedules: readonly Resource[], name: string): unknown {
  const targets = schedules.map(({ properties }) => properties['Target'] as { Arn: string; Input: string });
  const target = targets.find(({ Arn: arn }) => arn.endsWith(`:${name}`));
  return target === undefined ? undefined : (JSON.parse(target.Input) as { systems: unknown }).systems;
}
