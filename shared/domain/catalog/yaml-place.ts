import { isAlias, isCollection, isMap, isScalar, isSeq, type Document, type Pair, type YAMLMap } from 'yaml';
import type { Finding, Path } from './problem.ts';
import { scalarOffsets } from './scalar-offsets.ts';

/**
 * The offset in the file of what a finding names. A path that leads on to something missing gives
 * the nearest key above it; aliases and merged maps (`<<`) lead to where the text really stands.
 */
export function offsetOf(document: Document, text: string, path: Path, on: Finding['on']): number {
  let node: unknown = document.contents;
  let keyOffset = startOf(node) ?? 0;
  for (const step of path) {
    // One value where a list may stand is its own first entry.
    if (step === 0 && isScalar(resolve(document, node))) continue;
    const next = stepInto(document, node, step);
    if (next === undefined) return keyOffset;
    node = next.value;
    keyOffset = startOf(next.key) ?? startOf(node) ?? keyOffset;
  }
  if (on === 'key') return keyOffset;
  const target = resolve(document, node);
  const start = startOf(target) ?? keyOffset;
  if (typeof on !== 'number' || !isScalar(target)) return start;
  const source = text.slice(start, target.range?.[1] ?? start);
  const offsets = scalarOffsets(source, String(target.value));
  return start + (offsets[Math.min(on, offsets.length - 1)] ?? 0);
}

interface Step {
  readonly key?: unknown;
  readonly value: unknown;
}

function stepInto(document: Document, from: unknown, step: string | number): Step | undefined {
  const node = resolve(document, from);
  if (isSeq(node)) {
    const index = Number(step);
    return index in node.items ? { value: node.items[index] } : undefined;
  }
  return isMap(node) ? stepIntoMap(document, node, String(step), 0) : undefined;
}

function stepIntoMap(document: Document, map: YAMLMap, key: string, depth: number): Step | undefined {
  const own = map.items.findLast((pair) => keyText(pair) === key);
  if (own !== undefined) return { key: own.key, value: own.value };
  // A merge may merge again; more than a few levels are not worth a place.
  if (depth > 8) return undefined;
  for (const pair of map.items) {
    if (keyText(pair) !== '<<') continue;
    const merged = resolve(document, pair.value);
    const sources = isSeq(merged) ? merged.items.map((item) => resolve(document, item)) : [merged];
    for (const source of sources) {
      const found = isMap(source) ? stepIntoMap(document, source, key, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function resolve(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] : undefined;
}
