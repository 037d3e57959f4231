import * as z from 'zod';
import type { Event } from './event.ts';
import { compileJsonPath } from './json-path.ts';

/** What a target may say about its input; at most one of the three. */
export const TargetInput = z.object({
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string().regex(/^[\w.-]+$/), z.string()).default({}),
      InputTemplate: z.string(),
    })
    .optional(),
});

export interface RuleNames {
  readonly name: string;
  readonly arn: string;
}

/** The input of one target: text, as queues get it. Functions get it parsed. */
export type InputOf = (event: Event) => string;

/**
 * Compiles how a target wants its input: the whole event, a constant, a part, or a filled-in template.
 *
 * @throws Error for more than one way at once, or a JSON path that cannot be read
 */
export function compileTargetInput(target: z.infer<typeof TargetInput>, rule: RuleNames): InputOf {
  const { Input, InputPath, InputTransformer } = target;
  const ways = [Input, InputPath, InputTransformer].filter((way) => way !== undefined).length;
  if (ways > 1) {
    throw new Error(
      `Rule ${rule.name}: a target has ${ways} of Input, InputPath and InputTransformer; it may have one.`,
    );
  }
  if (Input !== undefined) return () => Input;
  if (InputPath !== undefined) {
    const find = compileJsonPath(InputPath);
    return (event) => JSON.stringify(find(event) ?? null);
  }
  if (InputTransformer === undefined) return (event) => JSON.stringify(event);
  const paths = Object.entries(InputTransformer.InputPathsMap).map(
    ([name, path]) => [name, compileJsonPath(path)] as const,
  );
  return (event) => {
    const found = paths.map(([name, find]) => [name, find(event)] as const);
    return fillIn(InputTransformer.InputTemplate, new Map([...reserved(event, rule), ...found]));
  };
}

/** EventBridge user guide, "Predefined variables". */
function reserved(event: Event, { name, arn }: RuleNames): [string, unknown][] {
  const { detail: _detail, ...withoutDetail } = event;
  return [
    ['aws.events.rule-arn', arn],
    ['aws.events.rule-name', name],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ];
}

/**
 * Fills `<name>` in. Inside a JSON string a value is written as text, escaped to fit; outside it is
 * written as JSON. A value that is not in the event becomes an empty text inside a string and null outside.
 * What looks like a variable and is none stays as it is.
 */
function fillIn(template: string, values: ReadonlyMap<string, unknown>): string {
  let isInString = false;
  const isJson = /^\s*[{["]/.test(template);
  return template.replaceAll(/\\.|"|<([\w.-]+)>/gs, (token, name: string | undefined) => {
    if (token === '"' && isJson) isInString = !isInString;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (!isJson) return asText(value);
    return isInString ? JSON.stringify(asText(value)).slice(1, -1) : JSON.stringify(value ?? null);
  });
}

function asText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
