import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes an order to a program that may read at any moment: the file appears whole or not at all, because it is
 * written beside and renamed.
 */
export function writeOrder(path: string, order: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(order)}\n`);
  renameSync(`${path}.new`, path);
}

/** The content of an order's file, undefined inside if it is no JSON; undefined if there is no file. */
export function readOrder(path: string): { readonly content: unknown } | undefined {
  const text = ifThere(() => readFileSync(path, 'utf8'));
  return text === undefined ? undefined : { content: parseJson(text) };
}

/** What a reading gives; undefined if the file or folder is not there. */
export function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
