import type { Log } from '../../shared/ports/log.ts';

export interface LoggedLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields?: Record<string, unknown> | undefined;
}

/** Keeps every line for the test to read. */
export class FakeLog implements Log {
  readonly lines: LoggedLine[] = [];
  readonly info = this.#keep('info');
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');

  #keep(level: keyof Log): Log[keyof Log] {
    return (message, fields) => {
      this.lines.push({ level, message, fields });
    };
  }
}
