/** A place in a template that names something else. */
export interface Reference {
  /** A logical id, parameter or pseudo parameter. */
  readonly target: string;
  readonly attribute?: string;
}

/** Every intrinsic that {@link evaluate} understands. */
const INTRINSICS = new Set(
  ['Base64', 'Equals', 'And', 'Or', 'Not', 'If', 'FindInMap', 'GetAtt', 'GetAZs', 'GetStackOutput']
    .concat(['ImportValue', 'Join', 'Select', 'Split', 'Sub'])
    .map((name) => `Fn::${name}`),
);

export interface Found {
  readonly references: readonly Reference[];
  /** Intrinsics that the deployer does not understand: `Fn::Cidr`. */
  readonly unknownIntrinsics: readonly string[];
}

/** Walks a template value and lists what it refers to. Both branches of `Fn::If` count. */
export function findReferences(value: unknown): Found {
  const references: Reference[] = [];
  const unknownIntrinsics: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(walk);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const intrinsic = intrinsicOf(node);
    if (intrinsic === undefined) {
      Object.values(node).forEach(walk);
      return;
    }
    const { name, argument } = intrinsic;
    if (name === 'Ref' && typeof argument === 'string') references.push({ target: argument });
    else if (name === 'Fn::GetAtt') references.push(...attributeReference(argument));
    else if (name === 'Fn::Sub') references.push(...referencesOfSub(argument));
    else if (name.startsWith('Fn::') && !INTRINSICS.has(name)) unknownIntrinsics.push(name);
    walk(argument);
  };
  walk(value);
  return { references, unknownIntrinsics };
}

/** An object with the one key `Ref` or `Fn::…` is an intrinsic. */
export function intrinsicOf(node: object): { readonly name: string; readonly argument: unknown } | undefined {
  const entries = Object.entries(node) as [string, unknown][];
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length !== 1 || !(name === 'Ref' || name.startsWith('Fn::'))) return undefined;
  return { name, argument };
}

/** `[LogicalId, Attribute]` or `LogicalId.Attribute`; an attribute may hold dots itself. */
export function attributeReference(argument: unknown): Required<Reference>[] {
  const [target, attribute] = Array.isArray(argument) ? (argument as unknown[]) : splitOnce(String(argument));
  return typeof target === 'string' && typeof attribute === 'string' ? [{ target, attribute }] : [];
}

/** `${Name}`, `${Name.Attribute}`; `${!Literal}` is none. */
export const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function referencesOfSub(argument: unknown): Reference[] {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  const own = new Set(Object.keys(variables ?? {}));
  return [...String(text).matchAll(PLACEHOLDER)].flatMap(([, name = '']) => {
    if (own.has(name)) return [];
    return name.includes('.') ? attributeReference(name) : [{ target: name.trim() }];
  });
}

function splitOnce(text: string): [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, Math.max(dot, 0)), text.slice(dot + 1)];
}
