/** Something of a recording that cannot be read. `line` counts from 1. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${String(line)}: ${message}`);
  }
}
