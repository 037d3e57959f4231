import type * as z from 'zod';
import type { Finding, Path, Problem } from './problem.ts';
import { readSchema } from './read-schema.ts';
import type { Salvaged } from './salvage.ts';
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
  /** What of it is sound; undefined if nothing is. */
  readonly sound: Salvaged<Value> | undefined;
  readonly problems: readonly Problem[];
  /** Gives findings their places in the file. */
  readonly locate: (findings: readonly Finding[]) => Problem[];
}

/** A file longer than this is a mistake, and would hold up everything after it. */
const MAX_CHARS = 10_000_000;

/**
 * Reads one file of the catalog and holds it against its schema. Never throws.
 *
 * @param rootOf where in the file that begins; at the top if not given
 */
export function readCatalogFile<Schema extends z.ZodType>(
  files: CatalogFiles,
  path: string,
  schema: Schema,
  scalars: 'typed' | 'text',
  rootOf: (value: unknown) => Path = () => [],
): ReadFile<z.output<Schema>> {
  const text = files.get(path) ?? { unreadable: 'is missing' };
  const refused = typeof text === 'string' ? tooLong(text) : text.unreadable;
  if (typeof text !== 'string' || refused !== undefined) {
    return nothing([{ file: path, line: 1, column: 1, severity: 'error', message: `this file ${refused}` }]);
  }
  const { source, problems } = readYaml(path, text, scalars);
  if (source === undefined) return nothing(problems);
  const root = rootOf(source.value);
  const raw = valueAt(source.value, root);
  const { findings, ...read } = readSchema(schema, raw);
  const locate = (some: readonly Finding[]): Problem[] =>
    some.map((finding) => source.locate({ ...finding, path: [...root, ...finding.path] }));
  return { raw, ...read, problems: [...problems, ...locate(findings)], locate };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

function nothing(problems: readonly Problem[]): ReadFile<never> {
  return { raw: undefined, sound: undefined, problems, locate: () => [] };
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
