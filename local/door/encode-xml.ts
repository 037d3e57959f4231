/**
 * Members that are maps in the APIs spoken over Query (SNS `GetTopicAttributes`, `GetSubscriptionAttributes`).
 * A plain object does not tell a map from a structure; a JavaScript `Map` is always a map.
 */
const MAP_MEMBERS = new Set(['Attributes']);

export interface XmlAnswer {
  readonly operation: string;
  readonly namespace: string;
  readonly output: object;
  readonly requestId: string;
}

/** Writes the success answer of the AWS Query protocol. Lists are `<member>`, maps `<entry><key/><value/>`. */
export function encodeXml({ operation, namespace, output, requestId }: XmlAnswer): string {
  const result = membersOf(output);
  return (
    `<${operation}Response xmlns="${escape(namespace)}"><${operation}Result>${result}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${escape(requestId)}</RequestId></ResponseMetadata></${operation}Response>`
  );
}

export interface XmlFailure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly namespace: string;
  readonly requestId: string;
}

/** Writes the error answer of the AWS Query protocol. */
export function encodeXmlError({ code, message, status, namespace, requestId }: XmlFailure): string {
  return (
    `<ErrorResponse xmlns="${escape(namespace)}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
    `<Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>` +
    `<RequestId>${escape(requestId)}</RequestId></ErrorResponse>`
  );
}

function membersOf(value: object): string {
  return Object.entries(value)
    .map(([name, member]) => elementOf(name, member))
    .join('');
}

function elementOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object' && MAP_MEMBERS.has(name) && isPlain(value)) {
    return `<${name}>${entriesOf(Object.entries(value))}</${name}>`;
  }
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return entriesOf([...value.entries()]);
  if (Array.isArray(value)) return value.map((item) => elementOf('member', item)).join('');
  if (typeof value === 'object' && value !== null) return membersOf(value);
  return escape(String(value));
}

function entriesOf(entries: readonly (readonly [unknown, unknown])[]): string {
  return entries
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `<entry>${elementOf('key', String(key))}${elementOf('value', value)}</entry>`)
    .join('');
}

function isPlain(value: object): boolean {
  return (
    !Array.isArray(value) && !(value instanceof Date || value instanceof Uint8Array || value instanceof Map)
  );
}

/** XML 1.0 cannot carry most control characters, even escaped; they become U+FFFD. */
function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')
    .replaceAll(CONTROL_CHARACTERS, '\uFFFD');
}

const CONTROL_CHARACTERS = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
