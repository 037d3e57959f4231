import type * as z from 'zod';
import type { Finding, Path } from './problem.ts';
import { findingsOf, parseOptions, pathOf } from './schema-findings.ts';

/** A file's value held against its schema. */
export interface SchemaRead<Value> {
  /** The whole, if it fits. */
  readonly value?: Value;
  /**
   * What can be read in spite of the findings, by top-level key: broken parts are left out, so that
   * names and references in the sound parts are still checked and every problem is told at once.
   */
  readonly sections: Partial<Value>;
  readonly findings: readonly Finding[];
  /** From a path in `sections` (where broken list entries are left out) to the path in the file. */
  readonly inFile: (path: Path) => Path;
}

/** Holds a value against an object schema. Never throws. */
export function readSchema<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  raw: unknown,
): SchemaRead<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  type Value = z.output<z.ZodObject<Shape, z.core.$strict>>;
  const whole = schema.safeParse(raw, parseOptions);
  if (whole.success) {
    return { value: whole.data, sections: whole.data, findings: [], inFile: (path) => path };
  }
  const findings = findingsOf(whole.error.issues);
  const sections: Record<string, unknown> = {};
  const places = new Map<string, (path: Path) => Path>();
  for (const [key, section] of Object.entries(schema.shape)) {
    const salvaged = salvage(section as z.ZodType, isMap(raw) ? raw[key] : undefined);
    if (salvaged === undefined) continue;
    sections[key] = salvaged.value;
    places.set(key, salvaged.inFile);
  }
  const inFile = ([key, ...rest]: Path): Path => [
    ...(key === undefined ? [] : [key]),
    ...(places.get(String(key))?.(rest) ?? rest),
  ];
  return { sections: sections as Partial<Value>, findings, inFile };
}

interface Salvaged {
  readonly value: unknown;
  readonly inFile: (path: Path) => Path;
}

/** Leaves out broken parts until the rest fits; undefined if nothing is left or it does not end. */
function salvage(schema: z.ZodType, raw: unknown): Salvaged | undefined {
  const dropped = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const pruned = prune(raw, dropped);
    const read = schema.safeParse(pruned.value);
    if (read.success) return { value: read.data, inFile: pruned.inFile };
    const before = dropped.size;
    for (const path of read.error.issues.flatMap((issue) => brokenPaths(issue, pruned))) {
      if (path.length === 0) return undefined;
      dropped.add(JSON.stringify(path));
    }
    if (dropped.size === before) return undefined;
  }
  return undefined;
}

/** The paths in the file that an issue is about; of something missing, what it is missing from. */
function brokenPaths(issue: z.core.$ZodIssue, pruned: Salvaged): Path[] {
  const path = pruned.inFile(pathOf(issue));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  const exists = issue.path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as never)[step] : undefined),
    pruned.value,
  );
  return [exists === undefined ? path.slice(0, -1) : path];
}

/** A copy without the dropped paths, and the way from a path in the copy to the one in the original. */
function prune(raw: unknown, dropped: ReadonlySet<string>): Salvaged {
  const keptIndices = new Map<string, number[]>();
  const copy = (value: unknown, original: Path, path: Path): unknown => {
    if (Array.isArray(value)) {
      const kept = [...value.keys()].filter((index) => !dropped.has(JSON.stringify([...original, index])));
      keptIndices.set(JSON.stringify(path), kept);
      return kept.map((index, position) => copy(value[index], [...original, index], [...path, position]));
    }
    if (!isMap(value)) return value;
    const entries = Object.entries(value).filter(([key]) => !dropped.has(JSON.stringify([...original, key])));
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, copy(inner, [...original, key], [...path, key])]),
    );
  };
  const inFile = (path: Path): Path =>
    path.map((step, depth) =>
      typeof step === 'number'
        ? (keptIndices.get(JSON.stringify(path.slice(0, depth)))?.[step] ?? step)
        : step,
    );
  return { value: copy(raw, [], []), inFile };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
