import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandTemplate, type AlertData } from '../../../../../shared/domain/template/expand.ts';

const DATA: AlertData = {
  labels: { instance: 'web-1.example.org:9090', job: 'checkout', __name__: 'errors' },
  externalLabels: { region: 'eu-central-1' },
  externalUrl: 'https://ops.example.org/homeostat',
  value: 0.256,
  query: (expression) =>
    expression === 'up'
      ? [
          { labels: { __name__: 'up', instance: 'b' }, value: 1 },
          { labels: { __name__: 'up', instance: 'a' }, value: 0 },
        ]
      : [],
};

const filled = (text: string, over: Partial<AlertData> = {}): string =>
  expandTemplate(text, { ...DATA, ...over });

describe('what annotations say', () => {
  test.each([
    ['no template', 'no template'],
    ['{{ $value }}', '0.256'],
    ['{{$value|humanizePercentage}} of {{ $labels.job }}', '25.6% of checkout'],
    ['{{ printf "%.2f" $value }}', '0.26'],
    ['{{ .Value }} {{ .Labels.job }} {{ .ExternalLabels.region }}', '0.256 checkout eu-central-1'],
    ['{{ $externalLabels.region }} {{ $externalURL }}', 'eu-central-1 https://ops.example.org/homeostat'],
    ['[{{ $labels.missing }}]', '[]'],
    [
      '{{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }}',
      'web-1.example.org web-1:9090',
    ],
    ['{{ "10.0.0.1:80" | stripDomain }} {{ "[::1]:80" | stripPort }}', '10.0.0.1:80 ::1'],
    ['{{ title "hello world" }} {{ toUpper "a" }} {{ toLower "B" }}', 'Hello World A b'],
    ['{{ match "web-.+" $labels.instance }}', 'true'],
    ['{{ reReplaceAll "web-([0-9]+).*" "n$1" $labels.instance }}', 'n1'],
    ['{{ if gt $value 0.2 }}high{{ else }}low{{ end }}', 'high'],
    ['{{ if lt $value 0.2 }}low{{ else if eq $labels.job "checkout" }}shop{{ else }}other{{ end }}', 'shop'],
    ['{{ with query "up" }}{{ . | first | value }}{{ end }}', '1'],
    ['{{ with query "down" }}x{{ else }}none{{ end }}', 'none'],
    [
      '{{ range query "up" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }};{{ end }}',
      'a=0;b=1;',
    ],
    ['{{ range $i, $s := query "up" }}{{ $i }}{{ label "instance" $s }} {{ end }}', '0b 1a '],
    ['{{ range $k, $v := $labels }}{{ $k }},{{ end }}', '__name__,instance,job,'],
    ['{{ define "x" }}<{{ . }}>{{ end }}{{ template "x" $labels.job }}', '<checkout>'],
    ['a {{- /* said to nobody */ -}} b', 'ab'],
    ['a {{- " " -}} b', 'a b'],
    ['{{ $x := 1 }}{{ range query "up" }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ range query "up" }}{{ .Labels.instance }}{{ break }}{{ end }}', 'b'],
    ['{{ and true $labels.job }} {{ or "" "else" }} {{ not false }}', 'checkout else true'],
    ['{{ len $labels.job }} {{ index $labels "job" }} {{ slice "abcd" 1 3 }}', '8 checkout bc'],
    ['{{ pathPrefix }} {{ graphLink "up == 0" }}', '/homeostat /graph?g0.expr=up+%3D%3D+0&g0.tab=0'],
    ['{{ parseDuration "1h30m" }} {{ print 1 2 "a" }}', '5400 1 2a'],
    ['{{ `raw "text"` }} {{ "tab\\t" }}|', 'raw "text" tab\t|'],
  ])('%s', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  test.each([
    [0, '0'],
    [1e6, '1e+06'],
    [123_456, '123456'],
    [1_234_567.8, '1.2345678e+06'],
    [0.0001, '0.0001'],
    [0.000_012, '1.2e-05'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-0, '-0'],
  ])('a value is printed as Go prints it: %d', (value, expected) => {
    expect(filled('{{ $value }}', { value })).toBe(expected);
  });

  test.each([
    ['humanize', 1_234_567, '1.235M'],
    ['humanize', 12_345, '12.35k'],
    ['humanize', 0.0015, '1.5m'],
    ['humanize', 0, '0'],
    ['humanize', -1500, '-1.5k'],
    ['humanize', Infinity, '+Inf'],
    ['humanize1024', 1_572_864, '1.5Mi'],
    ['humanize1024', 1, '1'],
    ['humanizeDuration', 93_784.5, '1d 2h 3m 4s'],
    ['humanizeDuration', 65, '1m 5s'],
    ['humanizeDuration', 1.5, '1.5s'],
    ['humanizeDuration', 0.0015, '1.5ms'],
    ['humanizeDuration', -3700, '-1h 1m 40s'],
    ['humanizePercentage', 0.12345, '12.35%'],
    ['humanizePercentage', 1, '100%'],
    ['humanizeTimestamp', 1_435_065_584.128, '2015-06-23 13:19:44.128 +0000 UTC'],
    ['humanizeTimestamp', 0, '1970-01-01 00:00:00 +0000 UTC'],
  ])('%s of %d is %s', (name, value, expected) => {
    expect(filled(`{{ $value | ${name} }}`, { value })).toBe(expected);
  });

  test.each([
    [
      '{{ printf "%5.1f|%-6s|%03d|%x|%q|%t|%%" 3.14159 "ab" 7 255 "q" true }}',
      '  3.1|ab    |007|ff|"q"|true|%',
    ],
    ['{{ printf "%e %g %G" 123456.0 1e21 1e21 }}', '1.234560e+05 1e+21 1E+21'],
    ['{{ printf "%.0f %.0f %.0f" 0.5 1.5 2.5 }}', '0 2 2'],
    ['{{ printf "%d" 1.5 }}', '%!d(float64=1.5)'],
    ['{{ printf "%s" }}', '%!s(MISSING)'],
    ['{{ printf "a" 1 }}', 'a%!(EXTRA int=1)'],
    ['{{ printf "%+d % d" 5 5 }}', '+5  5'],
  ])('%s', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });
});

describe('what cannot be filled in is said in the text', () => {
  test.each([
    ['{{ $value', 'unclosed action'],
    ['{{ if $value }}x', '{{end}} is missing'],
    ['x{{ end }}', 'unexpected {{end}}'],
    ['{{ nothing 1 }}', 'function "nothing" not defined'],
    ['{{ $nobody }}', 'undefined variable "$nobody"'],
    ['{{ .Missing }}', "can't evaluate field Missing"],
    ['{{ $labels.job.deep }}', "can't evaluate field deep in type string"],
    ['{{ first (query "down") }}', 'first() called on vector with no elements'],
    ['{{ humanize "ten" }}', "can't convert ten to float"],
    ['{{ lt 1 2.0 }}', 'incompatible types for comparison'],
    ['{{ match "(" "a" }}', 'missing closing )'],
    ['{{ template "nowhere" }}', 'template "nowhere" is not defined'],
    ['{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}', 'without end'],
    ['{{ range 99999999 }}{{ end }}', 'steps are needed'],
    [`${'{{ if true }}'.repeat(500)}${'{{ end }}'.repeat(500)}`, 'nested more than'],
    [`{{ ${'('.repeat(500)}1${')'.repeat(500)} }}`, 'nested too deep'],
  ])('%.60s', (text, expected) => {
    expect(filled(text)).toContain('<error expanding template: ');
    expect(filled(text)).toContain(expected);
  });

  test('whatever the text and the labels are, there is a text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '{{',
        '}}',
        '{{-',
        '-}}',
        '$value',
        '$labels.',
        '.',
        '|',
        'if',
        'end',
        'range',
        '"',
        '(',
        ')',
        ' ',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.string(), (pieces, label) => {
        expect(typeof filled(pieces.join(''), { labels: { job: label } })).toBe('string');
        expect(filled('{{ $labels.job }}', { labels: { job: label } })).toBe(label);
      }),
      { numRuns: 500 },
    );
  });
});
