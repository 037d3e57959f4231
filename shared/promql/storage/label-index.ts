import type { Matcher } from '../ast.ts';
import { compileMatcher, labelValue, type Labels } from '../matching.ts';

interface Labelled {
  readonly labels: Labels;
}

/** Fewer series than this of one name are looked through. */
const WORTH_POSTINGS = 32;

/**
 * The series of a store by their labels: first by metric name, then by `label="value"`. Lists for a label of a
 * name are made when a selector first asks for it, so that labels nobody selects by cost nothing.
 */
export class LabelIndex<S extends Labelled> {
  readonly #names = new Map<string, NameIndex<S>>();

  get(labels: Labels): S | undefined {
    return this.#names.get(nameOf(labels))?.get(keyOf(labels));
  }

  add(series: S): void {
    const name = nameOf(series.labels);
    let index = this.#names.get(name);
    if (index === undefined) this.#names.set(name, (index = new NameIndex()));
    index.add(series);
  }

  /** Removes the series for which `isGone` says so. Gives the names of which none is left. */
  removeWhere(isGone: (series: S) => boolean): string[] {
    const gone: string[] = [];
    for (const [name, index] of this.#names) {
      index.removeWhere(isGone);
      if (index.size === 0 && this.#names.delete(name)) gone.push(name);
    }
    return gone;
  }

  *all(): Iterable<S> {
    for (const index of this.#names.values()) yield* index.all();
  }

  /** The series that match all matchers. Throws `PatternError`. */
  *select(matchers: readonly Matcher[]): Iterable<S> {
    const ofName = matchers.filter(({ name }) => name === NAME);
    const rest = matchers.filter(({ name }) => name !== NAME);
    const tests = rest.map((matcher) => ({ name: matcher.name, test: remembering(matcher) }));
    const isMatch = (labels: Labels): boolean =>
      tests.every(({ name, test }) => test(labelValue(labels, name)));
    for (const index of this.#named(ofName)) {
      if (rest.length === 0) yield* index.all();
      else for (const series of index.candidates(rest)) if (isMatch(series.labels)) yield series;
    }
  }

  *#named(conditions: readonly Matcher[]): Iterable<NameIndex<S>> {
    const tests = conditions.map(compileMatcher);
    const exact = conditions.find(({ op }) => op === '=');
    for (const name of exact === undefined ? this.#names.keys() : [exact.value]) {
      const index = tests.every((test) => test(name)) ? this.#names.get(name) : undefined;
      if (index !== undefined) yield index;
    }
  }
}

/** The series of one metric name. */
class NameIndex<S extends Labelled> {
  readonly #series = new Map<string, S>();
  /** By label, then by value. */
  readonly #postings = new Map<string, Map<string, S[]>>();

  get size(): number {
    return this.#series.size;
  }

  get(key: string): S | undefined {
    return this.#series.get(key);
  }

  all(): Iterable<S> {
    return this.#series.values();
  }

  add(series: S): void {
    this.#series.set(keyOf(series.labels), series);
    for (const [label, byValue] of this.#postings) post(byValue, labelValue(series.labels, label), series);
  }

  removeWhere(isGone: (series: S) => boolean): void {
    const before = this.#series.size;
    for (const [key, series] of this.#series) if (isGone(series)) this.#series.delete(key);
    if (this.#series.size < before) this.#postings.clear();
  }

  /** All series that can match, by the equality that leaves the fewest. */
  candidates(matchers: readonly Matcher[]): Iterable<S> {
    let fewest: readonly S[] | undefined;
    if (this.#series.size < WORTH_POSTINGS) return this.all();
    for (const { op, name, value } of matchers) {
      if (op !== '=') continue;
      const found = this.#posted(name).get(value) ?? [];
      if (fewest === undefined || found.length < fewest.length) fewest = found;
    }
    return fewest ?? this.all();
  }

  #posted(label: string): Map<string, S[]> {
    const known = this.#postings.get(label);
    if (known !== undefined) return known;
    const byValue = new Map<string, S[]>();
    for (const series of this.all()) post(byValue, labelValue(series.labels, label), series);
    this.#postings.set(label, byValue);
    return byValue;
  }
}

/** The test of a matcher; a regular expression is asked once for each value, for series share many. */
function remembering(matcher: Matcher): (value: string) => boolean {
  const test = compileMatcher(matcher);
  if (matcher.op === '=' || matcher.op === '!=') return test;
  const known = new Map<string, boolean>();
  return (value) => {
    let answer = known.get(value);
    if (answer === undefined) known.set(value, (answer = test(value)));
    return answer;
  };
}

function post<S>(byValue: Map<string, S[]>, value: string, series: S): void {
  const known = byValue.get(value);
  if (known === undefined) byValue.set(value, [series]);
  else known.push(series);
}

const NAME = '__name__';

function nameOf(labels: Labels): string {
  return labelValue(labels, NAME);
}

function keyOf(labels: Labels): string {
  return JSON.stringify(
    Object.keys(labels)
      .sort()
      .map((name) => [name, labels[name]]),
  );
}
