/** Who wants a port, for the messages. */
export interface PortWanted {
  /** The one that was asked for; undefined takes the first, or the next one that is free. */
  readonly asked: number | undefined;
  readonly first: number;
  readonly tries: number;
  /** `the console` */
  readonly who: string;
  /** What to do: `Choose one with --console-port`. */
  readonly advice: string;
}

/**
 * Serves on the port that was asked for, else on the first of the usual ones that is free.
 *
 * @param serve throws an error with code EADDRINUSE if the port is taken
 * @throws Error that says which port is taken, and what to do
 */
export async function onFreePort<T>(
  { asked, first, tries, who, advice }: PortWanted,
  serve: (port: number) => Promise<T>,
): Promise<T> {
  const ports = asked === undefined ? Array.from({ length: tries }, (_, at) => first + at) : [asked];
  for (const port of ports) {
    try {
      return await serve(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(
    asked === undefined
      ? `${who} finds no free port from ${String(first)} to ${String(first + tries - 1)}. ${advice}.`
      : `${who} cannot listen on 127.0.0.1:${String(asked)}: the port is taken. ${advice}, or 0 for any free one.`,
  );
}
