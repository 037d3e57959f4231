/** A structured log: one line of JSON a call. Never put secrets or whole bodies into `fields`. */
export interface Log {
  readonly info: (message: string, fields?: Record<string, unknown>) => void;
  readonly warn: (message: string, fields?: Record<string, unknown>) => void;
  readonly error: (message: string, fields?: Record<string, unknown>) => void;
}
