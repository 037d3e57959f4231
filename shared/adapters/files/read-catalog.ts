import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import { ORGANIZATION_FILE } from '../../domain/catalog/catalog-layout.ts';
import type { CatalogFiles, UnreadableFile } from '../../domain/catalog/read-catalog-file.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** What a catalog is written in; anything else in the folder is the owner's own business. */
const CATALOG_FILE = /\.(ya?ml|rules)$/i;
const SKIPPED_FOLDER = /^(\.|node_modules$)/;

const MAX_FILE_BYTES = 1_000_000;
/** Past these it is not a catalog that was named but, say, a home folder. */
const MAX_FILES = 2000;
const MAX_DEPTH = 6;

/**
 * Reads a catalog folder into memory: every YAML and `.rules` file in it, by path relative to the
 * folder with `/`. Never throws: what cannot be read stands in the result with the reason.
 */
export function readCatalogFolder(folder: string): CatalogFiles {
  const files = new Map<string, string | UnreadableFile>();
  const complaint = readInto(files, folder, '', 0);
  if (complaint !== undefined) files.set(ORGANIZATION_FILE, { unreadable: complaint });
  return files;
}

/** Returns why the folder as a whole cannot be read. */
function readInto(
  files: Map<string, string | UnreadableFile>,
  folder: string,
  prefix: string,
  depth: number,
): string | undefined {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch (error) {
    return `cannot be read: the folder ${resolve(folder, prefix)} ${whyUnreadable(error)}`;
  }
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const isFolder = isDirectory(join(folder, path));
    if (isFolder && CATALOG_FILE.test(name)) {
      files.set(path, { unreadable: 'is a folder; expected a file' });
    } else if (isFolder && !SKIPPED_FOLDER.test(name) && depth < MAX_DEPTH) {
      const complaint = readInto(files, folder, path, depth + 1);
      if (complaint !== undefined) return complaint;
    } else if (!isFolder && CATALOG_FILE.test(name)) {
      files.set(path, readText(join(folder, path)));
    }
    if (files.size > MAX_FILES) {
      return `cannot be read: ${resolve(folder)} holds more than ${MAX_FILES} YAML files; is it the catalog's folder?`;
    }
  }
  return undefined;
}

/** Follows links; false also for what cannot be looked at, such as a link to itself. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function readText(path: string): string | UnreadableFile {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) {
      return { unreadable: `has ${size} bytes, expected at most ${MAX_FILE_BYTES}; split it` };
    }
    return decode(readFileSync(path));
  } catch (error) {
    return { unreadable: `cannot be read: it ${whyUnreadable(error)}` };
  }
}

function decode(bytes: Uint8Array): string | UnreadableFile {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { unreadable: `is not UTF-8 text: ${firstBadByte(bytes)}` };
  }
}

function firstBadByte(bytes: Uint8Array): string {
  let good = 0;
  let bad = bytes.length;
  // The longest prefix that decodes; a cut inside a character is not an error while streaming.
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (isUtf8(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  const line = bytes.subarray(0, good).filter((byte) => byte === 0x0a).length + 1;
  return `see line ${line}; save it as UTF-8`;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
