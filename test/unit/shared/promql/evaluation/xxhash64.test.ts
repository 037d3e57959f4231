import { expect, test } from 'vitest';
import { xxhash64 } from '../../../../../shared/promql/evaluation/xxhash64.ts';

test.each<[string, bigint]>([
  ['', 0xef46_db37_51d8_e999n],
  ['a', 0xd24e_c4f1_a98c_6e5bn],
  ['abc', 0x44bc_2cf5_ad77_0999n],
  ['Nobody inspects the spammish repetition', 0xfbce_a83c_8a37_8bf1n],
])('the hash of %j is the published one', (text, hash) => {
  expect(xxhash64(new TextEncoder().encode(text))).toBe(hash);
});
