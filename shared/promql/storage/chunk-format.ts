/**
 * The bytes of a chunk: up to `CHUNK_SAMPLES` samples of one series, ascending in time. The time of its first
 * sample stands outside; reading can begin at every chunk.
 *
 *     count (1 byte)   codec (1 byte)   then for each sample: time token, value token
 *
 * The codec is `XOR`, or the number of decimals d: then values are v = m / 10^d with whole m.
 *
 * - Time token: the difference of differences in ms, an integer token. What is scraped regularly gives zeros.
 * - Value token with decimals: the difference of m to the one before, an integer token, or `RAW` and the eight
 *   bytes of a number that no m gives (a stale marker among counts); m stays.
 * - Value token with XOR (as in Facebook's Gorilla, by bytes): the bits of the value against the ones before. One
 *   byte tells how many leading bytes are zero (high half) and how many follow (low half); those follow.
 *
 * Integer tokens hold a zigzag number (0, -1, 1, -2, ... as 0, 1, 2, 3, ...) in 7, 14, 21 or 28 bits after a prefix
 * of 0, 10, 110 or 1110, or in the seven bytes after `LONG`. From `RUN` (`XOR_RUN`) on a token stands for so many
 * zeros (equal values): the samples that they cover have no token of their own.
 */

/** Samples a chunk: an instant query reads half of them for nothing, each chunk costs about 20 bytes. */
export const CHUNK_SAMPLES = 128;
export const HEADER_BYTES = 2;

/** A chunk never spans a wider gap, so that a difference of differences takes at most 28 bits. About 18 hours. */
export const MAX_GAP_MS = 2 ** 26;

export const XOR = 255;

export const LONG = 0xf0;
export const LONG_BYTES = 8;
export const RAW = 0xf1;
export const RAW_BYTES = 9;
/** A run of one zero; each further token is one longer. */
export const RUN = 0xf2;
export const MAX_RUN = 0xff - RUN + 1;
export const XOR_RUN = 0x80;
export const MAX_XOR_RUN = 0xff - XOR_RUN + 1;

/** One number and its two words; for what typed arrays keep bit by bit and arithmetic does not. */
export const scratch = new Float64Array(1);
export const words = new Uint32Array(scratch.buffer);
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
/** Where the words of a number are: the one with the sign and exponent, and the other. */
export const HIGH = isLittleEndian ? 1 : 0;
export const LOW = 1 - HIGH;
