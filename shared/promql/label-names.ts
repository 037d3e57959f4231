/** A set of label names: only some, or all but some. */
export interface LabelNames {
  readonly kind: 'only' | 'all-but';
  readonly names: ReadonlySet<string>;
}

export const ALL_LABELS: LabelNames = { kind: 'all-but', names: new Set() };

export function only(names: Iterable<string>): LabelNames {
  return { kind: 'only', names: new Set(names) };
}

export function isAmong(labels: LabelNames, name: string): boolean {
  return labels.names.has(name) === (labels.kind === 'only');
}

export function without(labels: LabelNames, names: readonly string[]): LabelNames {
  if (labels.kind === 'only') return only([...labels.names].filter((name) => !names.includes(name)));
  return { kind: 'all-but', names: new Set([...labels.names, ...names]) };
}

export function and(labels: LabelNames, names: readonly string[]): LabelNames {
  if (labels.kind === 'only') return only([...labels.names, ...names]);
  return { kind: 'all-but', names: new Set([...labels.names].filter((name) => !names.includes(name))) };
}

/** Those of some names that are among the labels. */
export function among(labels: LabelNames, names: readonly string[]): LabelNames {
  return only(names.filter((name) => isAmong(labels, name)));
}

/** In one set or the other. */
export function either(a: LabelNames, b: LabelNames): LabelNames {
  if (a.kind === 'only') return and(b, [...a.names]);
  if (b.kind === 'only') return and(a, [...b.names]);
  return { kind: 'all-but', names: new Set([...a.names].filter((name) => b.names.has(name))) };
}
