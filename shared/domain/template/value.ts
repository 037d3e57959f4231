import { formatGeneral } from '../../promql/number-text.ts';

/**
 * A value inside a template. Go tells whole numbers from floats when it prints and compares: whole numbers
 * are bigint here, floats are number. A struct has a fixed set of fields, a map any.
 */
export type TemplateValue =
  | string
  | number
  | bigint
  | boolean
  | undefined
  | Struct
  | ReadonlyMap<string, TemplateValue>
  | readonly TemplateValue[];

/** A value with fields that are known, as one series of a query's result. */
export interface Struct {
  readonly fields: Readonly<Record<string, TemplateValue>>;
}

export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

export function isMap(value: TemplateValue): value is ReadonlyMap<string, TemplateValue> {
  return value instanceof Map;
}

export function isStruct(value: TemplateValue): value is Struct {
  return typeof value === 'object' && !isList(value) && !isMap(value);
}

/** What `if` and `with` ask: not empty, not zero, not nil. */
export function isTrue(value: TemplateValue): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  if (isStruct(value)) return true;
  return Number.isNaN(value) || Boolean(value);
}

/** The value as `{{ . }}` prints it (Go's `%v`). */
export function printed(value: TemplateValue): string {
  if (value === undefined) return '<no value>';
  if (typeof value === 'number') return formatGeneral(value);
  if (isList(value)) return `[${value.map(printed).join(' ')}]`;
  if (isMap(value))
    return `map[${sortedEntries(value)
      .map(([key, one]) => `${key}:${printed(one)}`)
      .join(' ')}]`;
  if (isStruct(value)) return `{${Object.values(value.fields).map(printed).join(' ')}}`;
  return String(value);
}

export function sortedEntries(map: ReadonlyMap<string, TemplateValue>): [string, TemplateValue][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The kind of a value, for messages. */
export function kindOf(value: TemplateValue): string {
  if (value === undefined) return 'nil';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (isList(value)) return 'list';
  return isMap(value) ? 'map' : isStruct(value) ? 'struct' : 'string';
}
