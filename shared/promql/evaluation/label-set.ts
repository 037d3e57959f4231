import { labelValue, type Labels } from '../matching.ts';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

const keys = new WeakMap<Labels, string>();
const nameless = new WeakMap<Labels, Labels>();

/** A text that is the same exactly for the same labels, whatever their order. Empty values count as not there. */
export function keyOf(labels: Labels): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  keys.set(labels, key);
  return key;
}

/** The labels without the metric's name. The same input gives the same object, so that its key is computed once. */
export function withoutName(labels: Labels): Labels {
  if (!Object.hasOwn(labels, METRIC_NAME)) return labels;
  const known = nameless.get(labels);
  if (known !== undefined) return known;
  const rest = omit(labels, [METRIC_NAME]);
  nameless.set(labels, rest);
  return rest;
}

/** Only the named labels, those that the series has. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.map((name) => [name, labelValue(labels, name)] as const).filter(([, value]) => value !== ''),
  );
}

/** All but the named labels. */
export function omit(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** Any UTF-8 text but the empty one; bytes that are not UTF-8 were read as the replacement character. */
export function isLabelName(name: string): boolean {
  return name !== '' && !name.includes('\ufffd');
}

/** The labels with one changed; the empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const rest = Object.entries(labels).filter(([key]) => key !== name);
  return Object.fromEntries(value === '' ? rest : [...rest, [name, value]]);
}

/** Labels as Prometheus' messages show them: `{__name__="metric", a="b"}`, sorted by name. */
export function showLabels(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(', ')}}`;
}

/** Gives each distinct set of wanted labels one object and one key, computed once per series. */
export function grouper(
  mode: 'keep' | 'drop',
  names: readonly string[],
): (labels: Labels) => { readonly labels: Labels; readonly key: string } {
  const known = new WeakMap<Labels, { labels: Labels; key: string }>();
  return (labels) => {
    let group = known.get(labels);
    if (group === undefined) {
      const kept = mode === 'keep' ? pick(labels, names) : omit(labels, names);
      group = { labels: kept, key: keyOf(kept) };
      known.set(labels, group);
    }
    return group;
  };
}
