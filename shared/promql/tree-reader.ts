import type { SyntaxNode } from '@lezer/common';
import type { Aggregation, Call, Expr, VectorMatching } from './ast.ts';
import { arrange, type Piece } from './arrangement.ts';
import { fillOf, matchersAndName, postfixOf, quotedOrPlain } from './leaf-reader.ts';
import { numberOf, unquote } from './literals.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import type { Binary, BinaryOperator } from './ast.ts';

/** Tree nodes that are only structure: their order is kept, their grouping is not believed (see `arrange`). */
const ROWS = new Set([
  'PromQL',
  'BinaryExpr',
  'UnaryExpr',
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'MatrixSelector',
  'SubqueryExpr',
]);
const POSTFIXES = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'MatrixSelector',
  'SubqueryExpr',
]);
const ATOMS = new Set([
  'AggregateExpr',
  'FunctionCall',
  'ParenExpr',
  'VectorSelector',
  'StringLiteral',
  'NumberDurationLiteral',
]);

/**
 * The expression below a node of lezer-promql's tree. Throws `PromqlSyntaxError`.
 *
 * The grammar gives `offset`, `@` and ranges no precedence and takes signs into numbers: `a + b offset 5m`
 * becomes `(a + b) offset 5m`, `-1 ^ 2` becomes `(-1) ^ 2`. So a tree is read as a row of pieces in the
 * order they are written, and `arrange` groups them by Prometheus' precedence.
 */
export function exprOf(node: SyntaxNode, text: string): Expr {
  return arrange(rowOf(node, text));
}

function rowOf(top: SyntaxNode, text: string): Piece[] {
  const pieces: Piece[] = [];
  const work: { node: SyntaxNode; isPostfix: boolean }[] = [{ node: top, isPostfix: false }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { node, isPostfix } = next;
    if (isPostfix)
      pieces.push({ kind: 'postfix', apply: postfixOf(node, text), from: node.from, to: node.to });
    else if (POSTFIXES.has(node.name)) {
      work.push({ node, isPostfix: true });
      if (node.firstChild !== null) work.push({ node: node.firstChild, isPostfix: false });
    } else if (ROWS.has(node.name)) {
      for (let child = node.lastChild; child !== null; child = child.prevSibling)
        work.push({ node: child, isPostfix: false });
    } else pieces.push(...piecesOf(node, text));
  }
  return pieces;
}

function piecesOf(node: SyntaxNode, text: string): readonly Piece[] {
  const { from, to, name } = node;
  const source = text.slice(from, to);
  if (name === 'LineComment' || isModifier(name)) return [];
  if (name === 'UnaryOp') return [{ kind: 'sign', op: source === '-' ? '-' : '+', from, to }];
  if (!ATOMS.has(name))
    return [
      { kind: 'operator', from, to, op: source.toLowerCase() as BinaryOperator, ...modifiersOf(node, text) },
    ];
  if (name === 'NumberDurationLiteral' && /^[-+]/.test(source)) {
    const digits = source.slice(1).trimStart();
    const at = to - digits.length;
    const sign: Piece = { kind: 'sign', op: source.startsWith('-') ? '-' : '+', from, to: from + 1 };
    return [
      sign,
      {
        kind: 'atom',
        from: at,
        to,
        expr: { kind: 'number', value: numberOf(digits, at), span: { from: at, to } },
      },
    ];
  }
  return [{ kind: 'atom', from, to, expr: atomOf(node, text) }];
}

const isModifier = (name: string): boolean =>
  name === 'BoolModifier' || name === 'MatchingModifierClause' || name === 'FillModifier';

/** The modifiers stand behind their operator: `== bool on(a) group_left fill(0)`. */
function modifiersOf(operator: SyntaxNode, text: string): Pick<Binary, 'bool' | 'matching' | 'fill'> {
  let bool = false;
  let matching: VectorMatching | undefined;
  let fill: Binary['fill'];
  for (
    let node = operator.nextSibling;
    node !== null && (isModifier(node.name) || node.name === 'LineComment');
    node = node.nextSibling
  ) {
    if (node.name === 'BoolModifier') bool = true;
    if (node.name === 'MatchingModifierClause') matching = matchingOf(node, text);
    if (node.name === 'FillModifier') fill = fillOf(node, text);
  }
  return { bool, ...(matching === undefined ? {} : { matching }), ...(fill === undefined ? {} : { fill }) };
}

function matchingOf(node: SyntaxNode, text: string): VectorMatching {
  const [labels, grouped] = node.getChildren('GroupingLabels');
  const mode = node.getChild('On') === null ? 'ignoring' : 'on';
  const side =
    node.getChild('GroupLeft') !== null ? 'left' : node.getChild('GroupRight') !== null ? 'right' : undefined;
  const names = labelNames(labels, text);
  if (side === undefined) return { mode, labels: names };
  return { mode, labels: names, group: { side, labels: labelNames(grouped, text) } };
}

function labelNames(list: SyntaxNode | undefined, text: string): string[] {
  const names: string[] = [];
  for (let node = list?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (node.name !== 'LineComment') names.push(quotedOrPlain(node, text));
  }
  return names;
}

function atomOf(node: SyntaxNode, text: string): Expr {
  const span = { from: node.from, to: node.to };
  const source = text.slice(node.from, node.to);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(source, node.from), span };
    case 'StringLiteral':
      return { kind: 'string', value: unquote(source, node.from), span };
    case 'VectorSelector':
      return { kind: 'vector', ...matchersAndName(node, text), span };
    case 'ParenExpr':
      return { kind: 'paren', expr: arrange(expressions(node, text)[0] ?? []), span };
    case 'FunctionCall':
      return callOf(node, text);
    case 'AggregateExpr':
      return aggregationOf(node, text);
    default:
      throw new PromqlSyntaxError(`unexpected ${node.name}`, span);
  }
}

/** The rows of the expressions directly below a node (a parenthesis or an argument list). */
function expressions(list: SyntaxNode | null, text: string): Piece[][] {
  const rows: Piece[][] = [];
  for (let node = list?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (node.name !== 'LineComment') rows.push(rowOf(node, text));
  }
  return rows;
}

function callOf(node: SyntaxNode, text: string): Call {
  const identifier = node.getChild('FunctionIdentifier');
  const name = text.slice(node.from, identifier?.to ?? node.from);
  const args = expressions(node.getChild('FunctionCallBody'), text).map((row) => arrange(row));
  return { kind: 'call', name, args, span: { from: node.from, to: node.to } };
}

const PARAMETERIZED = new Set(['topk', 'bottomk', 'quantile', 'count_values', 'limitk', 'limit_ratio']);

function aggregationOf(node: SyntaxNode, text: string): Aggregation {
  const span = { from: node.from, to: node.to };
  const operator = node.getChild('AggregateOp');
  const op = text.slice(operator?.from, operator?.to).toLowerCase();
  const modifier = node.getChild('AggregateModifier');
  const args = expressions(node.getChild('FunctionCallBody'), text).map((row) => arrange(row));
  const wanted = PARAMETERIZED.has(op) ? 2 : 1;
  const expr = args.at(-1);
  if (expr === undefined) throw new PromqlSyntaxError('no arguments for aggregate expression provided', span);
  if (args.length !== wanted) {
    throw new PromqlSyntaxError(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      span,
    );
  }
  const [parameter] = args;
  const labels = labelNames(modifier?.getChild('GroupingLabels') ?? undefined, text);
  return {
    kind: 'aggregation',
    op,
    expr,
    ...(wanted === 2 && parameter !== undefined ? { parameter } : {}),
    ...(modifier === null
      ? {}
      : {
          grouping: {
            mode: modifier.getChild('By') === null ? ('without' as const) : ('by' as const),
            labels,
          },
        }),
    span,
  };
}
