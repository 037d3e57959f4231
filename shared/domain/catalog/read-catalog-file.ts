import type * as z from 'zod';
import type { Finding, Problem } from './problem.ts';
import { readSchema } from './read-schema.ts';
import { readYaml } from './yaml-source.ts';

/** A file that is there but whose text cannot be had; the reason completes "this file …". */
export interface UnreadableFile {
  readonly unreadable: string;
}

/** What a catalog folder holds: text by path relative to the folder, with `/`. */
export type CatalogFiles = ReadonlyMap<string, string | UnreadableFile>;

/** One file of the catalog, as far as it could be read. */
export interface ReadFile<Value> {
  /** The plain value of the YAML; undefined if it is none. */
  readonly raw: unknown;
  /** The whole, if it fits its schema. */
  readonly value?: Value;
  /** The sound parts, by top-level key. */
  readonly sections: Partial<Value>;
  readonly problems: readonly Problem[];
  /** Gives findings in `sections` their places in the file. */
  readonly locate: (findings: readonly Finding[]) => Problem[];
}

/** A file longer than this is a mistake, and would hold up everything after it. */
const MAX_CHARS = 1_000_000;

/** Reads one file of the catalog and holds it against its schema. Never throws. */
export function readCatalogFile<Shape extends z.core.$ZodShape>(
  files: CatalogFiles,
  path: string,
  schema: z.ZodObject<Shape, z.core.$strict>,
  scalars: 'typed' | 'text',
): ReadFile<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  const text = files.get(path) ?? { unreadable: 'is missing' };
  const refused = typeof text === 'string' ? tooLong(text) : text.unreadable;
  if (typeof text !== 'string' || refused !== undefined) {
    const problem: Problem = {
      file: path,
      line: 1,
      column: 1,
      severity: 'error',
      message: `this file ${refused}`,
    };
    return { raw: undefined, sections: {}, problems: [problem], locate: () => [] };
  }
  const { source, problems } = readYaml(path, text, scalars);
  if (source === undefined) return { raw: undefined, sections: {}, problems, locate: () => [] };
  const { value, sections, findings, inFile } = readSchema(schema, source.value);
  return {
    raw: source.value,
    ...(value !== undefined && { value }),
    sections,
    problems: [...problems, ...findings.map((finding) => source.locate(finding))],
    locate: (later) => later.map((finding) => source.locate({ ...finding, path: inFile(finding.path) })),
  };
}

function tooLong(text: string): string | undefined {
  if (text.length <= MAX_CHARS) return undefined;
  return `has ${text.length} characters, expected at most ${MAX_CHARS}; split it`;
}

/** The keys of a map at the top of a file, whatever stands under them. */
export function keysOf(raw: unknown, section: string): Set<string> {
  const map = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[section] : undefined;
  return new Set(typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.keys(map) : []);
}
