import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** One line that a function wrote, or that the platform wrote about it (START, REPORT). */
export interface FunctionLogLine {
  readonly functionName: string;
  readonly requestId?: string | undefined;
  readonly line: string;
}

export interface FunctionLog {
  readonly write: (line: FunctionLogLine) => void;
  readonly close: () => Promise<void>;
}

/** A file that has grown past this is set aside as `<name>.log.1` when the cloud starts. */
const ROTATE_BYTES = 10_000_000;

/** Writes lines to `<logDir>/<function>.log` and to the callback; without a folder only to the callback. */
export function openFunctionLog(options: {
  readonly logDir?: string | undefined;
  readonly onLine?: ((line: FunctionLogLine) => void) | undefined;
}): FunctionLog {
  const files = new Map<string, WriteStream>();
  const { logDir } = options;
  if (logDir !== undefined) mkdirSync(logDir, { recursive: true });
  const fileOf = (dir: string, name: string): WriteStream => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = openFile(join(dir, `${name}.log`));
    files.set(name, file);
    return file;
  };
  return {
    write: (line) => {
      options.onLine?.(line);
      if (logDir !== undefined) fileOf(logDir, line.functionName).write(`${line.line}\n`);
    },
    close: async () => {
      await Promise.all(
        [...files.values()].map(async (file) => new Promise<void>((resolve) => file.end(resolve))),
      );
    },
  };
}

function openFile(path: string): WriteStream {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes > ROTATE_BYTES) renameSync(path, `${path}.1`);
  const file = createWriteStream(path, { flags: 'a' });
  // A full disk must not stop the functions.
  file.on('error', () => undefined);
  return file;
}
