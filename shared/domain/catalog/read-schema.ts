import type * as z from 'zod';
import type { Finding } from './problem.ts';
import { salvage, type Salvaged } from './salvage.ts';
import { findingsOf, parseOptions } from './schema-findings.ts';

/** A file's value held against its schema. */
export interface SchemaRead<Value> {
  /** The whole, if it fits. */
  readonly value?: Value;
  /** What is sound; the whole, if it fits; undefined if nothing is. */
  readonly sound: Salvaged<Value> | undefined;
  readonly findings: readonly Finding[];
}

/** Holds a value against a schema. Never throws. */
export function readSchema<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): SchemaRead<z.output<Schema>> {
  const sound = salvage(schema, raw);
  const whole = schema.safeParse(raw, parseOptions);
  if (whole.success) return { value: whole.data, sound, findings: [] };
  return { sound, findings: findingsOf(whole.error.issues) };
}
