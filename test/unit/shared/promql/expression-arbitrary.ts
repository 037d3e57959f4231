import fc from 'fast-check';

/** Words that mean something in PromQL are good names to try. */
const WORDS = [
  'a',
  'up',
  'sum',
  'by',
  'without',
  'and',
  'rate',
  'start',
  'end',
  'fill',
  'anchored',
  'offset',
  'inf',
  'bool',
  'on',
  'step',
  'job:x:rate5m',
];
const labelName = fc.oneof(
  fc.constantFrom('a', 'job', 'le', 'on', 'by', 'offset', 'my.label', '@resource.x'),
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 5 }),
);

/** A quoted text with the escapes that PromQL shares with JSON. Prometheus takes U+FFFD for broken UTF-8. */
const quoted = (text: string): string =>
  JSON.stringify(text)
    .replaceAll('\u007f', String.raw`\u007f`)
    .replaceAll('\ufffd', String.raw`\ufffd`);
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const matcher = fc
  .tuple(labelName, fc.constantFrom('=', '!='), text)
  .map(([name, op, value]) => `${quoted(name)}${op}${quoted(value)}`);
const selector = fc
  .tuple(
    fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('my.metric', 'a b')),
    fc.array(matcher, { maxLength: 3 }),
  )
  .map(
    ([name, matchers]) =>
      `{${[quoted(name), ...matchers.filter((item) => !item.startsWith('"__name__"'))].join(', ')}}`,
  );
const constant = fc.constantFrom('1m', '2', '0.5', '300ms', '0.0001', '1e3');
const duration = fc.constantFrom('5m', '1h30m', '1d', '90s', '250ms', '1w', '1y');
/** Durations that depend on the query, so that none of them is known to be wrong. */
const queryDuration = fc.letrec<{ expr: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('step()', 'RANGE()', 'step( )'),
    fc
      .tuple(tie('expr'), fc.constantFrom('+', '-', '*', '/', '%', '^'), fc.oneof(constant, tie('expr')))
      .map(([left, op, right]) => `(${left})${op}${right}`),
    // In parentheses, so that no two constants come to one that is too large.
    fc
      .tuple(constant, fc.constantFrom('+', '-', '*', '/', '%', '^'), tie('expr'))
      .map(([left, op, right]) => `${left} ${op} (${right})`),
    tie('expr').map((inner) => `(${inner})`),
    fc.tuple(fc.constantFrom('-', '+ '), tie('expr')).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('min_of', 'MAX_OF', 'min', 'max'), tie('expr'), constant)
      .map(([name, left, right]) => `${name}(${left}, ${right})`),
  ),
})).expr;
const span = fc.oneof(
  { weight: 3, arbitrary: duration },
  fc.constantFrom('300', '5m * 2', '1.5 + 2 ^ 3', '(1h - 1m) % 7'),
  queryDuration,
);
const shift = fc.oneof(
  fc.constantFrom('', '', ' offset 5m', ' offset -1h30m', ' @ 1.5', ' @ start() offset 1d', ' @ end()'),
  queryDuration.map((value) => ` offset (${value})`),
  queryDuration.map((value) => ` offset -(${value}) @ 7`),
);
const edges = fc.constantFrom('', '', '', ' anchored', ' SMOOTHED');
const number = fc.oneof(
  fc.constantFrom('0', '1', '-1', '.5', '1e30', '0x1f', 'Inf', '-Inf', 'NaN', '1h'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const labels = fc
  .uniqueArray(labelName, { maxLength: 3 })
  .map((names) => `(${names.map((name) => quoted(name)).join(', ')})`);
const operator = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  'atan2',
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  'and',
  'or',
  'unless',
  '== bool',
  '> bool',
  '</',
  '>/',
);
const fill = fc.constantFrom('', '', '', ' fill (0)', ' fill_left(-1) fill_right (Inf)', ' fill_right (1m)');
const matching = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.tuple(fc.constantFrom(' on ', ' ignoring '), labels).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.constantFrom(' on ', ' ignoring '),
      labels,
      fc.constantFrom(' group_left ', ' group_right '),
      labels,
    )
    .map((parts) => parts.join('')),
);

/** Texts that parse, though not all have a type. */
export const expressionText: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    number,
    text.map((value) => quoted(value)),
    fc.tuple(selector, edges, shift).map((parts) => parts.join('')),
    fc
      .tuple(selector, span, edges, shift)
      .map(([name, range, edge, time]) => `${name}[${range}]${edge}${time}`),
    fc
      .tuple(tie('expr'), operator, matching, fill, tie('expr'))
      .map(([left, op, how, gaps, right]) => `${left} ${op}${how}${gaps} ${right}`),
    fc.tuple(fc.constantFrom('-', '+', '- '), tie('expr')).map((parts) => parts.join('')),
    tie('expr').map((inner) => `(${inner})`),
    fc
      .tuple(tie('expr'), span, fc.oneof(fc.constant(''), span), shift)
      .map(([inner, range, step, time]) => `(${inner})[${range}:${step}]${time}`),
    fc
      .tuple(
        fc.constantFrom('rate', 'abs', 'absent', 'clamp', 'min_of', 'START'),
        fc.array(tie('expr'), { maxLength: 3 }),
      )
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    fc
      .tuple(fc.constantFrom('sum', 'MAX', 'count'), fc.constantFrom('by', 'without'), labels, tie('expr'))
      .map(([op, mode, names, inner]) => `${op} ${mode} ${names} (${inner})`),
    fc
      .tuple(fc.constantFrom('topk', 'quantile'), tie('expr'), tie('expr'))
      .map(([op, parameter, inner]) => `${op}(${parameter}, ${inner})`),
  ),
})).expr;
