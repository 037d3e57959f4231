/** Symbol -> what may stand for it, with `<symbol>`s in it; `3: ` before an alternative makes it so much likelier. */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** Each word an alternative. */
const words = (text: string): string[] => text.split(' ');

const SELECTORS: Grammar = {
  gauge: words('memory limit odd up apart build_info'),
  counter: words('requests_total young_total latency_count latency_sum'),
  bucket: words('latency_bucket broken_bucket'),
  steady: words('memory limit requests_total apart latency_sum'),
  matcher: [
    'job="api"',
    'job!="api"',
    'job=~"api|db"',
    'job!~"a.*"',
    'job=~".+"',
    'job=~".*b"',
    'job=~"^(api|web)$"',
    'instance="2"',
    'instance!=""',
    'instance=~"[12]"',
    'instance=~"(?i:X|1)"',
    'code=~"5.."',
    'code!~"2.*"',
    'zone="Zürich"',
    'zone=~".ürich|東.*"',
    'zone!~"東京"',
    'version=~"v[^1]?"',
    'missing=""',
    'missing!=""',
  ],
  matchers: ['3: ', '{<matcher>}', '{<matcher>, <matcher>}'],
  oddSelector: [
    '{__name__=~"memory|limit"}',
    '{__name__=~".*_total", job="api"}',
    '{job="db", __name__!~".*_.*"}',
    '{__name__=~"up|build_info", instance="1"}',
    'nothing',
  ],
  selector: ['4: <gauge><matchers>', '3: <counter><matchers>', '<bucket><matchers>', '<oddSelector>'],
  shift: ['8: ', '<offset>', '<fixed>', ' @+<second>.5'],
  offset: [' offset 1m', ' offset -2m', ' offset 7m30s', ' offset 20m'],
  fixed: [' @ start()', ' @ end()', ' @ end() offset 5m', ' offset -30s @ start()'],
  second: words('0 100 1234 2500 4000 5400'),
  mayMove: ['3: ', '<offset>'],
  range: words('30s 45s 1m 2m 5m 10m 20m 1h'),
  matrix: ['<selector>[<range>]<shift>'],
  movingMatrix: ['<selector>[<range>]<mayMove>'],
  /** Never a multiple of the step, and never without one in it. */
  subRange: ['2: [<shortRange>250ms:<shortStep>]', '[<longRange>250ms:7m]'],
  shortRange: words('1m 5m 10m 30m'),
  longRange: words('10m 30m'),
  shortStep: ['', '15s', '45s', '1m'],
};

const CLAUSES: Grammar = {
  label: words('job instance code zone version le __name__ missing'),
  labels: [
    '()',
    '3: (<label>)',
    '2: (job, instance)',
    '(job, missing)',
    '(instance, zone, le)',
    '(code, version)',
    '(job, le, __name__)',
  ],
  grouping: ['', '3: by <labels> ', '3: without <labels> '],
  /** Most of them find a partner for a series; the others fail, here and there. */
  matching: [
    '',
    '2: on (job, instance) ',
    'ignoring (code) ',
    'ignoring () ',
    'on (job, instance) group_left () ',
    'on (job, instance) group_right () ',
    'on (job, instance) group_left (version, zone) ',
    'on (job, instance) group_right (code) ',
    'ignoring (code, version) group_left () ',
    'on <labels> ',
    'ignoring <labels> ',
    'ignoring <labels> group_left <labels> ',
    'ignoring <labels> group_right <labels> ',
  ],
  setMatching: ['2: ', 'on <labels> ', 'ignoring <labels> '],
  smoothArithmetic: words('+ - *'),
  arithmetic: words('+ - * / % ^ atan2'),
  comparison: words('== != > < >= <='),
  set: words('and or unless'),
};

const SCALARS: Grammar = {
  number: [
    ...words('0 1 2 -1 0.5 3.25 100 -0 1e3 0x10 5 1048576').map((number) => `5: ${number}`),
    ...words('Inf -Inf NaN 1e308 1e-300'),
  ],
  scalar: [
    '6: <number>',
    'time()',
    'pi()',
    '2: scalar(<exact>)',
    'scalar(<vector>)',
    '(<scalar> <smoothArithmetic> <scalar>)',
    '(<number> <arithmetic> <number>)',
    '(<scalar> / <number>)',
    '(<number> <comparison> bool <number>)',
    '-<scalar>',
  ],
  /** Without `@`. */
  movingScalar: [
    '6: <number>',
    'time()',
    '2: scalar(<selector><mayMove>)',
    'scalar(count(<selector>))',
    '(<movingScalar> <smoothArithmetic> <number>)',
  ],
};

const VECTORS: Grammar = {
  /** Multiples of 1/4. */
  exact: [
    '6: <selector><shift>',
    '2: <exactAggregation> <grouping>(<exact>)',
    'count_values <grouping>("zzz", <exact>)',
    '<strongest> <grouping>(<strongestCount>, apart<matchers><shift>)',
    '2: <exactOverTime>(<exactMatrix>)',
    'absent_over_time(<exactMatrix>)',
    '2: <exactFunction>(<exact>)',
    'clamp_min(<exact>, <bound>)',
    'clamp_max(<exact>, <bound>)',
    'clamp(<exact>, <bound>, <bound>)',
    'label_replace(<exact>, <labelText>, <replacement>, <labelText>, <pattern>)',
    'label_join(<exact>, <labelText>, "-", <labelText>, <labelText>)',
    '<calendar>(<calendarTime>)',
    'vector(<number>)',
    '-<exact>',
    '2: (<exact> <comparison><mayBool> <number>)',
    '(<number> <comparison><mayBool> <exact>)',
    '(<exact> <comparison><mayBool> <matching><exact>)',
    '(<exact> + <matching><exact>)',
    '(<exact> - <matching><exact>)',
    '(<exact> <set> <setMatching><exact>)',
  ],
  vector: [
    '2: <selector><shift>',
    '4: <exact>',
    '3: <rate>(<rateMatrix>)',
    '3: <overTime>(<anyMatrix>)',
    'quantile_over_time(<number>, <anyMatrix>)',
    'quantile_over_time(<scalar>, <movingMatrix>)',
    'predict_linear(<steady><matchers>[<range>]<mayMove>, <aheadS>)',
    'predict_linear(<bucket><matchers>[<range>]<mayMove>, <scalar>)',
    'deriv(<finiteMatrix>)',
    'stddev_over_time(<finiteMatrix>)',
    'stdvar_over_time(<finiteMatrix>)',
    'double_exponential_smoothing(<matrix>, <factor>, <factor>)',
    '3: <aggregation> <grouping>(<vector>)',
    '<deviation> <grouping>(<finite>)',
    'quantile <grouping>(<number>, <vector>)',
    'quantile <grouping>(<movingScalar>, <selector><mayMove>)',
    '<strongest> <grouping>(<movingScalar>, apart<matchers><mayMove>)',
    '2: <smooth>(<vector>)',
    '<edged>(<exact>)',
    'round(<exact>, <nearest>)',
    'clamp_min(<vector>, <scalar>)',
    'clamp_max(<vector>, <scalar>)',
    'timestamp(<selector><offset>)',
    'timestamp(-<vector>)',
    '2: histogram_quantile(<scalar>, <buckets>)',
    'histogram_quantile(<scalar>, <vector>)',
    '2: (<vector> <smoothArithmetic> <matching><vector>)',
    '(<vector> / <matching><exact>)',
    '(<vector> <smoothArithmetic> <scalar>)',
    '(<scalar> <smoothArithmetic> <vector>)',
    '(<exact> % <matching><exact>)',
    '(<exact> ^ <matching><exact>)',
    '(<exact> % <number>)',
    '(<number> ^ <exact>)',
    '(<number> / <exact>)',
    '(<exact> atan2 on (job, instance) <exact>)',
    '(<vector> <set> <setMatching><vector>)',
    '-<vector>',
    'vector(<scalar>)',
  ],
  finite: ['<steady><matchers><shift>', '<finiteOverTime>(memory<matchers>[<range>]<shift>)'],
  buckets: [
    '<bucket><matchers><shift>',
    'rate(<bucket><matchers>[<range>])',
    'sum by (le) (rate(<bucket>[<range>]))',
    'sum by (le, job) (rate(<bucket>[<range>]))',
  ],
  exactMatrix: ['3: <matrix>', '(<exact>)<subRange><shift>'],
  anyMatrix: ['3: <matrix>', '(<vector>)<subRange><shift>'],
  finiteMatrix: [
    '3: <steady><matchers>[<range>]<shift>',
    '<counter>[<range>]',
    '(<finite>)<subRange><shift>',
  ],
  rateMatrix: [
    '3: <counter><matchers>[<range>]<shift>',
    '<bucket><matchers>[<range>]<shift>',
    '(requests_total<matchers>)<subRange><shift>',
  ],
};

const NAMES: Grammar = {
  exactAggregation: words('sum min max count group'),
  aggregation: words('sum avg min max count group'),
  deviation: words('stddev stdvar'),
  strongest: words('topk bottomk'),
  strongestCount: words('1 2 3 0 -1 1e3'),
  exactOverTime: words(
    'sum_over_time min_over_time max_over_time count_over_time last_over_time present_over_time changes resets',
  ),
  rate: words('rate increase irate'),
  overTime: words('avg_over_time delta idelta'),
  finiteOverTime: words('avg_over_time delta deriv idelta'),
  exactFunction: words('abs ceil floor sgn round absent sort sort_desc'),
  smooth: words('abs exp atan sinh cosh tanh asinh deg rad'),
  /** At the edge of where they are defined, or far from zero, the last bit decides. */
  edged: words('ln log2 log10 sqrt asin acos acosh atanh sin cos tan'),
  bound: words('0 1 -1 -2 100'),
  nearest: words('0.5 1 10 0.25 -2'),
  factor: words('0.1 0.2 0.5 0.9'),
  aheadS: words('0 60 3600 -30'),
  mayBool: ['', ' bool'],
  labelText: words('"job" "zone" "new" "instance"'),
  replacement: words('"$1x" "${1}" "" "$0-$2" "$name"'),
  pattern: words('"(.)(.*)" "(.*)" "(api|1)" "(?P<name>.)" "nothing" ""'),
  calendar: words('day_of_month day_of_week day_of_year days_in_month hour minute month year'),
  calendarTime: ['', 'limit', 'vector(time())', 'timestamp(odd)', 'vector(-1e10)'],
};

/**
 * Expressions that have a type and mean something on the series of `random-series.ts`. What Prometheus 2.42 does not
 * know, or answers otherwise than 3 by intention, is not drawn; `differences.ts` says why. Only `exact` vectors are
 * compared, rounded or counted, because there the last bit decides what the answer is. `@+12.5` stands for `@` so
 * many seconds after the start of the data set.
 */
export const GRAMMAR: Grammar = { ...SELECTORS, ...CLAUSES, ...SCALARS, ...VECTORS, ...NAMES };

/** Symbols that contain themselves. The first alternative of each contains none of them. */
export const RECURSIVE: ReadonlySet<string> = new Set(['scalar', 'movingScalar', 'exact', 'vector']);
