import { DURATION_PATTERN } from '../shared/domain/catalog/duration.ts';

/** The parts of JSON Schema that the catalog's schemas use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

const INTRODUCTION = `<!-- Made by docs/generate.ts from the schemas in shared/domain/catalog/schema. Do not edit. -->

# The catalog

The catalog is what you write. It is a folder:

\`\`\`
organization.yaml        who can be reached, and in which order
shop/homeostat.yaml      one folder for each system: its services, and what to try when they fail
shop/rules.yaml          Prometheus rule files, as they are
\`\`\`

\`npx homeostat validate FOLDER\` checks it and tells everything that is wrong at once, each as
\`file:line:column: message\`. It exits with 1 if there is an error; warnings do not count.
[examples/quickstart](../examples/quickstart) is a catalog to copy from.

Unknown keys are errors. Durations are written as in Prometheus: \`30s\`, \`10m\`, \`1h30m\`, \`1d\`.
Severities are \`critical\`, \`high\`, \`warning\` and \`info\`, or \`P0\` to \`P3\`, in any letter case.

For help while you type, put this at the top of a file (editors with the YAML language server read it):

\`\`\`yaml
# yaml-language-server: $schema=PATH/TO/docs/schema/homeostat.schema.json
\`\`\`
`;

const RULES = `Homeostat takes Prometheus rule files unchanged. Each alert becomes one CloudWatch alarm, with these
limits of CloudWatch: an expression gives series, every selector names a metric, the query has at most
10,000 characters and looks back at most seven days, and rules are evaluated every 10 s, 20 s, 30 s or whole minutes (another interval
becomes the next longer one, with a warning). CloudWatch records nothing, so a recording rule is put
where an alert reads its name. Several rules may record under one name; a selector with further
matchers takes what fits of them.
`;

/** The reference of the catalog in Markdown: a table for each map of keys. */
export function catalogReference(schemas: {
  readonly organization: JsonSchema;
  readonly system: JsonSchema;
  readonly rules: JsonSchema;
}): string {
  return [
    INTRODUCTION,
    '## organization.yaml',
    ...tables(schemas.organization, ''),
    '## homeostat.yaml',
    ...tables(schemas.system, ''),
    '## Rule files',
    RULES,
    ...tables(schemas.rules, ''),
  ].join('\n\n');
}

/** A table of an object's keys, then the tables of the objects inside it. */
function tables(schema: JsonSchema, path: string): string[] {
  const properties = Object.entries(schema.properties ?? {});
  const rows = properties.map(([key, property]) => {
    const isRequired = schema.required?.includes(key) === true;
    const cells = [
      `\`${key}\``,
      typeWords(property),
      fallback(property, isRequired),
      property.description ?? '',
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  });
  const head = path === '' ? [] : [`### \`${path}\``];
  const table = ['| Key | Value | If not given | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return [...head, table, ...properties.flatMap(([key, property]) => inner(property, join(path, key)))];
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function inner(schema: JsonSchema, path: string): string[] {
  if (schema.properties !== undefined) return tables(schema, path);
  if (schema.items !== undefined) return inner(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object') return inner(schema.additionalProperties, `${path}.*`);
  const list = schema.anyOf?.find(({ type }) => type === 'array' || type === 'object');
  return list === undefined ? [] : inner(list, path);
}

function typeWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const alternatives = schema.anyOf?.filter(({ type }) => type !== 'null');
  if ([schema, ...(alternatives ?? [])].some(({ pattern }) => pattern === DURATION_PATTERN))
    return 'duration';
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeWords))].join(' or ');
  if (schema.type === 'array') return `list of ${plural(schema.items ?? {})}`;
  if (schema.type === 'integer' || schema.pattern === String.raw`^\d+$`) return numberWords(schema);
  if (typeof schema.additionalProperties === 'object')
    return `map of name to ${typeWords(schema.additionalProperties)}`;
  if (schema.properties !== undefined) return 'map';
  return schema.format === 'uri' ? 'URL' : 'text';
}

function plural(schema: JsonSchema): string {
  const words = typeWords(schema);
  return words === 'map' ? 'maps' : words;
}

function numberWords({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined) return 'whole number';
  return `whole number, ${minimum} to ${maximum}`;
}

function fallback(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return '**required**';
  const { default: value } = schema;
  if (value === undefined || (typeof value === 'object' && JSON.stringify(value).length === 2)) return '';
  const text = Array.isArray(value) ? value.join(', ') : JSON.stringify(value).replaceAll('"', '');
  return `\`${text}\``;
}
