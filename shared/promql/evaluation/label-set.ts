import { labelValue, type Labels } from '../matching.ts';
import { quoted } from '../syntax/quoting.ts';
import { compareTexts } from '../text-order.ts';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

/** Labels that say what a series measures; they go with the name when a value becomes something else. */
const SCHEMA_LABELS: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

interface Derived {
  /** Name, value, name, value, ... sorted by name, without empty values. */
  readonly pairs: readonly string[];
  key?: string;
  nameless?: Labels;
}

// Sources give the same object for the same series each time, so that this is computed once for a series.
const derived = new WeakMap<Labels, Derived>();

function derivedOf(labels: Labels): Derived {
  let known = derived.get(labels);
  if (known === undefined) {
    const pairs: string[] = [];
    for (const name of Object.keys(labels).sort()) {
      const value = labels[name] ?? '';
      if (value !== '') pairs.push(name, value);
    }
    known = { pairs };
    derived.set(labels, known);
  }
  return known;
}

/** A text that is the same exactly for the same labels, whatever their order. Empty values count as not there. */
export function keyOf(labels: Labels): string {
  const known = derivedOf(labels);
  known.key ??= textOf(known.pairs);
  return known.key;
}

function textOf(pairs: readonly string[]): string {
  let text = '';
  for (const part of pairs) text += sized(part);
  return text;
}

/** The order in which Prometheus lists series: by their labels, those sorted by name, one after the other. */
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [derivedOf(a).pairs, derivedOf(b).pairs];
  const common = Math.min(left.length, right.length);
  for (let at = 0; at < common; at++) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x !== y) return compareTexts(x, y);
  }
  return left.length - right.length;
}

/** With its length before it, so that no value can be taken for two. */
const sized = (text: string): string => `${text.length}:${text}`;

/** The labels without the metric's name, type and unit. The same input gives the same object. */
export function withoutName(labels: Labels): Labels {
  const known = derivedOf(labels);
  known.nameless ??= known.pairs.some((text, at) => at % 2 === 0 && SCHEMA_LABELS.has(text))
    ? omit(labels, SCHEMA_LABELS)
    : labels;
  return known.nameless;
}

/** Only the named labels, those that the series has. */
export function pick(labels: Labels, names: Iterable<string>): Labels {
  const pairs = Array.from(names, (name) => [name, labelValue(labels, name)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

/** All but the named labels. */
export function omit(labels: Labels, names: ReadonlySet<string>): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.has(name)));
}

/** Any UTF-8 text but the empty one; bytes that are none were read as lone surrogates. */
export function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}

/** The labels with one changed; the empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  // A computed key is an own one, even `__proto__`.
  return value === '' ? omit(labels, new Set([name])) : { ...labels, [name]: value };
}

/** The labels with some changed; an empty value takes one away. */
export function withLabels(labels: Labels, changes: Readonly<Record<string, string>>): Labels {
  const all = Object.entries({ ...labels, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** Labels as Prometheus' messages show them: `{__name__="metric", a="b"}`, sorted by name. */
export function showLabels(labels: Labels): string {
  const { pairs } = derivedOf(labels);
  const shown = pairs.flatMap((name, at) => (at % 2 === 0 ? [`${name}=${quoted(pairs[at + 1] ?? '')}`] : []));
  return `{${shown.join(', ')}}`;
}

/** How series are put into groups. */
export interface Grouping {
  /** The same for all series of a group, and for no other. */
  readonly keyOf: (labels: Labels) => string;
  /** The labels that the series of a group have in common by it. */
  readonly labelsOf: (labels: Labels) => Labels;
}

/** Groups by the labels that are named. */
export function groupingBy(names: readonly string[]): Grouping {
  const [only] = names;
  return {
    keyOf:
      names.length === 1 && only !== undefined
        ? (labels) => labelValue(labels, only)
        : (labels) => {
            let key = '';
            for (const name of names) key += sized(labelValue(labels, name));
            return key;
          },
    labelsOf: (labels) => pick(labels, names),
  };
}

/** Groups by all labels but those that are named and those that say what is measured. */
export function groupingWithout(names: readonly string[]): Grouping {
  return groupingByOthers(new Set([...names, ...SCHEMA_LABELS]));
}

/** Groups by all labels but those. */
export function groupingByOthers(dropped: ReadonlySet<string>): Grouping {
  return {
    keyOf: (labels) => {
      const { pairs } = derivedOf(labels);
      let key = '';
      for (let at = 0; at < pairs.length; at += 2) {
        const name = pairs[at] ?? '';
        if (!dropped.has(name)) key += sized(name) + sized(pairs[at + 1] ?? '');
      }
      return key;
    },
    labelsOf: (labels) => omit(labels, dropped),
  };
}
