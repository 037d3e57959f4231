const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = isLittleEndian ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Whether the value is Prometheus' stale marker, the NaN with the bits 0x7ff0000000000002: the series ended here.
 * A processor may set the quiet bit of a NaN that it copies (0x7ff8000000000002); no ordinary NaN ends in 2.
 */
export function isStaleMarker(value: number): boolean {
  if (!Number.isNaN(value)) return false;
  scratch[0] = value;
  return words[LOW] === 2 && ((words[HIGH] ?? 0) & 0x7ff7_ffff) === 0x7ff0_0000;
}

/** The stale marker. Keep it in a Float64Array: other containers may change the bits of a NaN. */
export function staleMarker(): number {
  words[HIGH] = 0x7ff0_0000;
  words[LOW] = 2;
  return scratch[0] ?? Number.NaN;
}
