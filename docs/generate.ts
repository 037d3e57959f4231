/// <reference types="node" />
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as prettier from 'prettier';
import * as z from 'zod';
import { OrganizationFile } from '../shared/domain/catalog/schema/organization.ts';
import { RuleFile } from '../shared/domain/catalog/schema/rule-file.ts';
import { SystemFile } from '../shared/domain/catalog/schema/system.ts';
import { catalogReference, type JsonSchema } from './catalog-reference.ts';
import { costReference } from './cost-reference.ts';
import { promqlReference } from './promql-reference.ts';

/*
 * Makes from the catalog's schemas what people and editors read about them, the bill of the quick start, and the page
 * about PromQL from a run of Prometheus' engine tests, if they are at hand.
 *   node docs/generate.ts           writes the files
 *   node docs/generate.ts --check   exits 1 if a file on disk differs, and names it
 */

const ROOT = join(import.meta.dirname, '..');
/** Prometheus' own engine tests, kept beside the project and never copied into it. */
const ENGINE_TESTS = join(ROOT, '../shared/data/promqltest');

/** Every generated file: its text by its path from the root of the project. Without engine tests no page about PromQL. */
export async function generateDocs(): Promise<ReadonlyMap<string, string>> {
  const organization = jsonSchema(OrganizationFile, 'organization.yaml of a Homeostat catalog');
  const system = jsonSchema(SystemFile, 'homeostat.yaml of a Homeostat catalog');
  const rules = jsonSchema(RuleFile, 'A Prometheus rule file');
  const files = new Map([
    ['docs/schema/organization.schema.json', JSON.stringify(organization)],
    ['docs/schema/homeostat.schema.json', JSON.stringify(system)],
    ['docs/catalog.md', catalogReference({ organization, system, rules })],
    ['docs/cost.md', costReference(join(ROOT, 'examples/quickstart'))],
  ]);
  const promql = promqlReference(ENGINE_TESTS);
  if (promql !== undefined) files.set('docs/promql.md', promql);
  const formatted = [...files].map(async ([path, text]): Promise<[string, string]> => {
    const options = await prettier.resolveConfig(join(ROOT, path));
    return [path, await prettier.format(text, { ...options, filepath: path })];
  });
  return new Map(await Promise.all(formatted));
}

/** The generated files whose text on disk is another, or that are not there. */
export async function staleDocs(): Promise<string[]> {
  const files = await generateDocs();
  return [...files].filter(([path, text]) => textOnDisk(path) !== text).map(([path]) => path);
}

function jsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const made = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema: node }) => plain(node) });
  return { title, ...made } as JsonSchema;
}

/** Takes out what says nothing: the bounds of JavaScript's own numbers. */
function plain(node: { minimum?: number; maximum?: number }): void {
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
}

function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

async function main(isCheck: boolean): Promise<void> {
  const stale = await staleDocs();
  if (!existsSync(ENGINE_TESTS))
    process.stderr.write(
      `docs/promql.md is left as it is: Prometheus' engine tests are not in ${ENGINE_TESTS}\n`,
    );
  if (isCheck) {
    for (const path of stale) process.stderr.write(`${path} is stale; run: node docs/generate.ts\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  const files = await generateDocs();
  for (const path of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), files.get(path) ?? '');
    process.stdout.write(`wrote ${path}\n`);
  }
}

if (import.meta.main) await main(process.argv.includes('--check'));
