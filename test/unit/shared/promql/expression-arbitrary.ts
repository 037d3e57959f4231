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

/** A quoted text with the escapes that PromQL shares with JSON. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`);
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
const duration = fc.constantFrom('5m', '1h30m', '1d', '90s', '250ms', '1w', '1y');
const shift = fc.constantFrom(
  '',
  ' offset 5m',
  ' offset -1h30m',
  ' @ 1.5',
  ' @ start() offset 1d',
  ' @ end()',
);
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
);
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
    fc.tuple(selector, shift).map((parts) => parts.join('')),
    fc.tuple(selector, duration, shift).map(([name, range, time]) => `${name}[${range}]${time}`),
    fc
      .tuple(tie('expr'), operator, matching, tie('expr'))
      .map(([left, op, how, right]) => `${left} ${op}${how} ${right}`),
    fc.tuple(fc.constantFrom('-', '+', '- '), tie('expr')).map((parts) => parts.join('')),
    tie('expr').map((inner) => `(${inner})`),
    fc
      .tuple(tie('expr'), duration, fc.oneof(fc.constant(''), duration), shift)
      .map(([inner, range, step, time]) => `(${inner})[${range}:${step}]${time}`),
    fc
      .tuple(fc.constantFrom('rate', 'abs', 'absent', 'clamp'), fc.array(tie('expr'), { maxLength: 3 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    fc
      .tuple(fc.constantFrom('sum', 'MAX', 'count'), fc.constantFrom('by', 'without'), labels, tie('expr'))
      .map(([op, mode, names, inner]) => `${op} ${mode} ${names} (${inner})`),
    fc
      .tuple(fc.constantFrom('topk', 'quantile'), tie('expr'), tie('expr'))
      .map(([op, parameter, inner]) => `${op}(${parameter}, ${inner})`),
  ),
})).expr;
