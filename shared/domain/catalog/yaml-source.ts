import { isScalar, LineCounter, parseDocument, visit, type Alias, type Document, type YAMLMap } from 'yaml';
import type { Finding, Problem } from './problem.ts';
import { offsetOf } from './yaml-place.ts';

/** A YAML file that could be read: its value, and the way back from a path to a line and column. */
export interface YamlSource {
  readonly file: string;
  /** Plain JavaScript: objects, lists, text, numbers, booleans, null. */
  readonly value: unknown;
  /** Gives a finding its file, line and column. */
  readonly locate: (finding: Finding) => Problem;
}

export interface YamlRead {
  /** Missing if the text is not YAML. */
  readonly source?: YamlSource;
  readonly problems: readonly Problem[];
}

type Scalars = 'typed' | 'text';

/** One broken bracket can make hundreds of follow-on errors; the first few tell. */
const MAX_SYNTAX_PROBLEMS = 10;

/**
 * Reads one YAML document. Never throws; every error of syntax and every doubled key is a problem
 * with its place.
 *
 * @param scalars `typed`: numbers and booleans as YAML 1.2 has them; `text`: every scalar but null is
 *   the text as written, which is how Prometheus reads the text fields of its rule files
 */
export function readYaml(file: string, text: string, scalars: Scalars): YamlRead {
  const lines = new LineCounter();
  const problemAt = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { file, line: Math.max(1, line), column: Math.max(1, col), severity: 'error', message };
  };
  try {
    const document = parse(text, lines, scalars);
    const broken = [...syntaxFaults(document), ...brokenAliases(document)];
    if (broken.length > 0) return { problems: broken.map((fault) => problemAt(fault.offset, fault.message)) };
    const doubled = doubledKeys(document).map(({ key, offset, firstOffset }) =>
      problemAt(
        offset,
        `"${key}" is given twice; the first stands on line ${lines.linePos(firstOffset).line}`,
      ),
    );
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    const locate = ({ path, on, severity, message }: Finding): Problem => ({
      ...problemAt(offsetOf(document, text, path, on), message),
      severity,
    });
    return { source: { file, value, locate }, problems: doubled };
  } catch (error) {
    return { problems: [problemAt(0, unreadable(error))] };
  }
}

function parse(text: string, lines: LineCounter, scalars: Scalars): Document {
  return parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Told by us, with the line of the first one.
    uniqueKeys: false,
    stringKeys: true,
    merge: true,
    ...(scalars === 'text' ? { schema: 'failsafe', customTags: (tags) => [...tags, 'null', 'merge'] } : {}),
  });
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

function syntaxFaults(document: Document): Fault[] {
  const byOffset = new Map<number, Fault>();
  for (const { pos, code, message } of [...document.errors, ...document.warnings]) {
    const [offset] = pos;
    // The parser ran out of stack: whatever else it says follows from that.
    if (message.includes('call stack')) return [{ offset, message: TOO_DEEP }];
    if (!byOffset.has(offset)) byOffset.set(offset, { offset, message: syntaxMessage(code, message) });
  }
  return [...byOffset.values()].slice(0, MAX_SYNTAX_PROBLEMS);
}

function syntaxMessage(code: string, said: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document ("---") begins here; expected one document a file';
  if (code === 'TAB_AS_INDENT') return 'a tab is used as indentation; YAML takes spaces only';
  if (code === 'NON_STRING_KEY') return 'a list or map is used as a key; expected a name';
  if (code === 'TAG_RESOLVE_FAILED')
    return `unknown YAML tag (${said}); text that begins with "!" needs quotes`;
  return `broken YAML: ${said.replaceAll(/\s+/g, ' ')}`;
}

const TOO_DEEP = 'not readable as YAML: it is nested too deeply';

function unreadable(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP;
  if (error instanceof ReferenceError) return 'not readable as YAML: its aliases (*name) expand to too much';
  return `not readable as YAML: ${error instanceof Error ? error.message : String(error)}`;
}

function brokenAliases(document: Document): Fault[] {
  const faults: Fault[] = [];
  const check = (_: unknown, alias: Alias, ancestors: readonly unknown[]): void => {
    const target = alias.resolve(document);
    const offset = alias.range?.[0] ?? 0;
    const name = `the alias *${alias.source}`;
    if (target === undefined) {
      faults.push({
        offset,
        message: `${name} names no anchor above it; text that begins with "*" needs quotes`,
      });
    } else if (ancestors.includes(target)) {
      faults.push({ offset, message: `${name} stands inside what it names` });
    }
  };
  visit(document, { Alias: check });
  return faults;
}

interface DoubledKey {
  readonly key: string;
  readonly offset: number;
  readonly firstOffset: number;
}

function doubledKeys(document: Document): DoubledKey[] {
  const doubled: DoubledKey[] = [];
  const check = (_: unknown, map: YAMLMap): void => {
    const firstOffsets = new Map<string, number>();
    for (const { key } of map.items) {
      if (!isScalar(key) || key.value === '<<') continue;
      const name = String(key.value);
      const offset = key.range?.[0] ?? 0;
      const firstOffset = firstOffsets.get(name);
      if (firstOffset === undefined) firstOffsets.set(name, offset);
      else doubled.push({ key: name, offset, firstOffset });
    }
  };
  visit(document, { Map: check });
  return doubled;
}
