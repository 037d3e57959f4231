import * as z from 'zod';

/**
 * What is sound of a value that does not fit its schema. Every key may be missing; a key that is there
 * but undefined, and an undefined list entry, were broken. So list positions are those of the file.
 */
export type Salvaged<Value> = Value extends readonly (infer Entry)[]
  ? readonly (Salvaged<Entry> | undefined)[]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Salvaged<Value[Key]> | undefined }
    : Value;

/**
 * Keeps the sound parts of a value: names and references in them can still be checked, and so every
 * problem of a file is told at once. Objects, maps and lists are kept in part, everything else whole
 * or not at all. Rules that span several keys of an object are not held.
 *
 * @returns undefined if nothing is sound
 */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): Salvaged<z.output<Schema>> | undefined {
  return keep(schema, raw) as Salvaged<z.output<Schema>> | undefined;
}

function keep(schema: z.core.$ZodType, raw: unknown): unknown {
  const whole = z.safeParse(schema, raw);
  if (whole.success) return whole.data;
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodObject && isMap(raw)) return keepKeys(inner.shape, raw);
  if (inner instanceof z.ZodRecord && isMap(raw)) return keepEntries(inner, raw);
  if (inner instanceof z.ZodArray && Array.isArray(raw))
    return raw.map((entry) => keep(inner.element, entry));
  return undefined;
}

function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapped ? withoutDefault(schema.unwrap()) : schema;
}

function keepKeys(shape: z.core.$ZodShape, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const value = keep(schema, raw[key]);
    if (value !== undefined || raw[key] !== undefined) kept[key] = value;
  }
  return kept;
}

function keepEntries(schema: z.ZodRecord, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sound = Object.entries(raw).filter(([key]) => z.safeParse(schema.keyType, key).success);
  return Object.fromEntries(sound.map(([key, value]) => [key, keep(schema.valueType, value)]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
