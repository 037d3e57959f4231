import type { Expr } from './ast.ts';

/**
 * The same expression with its direct parts replaced; the same object when no part changed.
 * A matrix' selector can only be replaced by a selector.
 */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return expr;
    case 'matrix': {
      const selector = change(expr.selector);
      return selector.kind === 'vector' && selector !== expr.selector ? { ...expr, selector } : expr;
    }
    case 'subquery':
    case 'unary':
    case 'paren': {
      const inner = change(expr.expr);
      return inner === expr.expr ? expr : { ...expr, expr: inner };
    }
    case 'binary': {
      const [left, right] = [change(expr.left), change(expr.right)];
      return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
    }
    case 'aggregation': {
      const inner = change(expr.expr);
      const parameter = expr.parameter === undefined ? undefined : change(expr.parameter);
      if (inner === expr.expr && parameter === expr.parameter) return expr;
      return { ...expr, expr: inner, ...(parameter === undefined ? {} : { parameter }) };
    }
    case 'call': {
      const args = expr.args.map((argument) => change(argument));
      return args.every((argument, index) => argument === expr.args[index]) ? expr : { ...expr, args };
    }
  }
}
