import type { Block } from './block.ts';

/** A number for each step. */
export type ScalarValue = { readonly kind: 'scalar'; readonly values: Float64Array };
/** A stream of blocks, to be read once. */
export type VectorValue = { readonly kind: 'vector'; readonly blocks: Iterable<Block> };
export type StringValue = { readonly kind: 'string'; readonly value: string };

/** What an expression gives over all steps of a query. */
export type Value = ScalarValue | VectorValue | StringValue;
