import { expect, test } from 'vitest';
import { generateDocs, staleDocs } from '../../../docs/generate.ts';

test('the generated files on disk are fresh; if not: node docs/generate.ts', async () => {
  expect(await staleDocs()).toEqual([]);
});

test('every key of the schemas is explained', async () => {
  const files = await generateDocs();
  const reference = files.get('docs/catalog.md') ?? '';
  const unexplained = reference.split('\n').filter((line) => /^\| `.*\|\s+\|$/.test(line));
  expect(unexplained).toEqual([]);
  expect(reference).toContain('### `recoveries.*.guards`');
});

test('the schema for editors knows what the validator knows', async () => {
  const files = await generateDocs();
  const schema = JSON.parse(files.get('docs/schema/homeostat.schema.json') ?? '') as Record<string, never>;
  expect(schema).toMatchObject({
    required: ['system', 'environment', 'owner', 'services'],
    additionalProperties: false,
    properties: {
      collection: { properties: { every: { default: '30s' } } },
      services: {
        additionalProperties: {
          properties: {
            scrape: { oneOf: ['url', 'targets', 'tasks', 'dns'].map((key) => ({ required: [key] })) },
          },
        },
      },
    },
  });
});
