import { caution, type Path, type Problem } from '../catalog/problem.ts';
import { readYaml } from '../catalog/yaml-source.ts';

/** Something of a configuration that the catalog does not have. */
export interface NotCarried {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What it is, as it is written. */
  readonly what: string;
  readonly reason: string;
  /** What to do instead; empty if nothing is lost. */
  readonly instead: string;
}

/** What became of a configuration, while it is read. */
export interface Notes {
  /** In words, for people. */
  readonly carried: string[];
  readonly notCarried: NotCarried[];
  /** Notes what stands at a path of the configuration and cannot be carried. */
  readonly leave: (path: Path, what: string, reason: string, instead?: string) => void;
}

export type ConfigRead =
  | { readonly ok: true; readonly value: unknown; readonly notes: Notes }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a YAML file and begins notes about it. */
export function readConfig(file: string, text: string): ConfigRead {
  const { source, problems } = readYaml(file, text, 'typed');
  if (source === undefined || problems.length > 0) return { ok: false, problems };
  const notCarried: NotCarried[] = [];
  const leave = (path: Path, what: string, reason: string, instead = ''): void => {
    const { line, column } = source.locate(caution(path, reason, 'key'));
    notCarried.push({ file, line, column, what, reason, instead });
  };
  return { ok: true, value: source.value, notes: { carried: [], notCarried, leave } };
}

/** The entries of a map; none of anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** What stands under a key of a map. */
export function under(value: unknown, key: string): unknown {
  return entriesOf(value).find(([name]) => name === key)?.[1];
}

/** The elements of a list; none of anything else. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A scalar as text; undefined of anything else. */
export function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
