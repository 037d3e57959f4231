import { fstatSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Some whole lines of a file. */
export interface Piece {
  readonly text: string;
  readonly isLast: boolean;
}

/** The text of an open file in pieces of whole lines, from its beginning; the last one may lack its line break. */
export function* readPieces(file: number, pieceBytes: number): Iterable<Piece> {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(pieceBytes);
  let left = '';
  for (let at = 0; ;) {
    const read = readSync(file, buffer, 0, pieceBytes, at);
    if (read === 0) break;
    at += read;
    left += decoder.write(buffer.subarray(0, read));
    const end = left.lastIndexOf('\n') + 1;
    if (end === 0) continue;
    yield { text: left.slice(0, end), isLast: false };
    left = left.slice(end);
  }
  yield { text: left + decoder.end(), isLast: true };
}

/** The last bytes of an open file, as text. */
export function endOf(file: number, bytes: number): string {
  const { size } = fstatSync(file);
  const length = Math.min(bytes, size);
  const buffer = Buffer.alloc(length);
  readSync(file, buffer, 0, length, size - length);
  return buffer.toString('utf8');
}
