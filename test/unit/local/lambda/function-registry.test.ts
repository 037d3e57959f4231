import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStateStore, type StateStore } from '../../../../local/kernel/state-store.ts';
import { FunctionRegistry } from '../../../../local/lambda/function-registry.ts';
import { aFunction } from './fake-invoker.ts';

let dir: string;
let state: StateStore;
let registry: FunctionRegistry;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'registry-'));
  state = openStateStore(':memory:');
  registry = open();
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true });
});

function open(): FunctionRegistry {
  const arnPrefix = 'arn:aws:lambda:us-east-1:123456789012:function:';
  return new FunctionRegistry(state, { arnPrefix, codeDir: join(dir, 'kept') });
}

function code(hash: string): string {
  const codePath = join(dir, `asset.${hash}`);
  mkdirSync(codePath, { recursive: true });
  writeFileSync(join(codePath, 'handler.mjs'), hash);
  return codePath;
}

test('the same publisher gets the same version, another one the next', () => {
  registry.put(aFunction({ codePath: code('one') }));
  expect(registry.publish('worker', 'stack/V1').version).toBe('1');
  expect(registry.publish('worker', 'stack/V1').version).toBe('1');
  registry.put(aFunction({ codePath: code('two') }));
  expect(registry.publish('worker', 'stack/V2').version).toBe('2');
});

test('a version keeps its code and settings over new code, a lost asset folder and a restart', () => {
  const codePath = code('one');
  registry.put(aFunction({ codePath, timeoutS: 7 }));
  registry.publish('worker', 'stack/V1');
  rmSync(codePath, { recursive: true });
  registry = open();
  registry.put(aFunction({ codePath: code('two') }));
  const { config } = registry.resolve('worker', '1');
  expect(config.timeoutS).toBe(7);
  expect(readFileSync(join(config.codePath, 'handler.mjs'), 'utf8')).toBe('one');
  expect(existsSync(codePath)).toBe(false);
});

test('an alias resolves to its version and shows in the invoked ARN', () => {
  registry.put(aFunction({ codePath: code('one') }));
  registry.publish('worker', 'stack/V1');
  const arn = registry.putAlias('worker', 'live', '1');
  expect(registry.resolve(arn)).toMatchObject({
    config: { version: '1' },
    qualifier: 'live',
    invokedArn: arn,
  });
  expect(registry.alias('worker', 'live')).toEqual({ arn, version: '1' });
});

test.each([
  ['nobody', 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody'],
  ['worker:9', 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:worker:9'],
])('%s is not found, in the words of AWS', (name, message) => {
  registry.put(aFunction());
  expect(() => registry.resolve(name)).toThrow(message);
  expect(() => registry.alias('worker', 'gone')).toThrow('Cannot find alias arn');
});
