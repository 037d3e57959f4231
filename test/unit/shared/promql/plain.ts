import type { Expr } from '../../../../shared/promql/ast.ts';

/** An expression as plain data without spans, to compare what was meant rather than where it stood. */
export function plain(expr: Expr, parentheses: 'kept' | 'without parentheses' = 'kept'): unknown {
  return strip(expr, parentheses === 'kept');
}

function strip(value: unknown, keepsParentheses: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item, keepsParentheses));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (!keepsParentheses && entries.some(([key, item]) => key === 'kind' && item === 'paren')) {
    return strip(Object.fromEntries(entries)['expr'], keepsParentheses);
  }
  return Object.fromEntries(
    entries.filter(([key]) => key !== 'span').map(([key, item]) => [key, strip(item, keepsParentheses)]),
  );
}
