import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { bareHandler, clientsIn } from '../../../bench/init/bare-handler.ts';

/** What esbuild tells of a bundle with these files in it. */
function aBundleOf(...files: string[]): Metafile {
  const inputs = Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }]));
  return { inputs: {}, outputs: { 'handler.mjs': { bytes: 1, inputs, imports: [], exports: [] } } };
}

test('the clients are those whose code is in the bundle, each once', () => {
  const bundle = aBundleOf(
    'functions/collect/handler.ts',
    'node_modules/@aws-sdk/client-sns/dist-es/SNSClient.js',
    'node_modules/@aws-sdk/client-sns/dist-es/commands/PublishCommand.js',
    'node_modules/@aws-sdk/core/dist-es/index.js',
    'node_modules/@aws-sdk/client-ecs/dist-es/ECSClient.js',
    'node_modules/@aws/durable-execution-sdk-js/dist/index.js',
  );
  expect(clientsIn(bundle)).toEqual([
    '@aws-sdk/client-ecs',
    '@aws-sdk/client-sns',
    '@aws/durable-execution-sdk-js',
  ]);
});

test('a client that the bench cannot make is an error that says where to add it', () => {
  const bundle = aBundleOf('node_modules/@aws-sdk/client-new/dist-es/index.js');
  expect(() => clientsIn(bundle)).toThrow(/@aws-sdk\/client-new.*bench\/init\/bare-handler\.ts/);
});

test('the handler makes the clients and nothing else', () => {
  expect(bareHandler(['@aws-sdk/client-ecs', '@aws-sdk/client-sns'])).toBe(
    [
      'import { ECSClient } from "@aws-sdk/client-ecs";',
      'import { SNSClient } from "@aws-sdk/client-sns";',
      'export const clients = [new ECSClient({}), new SNSClient({})];',
      'export const handler = async () => {};',
      '',
    ].join('\n'),
  );
});
