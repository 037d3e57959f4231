import { compileSearch, PatternError, type Search } from '../../promql/pattern.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.ts';
import { sprintf } from './printf.ts';
import {
  isList,
  isMap,
  isStruct,
  isTrue,
  kindOf,
  printed,
  type Struct,
  type TemplateValue,
} from './value.ts';

/** What a function is given besides its arguments. */
export interface FunctionContext {
  /** Runs a PromQL query at the time of the alert. */
  readonly query: (expression: string) => readonly QuerySample[];
  readonly externalUrl: string;
}

/** One series of a query's result. */
export interface QuerySample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Arguments = readonly TemplateValue[];
export type TemplateFunction = (args: Arguments, context: FunctionContext) => TemplateValue;

/** A function that was called with what it cannot take; the executor adds the place. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

function text(args: Arguments, index: number): string {
  const value = args[index];
  if (typeof value !== 'string')
    throw new FunctionError(`expected a string as argument ${index + 1}, got ${kindOf(value)}`);
  return value;
}

/** A number, or a text that is one. */
function number(args: Arguments, index: number): number {
  const value = args[index];
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
  if (read === undefined || (Number.isNaN(read) && value !== 'NaN'))
    throw new FunctionError(`can't convert ${printed(value)} to float`);
  return read;
}

function samples(args: Arguments, index: number): readonly TemplateValue[] {
  const value = args[index];
  if (!isList(value)) throw new FunctionError(`expected a query's result, got ${kindOf(value)}`);
  return value;
}

function sampleOf(value: TemplateValue): Struct {
  if (!isStruct(value))
    throw new FunctionError(`expected one series of a query's result, got ${kindOf(value)}`);
  return value;
}

function labelOf(sample: TemplateValue, name: string): string {
  const labels = sampleOf(sample).fields['Labels'];
  const value = isMap(labels) ? labels.get(name) : undefined;
  return typeof value === 'string' ? value : '';
}

const ofNumber =
  (change: (value: number) => string): TemplateFunction =>
  (args) =>
    change(number(args, 0));

/** Prometheus' own functions. Source: its template reference. */
const OF_PROMETHEUS: Readonly<Record<string, TemplateFunction>> = {
  query: (args, context) =>
    context.query(text(args, 0)).map(({ labels, value }) => seriesStruct(labels, value)),
  first: (args) => {
    const [found] = samples(args, 0);
    if (found === undefined) throw new FunctionError('first() called on vector with no elements');
    return found;
  },
  label: (args) => labelOf(args[1], text(args, 0)),
  value: (args) => sampleOf(args[0]).fields['Value'],
  strvalue: (args) => labelOf(args[0], '__value__'),
  sortByLabel: (args) => {
    const name = text(args, 0);
    return samples(args, 1).toSorted((a, b) => compare(labelOf(a, name), labelOf(b, name)));
  },
  args: (args) => new Map(args.map((value, index) => [`arg${index}`, value])),
  safeHtml: (args) => text(args, 0),
  externalURL: (_, { externalUrl }) => externalUrl,
  pathPrefix: (_, { externalUrl }) => pathOf(externalUrl),
  graphLink: (args) => `/graph?g0.expr=${formEncoded(text(args, 0))}&g0.tab=0`,
  tableLink: (args) => `/graph?g0.expr=${formEncoded(text(args, 0))}&g0.tab=1`,
  humanize: ofNumber(humanize),
  humanize1024: ofNumber(humanize1024),
  humanizeDuration: ofNumber(humanizeDuration),
  humanizePercentage: ofNumber(humanizePercentage),
  humanizeTimestamp: ofNumber(humanizeTimestamp),
  toTime: ofNumber(humanizeTimestamp),
  parseDuration: (args) => durationSeconds(text(args, 0)),
  title: (args) => text(args, 0).replaceAll(/(?<![\p{L}\p{Nd}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
  toUpper: (args) => text(args, 0).toUpperCase(),
  toLower: (args) => text(args, 0).toLowerCase(),
  stripPort: (args) => hostOf(text(args, 0)),
  stripDomain: (args) => stripDomain(text(args, 0)),
  match: (args) => search(args).test(text(args, 1)),
  reReplaceAll: (args) => search(args).replaceAll(text(args, 2), text(args, 1)),
};

/** Go's own functions. Source: the documentation of text/template. */
const OF_GO: Readonly<Record<string, TemplateFunction>> = {
  not: (args) => !isTrue(args[0]),
  len: (args) => BigInt(lengthOf(args[0])),
  index: (args) => args.slice(1).reduce(elementOf, args[0]),
  slice: (args) => sliced(args),
  print: (args) => spaced(args),
  println: (args) => `${args.map(printed).join(' ')}\n`,
  printf: (args) => sprintf(text(args, 0), args.slice(1)),
  html: (args) =>
    args
      .map(printed)
      .join('')
      .replaceAll(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`),
  urlquery: (args) => formEncoded(args.map(printed).join('')),
  eq: (args) => args.slice(1).some((other) => order(args[0], other) === 0),
  ne: (args) => order(args[0], args[1]) !== 0,
  lt: (args) => order(args[0], args[1]) < 0,
  le: (args) => order(args[0], args[1]) <= 0,
  gt: (args) => order(args[0], args[1]) > 0,
  ge: (args) => order(args[0], args[1]) >= 0,
};

/** Every function by name, but `and` and `or`, which do not look at all their arguments. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({ ...OF_GO, ...OF_PROMETHEUS }),
);

function search(args: Arguments): Search {
  try {
    return compileSearch(text(args, 0));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new FunctionError(error.message);
  }
}

/** A series of a query's result as templates see it. */
function seriesStruct(labels: Readonly<Record<string, string>>, value: number): Struct {
  return { fields: { Labels: new Map(Object.entries(labels)), Value: value } };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Below, at or above 0; not a number if the two have no order. */
function order(a: TemplateValue, b: TemplateValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compare(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a - b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return Number(a - b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  throw new FunctionError(`incompatible types for comparison: ${kindOf(a)} and ${kindOf(b)}`);
}

function lengthOf(value: TemplateValue): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  throw new FunctionError(`len of type ${kindOf(value)}`);
}

function elementOf(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (isMap(value)) return typeof key === 'string' ? (value.get(key) ?? '') : undefined;
  if (!isList(value)) throw new FunctionError(`can't index item of type ${kindOf(value)}`);
  const at = Number(key);
  if (typeof key !== 'bigint' || at < 0 || at >= value.length)
    throw new FunctionError(`index out of range: ${printed(key)}`);
  return value[at];
}

function sliced(args: Arguments): TemplateValue {
  const [value, from = 0n, to] = args;
  if (typeof value !== 'string' && !isList(value))
    throw new FunctionError(`can't slice item of type ${kindOf(value)}`);
  const end = to === undefined ? value.length : Number(to);
  if (Number(from) < 0 || end > value.length || Number(from) > end)
    throw new FunctionError(`slice index out of range: ${printed(from)}:${end}`);
  return value.slice(Number(from), end);
}

/** Go's Sprint: a space between two that are both no text. */
function spaced(args: Arguments): string {
  return args.reduce<string>((all, value, at) => {
    const isApart = at > 0 && typeof value !== 'string' && typeof args[at - 1] !== 'string';
    return all + (isApart ? ' ' : '') + printed(value);
  }, '');
}

/** As in a form: a space becomes a plus. */
function formEncoded(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function pathOf(url: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
}

/** Without the port: `host:80`, `[::1]:80`. */
function hostOf(address: string): string {
  return /^\[([^\]]*)\]:\d*$/.exec(address)?.[1] ?? /^([^:]*):[^:]*$/.exec(address)?.[1] ?? address;
}

/** Only the first part of a host's name, with its port; addresses stay. */
function stripDomain(address: string): string {
  const host = hostOf(address);
  if (/^[\d.]+$/.test(host) || host.includes(':')) return address;
  return (host.split('.')[0] ?? host) + address.slice(host.length);
}

const UNIT_S: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

function durationSeconds(value: string): number {
  const isDuration = /^-?(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/.test(value);
  if (!isDuration || !/\d/.test(value))
    throw new FunctionError(`not a valid duration string: ${JSON.stringify(value)}`);
  const parts = [...value.matchAll(/(\d+)([a-z]+)/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_S[unit ?? ''] ?? 0), 0);
  return value.startsWith('-') ? -seconds : seconds;
}
