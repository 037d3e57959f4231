import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { whyUnreadable } from '../../shared/adapters/files/why-unreadable.ts';
import type { UnreadableFile } from '../../shared/domain/catalog/read-catalog-file.ts';

const MAX_FILE_BYTES = 10_000_000;

/** The text of a file, or why it cannot be had. */
export function readTextFile(path: string): string | UnreadableFile {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) return { unreadable: `has ${size} bytes, expected at most ${MAX_FILE_BYTES}` };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { unreadable: whyUnreadable(error) };
  }
}

/**
 * Files that a file names, globs resolved, as seen from its folder. A name that no file fits stays, so that reading
 * it says what is missing.
 */
export function filesNamedIn(file: string, patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const path = normalize(isAbsolute(pattern) ? pattern : join(dirname(file), pattern));
    const fitting = /[*?[{]/.test(pattern) ? globSync(path).sort() : [path];
    return fitting.length === 0 ? [path] : fitting;
  });
  return [...new Set(found)];
}

/** The option of every command that reads rule files. */
export const IGNORE_UNKNOWN_OPTION = [
  '--ignore-unknown-fields',
  'pass over keys that Prometheus does not know, as promtool does with it',
] as const;
