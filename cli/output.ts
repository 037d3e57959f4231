/** What a command ends with; scripts rely on it. */
export const EXIT = {
  ok: 0,
  /** The thing asked for is not so: a catalog with errors, an incident that is not there. */
  notSo: 1,
  /** Wrong usage, or what is needed to answer is missing: no cloud runs, a port is taken, the catalog to ask about has errors. */
  cannot: 2,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a command writes; a test brings its own. */
export interface Terminal {
  /** Writes to standard output, as it is. */
  readonly out: (text: string) => void;
  /** Writes to standard error, as it is. */
  readonly err: (text: string) => void;
  /** Shows what is being done, one line in place of the other; absent where nobody looks. */
  readonly progress?: (text: string) => void;
}

/** This process' own streams. A reader that goes away (`| head`) does not break the command. */
export function realTerminal(): Terminal {
  const ignoreClosedPipe = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write(CLEAR_LINE);
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      process.stdout.write(text);
    },
    err: (text) => {
      clear();
      process.stderr.write(text);
    },
    ...(process.stderr.isTTY && {
      progress: (text: string) => {
        process.stderr.write(`${CLEAR_LINE}… ${text.slice(0, process.stderr.columns - 3)}`);
        shown = true;
      },
    }),
  };
}

const CLEAR_LINE = '\r\u001B[K';

/** Ends a command with a message for the person: what is wrong, and what to do about it. */
export class CommandFailed extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailed';
    this.exitCode = exitCode;
  }
}

/**
 * Gives the answer in the form that was asked for: one line of JSON for programs, lines of text for people.
 * @param lines called only when text is wanted
 */
export function answer<T extends object>(
  terminal: Terminal,
  isJson: boolean,
  value: T,
  lines: (value: T) => readonly string[],
): void {
  if (isJson) terminal.out(`${JSON.stringify(value)}\n`);
  else for (const line of lines(value)) terminal.out(`${line}\n`);
}

/** Rows as aligned columns, two spaces apart, nothing after the last. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `1 rule`, `2 rules`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
