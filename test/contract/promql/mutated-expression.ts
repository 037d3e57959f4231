import fc from 'fast-check';

/** Expressions that Prometheus 2.42 takes, with all of the language that it knows. */
const VALID = [
  'up',
  'up{job="api", instance=~"a.*|b", zone!="", rack!~"r[0-9]+"}',
  '{__name__="a:b", job=\'x\'}',
  'rate(http_requests_total{code=~"5.."}[5m]) / rate(http_requests_total[5m])',
  'sum by (job, instance) (rate(a[1h30m] offset 5m))',
  'sum(rate(a[5m])) without (le)',
  'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))',
  'topk(5, a) + quantile(.5, b)',
  'count_values("version", build_info)',
  'a + on (b) group_left (c, d) e * 2',
  'a == bool ignoring (x) group_right () b',
  'a > bool 5 and b unless on (c) d or e',
  '-a ^ 2 % 3 - +b',
  '2 ^ 3 ^ -2 * 1e3 + 0x1F - .5',
  '(a or b) offset_x',
  'max_over_time(rate(a[5m])[1h:1m] @ 1600000000 offset -1d)',
  'a @ start() - a @ end() offset 1w',
  'min_over_time(a[30s:] @ 10.5)',
  'label_replace(a, "b", "$1", "c", "(.*)\\\\.x")',
  'label_join(a, "b", ",", "c", "d")',
  'absent(a{b="c"}) > 0',
  'scalar(a) < bool time()',
  'vector(1) atan2 vector(pi())',
  'clamp(a, 0, 1) # comment\n + round(b, 10)',
  'sum(a) by (by, on, bool, sum, offset)',
  'start + end + offset + by',
  'predict_linear(a[1h], 4 * 3600) < 0',
  'days_in_month() * hour(a)',
  '"text"',
  '`raw`',
  'avg(count by (a) (b)) != stddev(c)',
  'Inf > bool NaN',
  'group(a) unless group without (b) (c)',
  '((a)) / (((b)))',
];

/** Words of 2.42's language, and some that are none. */
const WORDS = [
  '\n',
  ' ',
  ...String.raw`(  )  {  }  [  ]  ,  :  =  !=  =~  !~  ==  <  >  <=  >=  !  +  -  *  /  %  ^  @  #  "  '  $  .  ;  \  é`.split(
    '  ',
  ),
  ...'and  or  unless  atan2  bool  on  ignoring  group_left  group_right  by  without  offset  start  end'.split(
    '  ',
  ),
  ...'sum  topk  count_values  rate  abs  time  foo  a  a:b  SUM  5  0  1.5  1e3  0x1f  Inf  5m  1h30m  start()'.split(
    '  ',
  ),
  ...String.raw`"s"  't'  "\q"  "\x41"  [5m]  [5m:1m]  {a="b"}  (a)  by (a)  on (a)  offset 5m  @ 5  rate(a[5m])`.split(
    '  ',
  ),
  '`',
  '`r`',
];

const TOKEN = /[\w:.]+|"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[=!<>~]{1,2}|\s+|[^]/g;

type Change = { readonly at: number } & (
  | { readonly kind: 'delete' | 'double' | 'cut' }
  | { readonly kind: 'insert' | 'replace'; readonly word: string }
  | { readonly kind: 'swap'; readonly with: number }
);

const index = fc.nat({ max: 60 });
const word = fc.constantFrom(...WORDS);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('delete', 'double', 'cut'), at: index }),
  fc.record({ kind: fc.constantFrom('insert', 'replace'), at: index, word }),
  fc.record({ kind: fc.constant('swap'), at: index, with: index }),
);

function changed(text: string, one: Change): string {
  const tokens: string[] = text.match(TOKEN) ?? [];
  if (tokens.length === 0) return text;
  const at = one.at % tokens.length;
  const token = tokens[at] ?? '';
  switch (one.kind) {
    case 'delete':
      return tokens.toSpliced(at, 1).join('');
    case 'double':
      return tokens.toSpliced(at, 1, token, ' ', token).join('');
    case 'cut':
      return tokens.slice(0, at).join('');
    case 'insert':
      return tokens.toSpliced(at, 0, one.word).join('');
    case 'replace':
      return tokens.toSpliced(at, 1, one.word).join('');
    case 'swap': {
      const other = one.with % tokens.length;
      return tokens
        .with(at, tokens[other] ?? '')
        .with(other, token)
        .join('');
    }
  }
}

/** A valid expression, and up to three slips in it. */
export const mutatedExpression: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...VALID), fc.array(change, { maxLength: 3 }))
  .map(([text, changes]) => changes.reduce(changed, text));
