/**
 * Members that are maps in the APIs spoken over Query (SNS `GetTopicAttributes`, `GetSubscriptionAttributes`).
 * A plain object does not tell a map from a structure; a JavaScript `Map` is always a map.
 */
const MAP_MEMBERS = new Set(['Attributes']);

export interface XmlAnswer {
  readonly operation: string;
  readonly namespace: string;
  readonly output: object;
  /** Members that are written flattened, with the name of each item. */
  readonly flatNames?: FlatNames;
  readonly requestId: string;
}

type FlatNames = Readonly<Record<string, string>>;

/**
 * Writes the success answer of the AWS Query protocol. Lists are `<member>`, maps `<entry><key/><value/>`;
 * flattened, a list is its items one after another, a map the same with `<Name/><Value/>`.
 */
export function encodeXml({ operation, namespace, output, flatNames = {}, requestId }: XmlAnswer): string {
  const result = new Writer(flatNames).membersOf(output);
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

class Writer {
  readonly #flatNames: FlatNames;
  constructor(flatNames: FlatNames) {
    this.#flatNames = flatNames;
  }

  membersOf(value: object): string {
    return Object.entries(value)
      .map(([name, member]) => this.#memberOf(name, member))
      .join('');
  }

  #memberOf(name: string, value: unknown): string {
    const flatName = Object.hasOwn(this.#flatNames, name) ? this.#flatNames[name] : undefined;
    if (flatName !== undefined && typeof value === 'object' && value !== null) {
      const items = Array.isArray(value)
        ? value
        : pairsOf(value).map(([key, item]) => ({ Name: key, Value: item }));
      return items.map((item) => this.#elementOf(flatName, item)).join('');
    }
    if (typeof value === 'object' && value !== null && MAP_MEMBERS.has(name) && isPlain(value)) {
      return `<${name}>${this.#entriesOf(Object.entries(value))}</${name}>`;
    }
    return this.#elementOf(name, value);
  }

  #elementOf(name: string, value: unknown): string {
    return value === undefined || value === null ? '' : `<${name}>${this.#contentOf(value)}</${name}>`;
  }

  #contentOf(value: unknown): string {
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (value instanceof Map) return this.#entriesOf([...value.entries()]);
    if (Array.isArray(value)) return value.map((item) => this.#elementOf('member', item)).join('');
    if (typeof value === 'object' && value !== null) return this.membersOf(value);
    return escape(String(value));
  }

  #entriesOf(entries: readonly (readonly [unknown, unknown])[]): string {
    return entries
      .filter(([, value]) => value !== undefined && value !== null)
      .map(
        ([key, value]) =>
          `<entry>${this.#elementOf('key', String(key))}${this.#elementOf('value', value)}</entry>`,
      )
      .join('');
  }
}

function pairsOf(value: object): (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value.entries()] : Object.entries(value);
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
