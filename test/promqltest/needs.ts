import { children, type Expr } from '../../shared/promql/ast.ts';
import { parse } from '../../shared/promql/parse.ts';
import { EXPERIMENTAL } from '../../shared/promql/signatures.ts';

/** What an eval asks of an engine beyond the stable language on numbers, classic histograms among them. */
export type Need = 'experimental language' | 'native histograms' | 'start timestamps';

/** Whether a query has anything that Prometheus has behind a flag. One that cannot be read has not. */
export function isExperimental(text: string): boolean {
  const parsed = parse(text);
  return parsed.ok && hasExperimental(parsed.expr);
}

function hasExperimental(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vector':
      if (expr.edges !== undefined || expr.offsetExpr !== undefined) return true;
      break;
    case 'matrix':
      if (expr.rangeExpr !== undefined) return true;
      break;
    case 'subquery':
      if (expr.rangeExpr !== undefined || expr.stepExpr !== undefined || expr.offsetExpr !== undefined)
        return true;
      break;
    case 'binary':
      if (expr.fill !== undefined) return true;
      break;
    case 'aggregation':
      if (EXPERIMENTAL.has(expr.op)) return true;
      break;
    case 'call':
      if (EXPERIMENTAL.has(expr.name)) return true;
      break;
    case 'number':
    case 'string':
    case 'unary':
    case 'paren':
      break;
  }
  return children(expr).some(hasExperimental);
}
