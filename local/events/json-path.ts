/**
 * Compiles a JSON path as EventBridge takes it: `$`, `$.detail.name`, `$.resources[0]`, `$.detail['a.b']`.
 * Wildcards, filters and slices are not part of the embedded cloud.
 *
 * @returns what finds the value in a document; undefined if it is not there
 * @throws Error for another syntax
 */
export function compileJsonPath(path: string): (document: unknown) => unknown {
  if (!path.startsWith('$')) throw unreadable(path, 'it starts with $');
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) throw unreadable(path, `.name, ['name'] or [0] at "${rest}"`);
    const { dotted, quoted, index } = match.groups ?? {};
    steps.push(dotted ?? quoted ?? Number(index));
    rest = rest.slice(match[0].length);
  }
  return (document) => steps.reduce(stepInto, document);
}

const STEP = /^(?:\.(?<dotted>[\w/-]+)|\['(?<quoted>[^']+)'\]|\[(?<index>\d+)\])/;

function stepInto(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? (value as unknown[])[step] : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}

function unreadable(path: string, expected: string): Error {
  return new Error(`JSON path "${path}": expected ${expected}.`);
}
