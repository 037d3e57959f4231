/** The four types of PromQL values, under their short names. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/** What a function takes and gives: at least and at most so many arguments; past the last type, that one again. */
export interface Signature {
  readonly args: readonly ValueType[];
  readonly least: number;
  readonly most: number;
  readonly returns: ValueType;
}

/** `vector matrix -> vector`; `scalar?` may be left out, `string*` too or stand any number of times, `scalar*9` at most nine. */
function signature(text: string): Signature {
  const [taken = '', returns = ''] = text.split('->').map((part) => part.trim());
  const words = taken.split(' ').filter((word) => word !== '');
  const [, repeated, times] = /(\*)(\d*)$/.exec(words.at(-1) ?? '') ?? [];
  const further = repeated === undefined ? 1 : times === '' ? Number.POSITIVE_INFINITY : Number(times);
  return {
    args: words.map((word) => word.replace(/\W.*$/, '') as ValueType),
    least: words.filter((word) => !/\W/.test(word)).length,
    most: words.length === 0 ? 0 : words.length - 1 + further,
    returns: returns as ValueType,
  };
}

/** Signature -> names: every function of Prometheus 3, experimental ones too. Source: the function reference of its documentation. */
const BY_SIGNATURE: Readonly<Record<string, string>> = {
  'vector -> vector':
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev ' +
    'histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt start_timestamp tan tanh timestamp',
  'matrix -> vector':
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time ' +
    'mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ' +
    'ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  'vector? -> vector': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  'vector scalar -> vector': 'clamp_max clamp_min',
  'vector scalar scalar -> vector': 'clamp',
  'matrix scalar scalar -> vector': 'double_exponential_smoothing',
  'scalar scalar vector -> vector': 'histogram_fraction',
  'scalar vector -> vector': 'histogram_quantile',
  'vector string scalar scalar*9 -> vector': 'histogram_quantiles',
  'vector vector? -> vector': 'info',
  'vector string string string* -> vector': 'label_join',
  'vector string string string string -> vector': 'label_replace',
  'matrix scalar -> vector': 'predict_linear',
  'scalar matrix -> vector': 'quantile_over_time',
  'vector scalar? -> vector': 'round',
  'vector string* -> vector': 'sort_by_label sort_by_label_desc',
  'vector -> scalar': 'scalar',
  'scalar -> vector': 'vector',
  'scalar scalar -> scalar': 'max_of min_of',
  '-> scalar': 'end pi range start step time',
};

/** Every function by its name. */
export const FUNCTIONS: ReadonlyMap<string, Signature> = new Map(
  Object.entries(BY_SIGNATURE).flatMap(([text, names]) =>
    names.split(' ').map((name) => [name, signature(text)] as const),
  ),
);

/** Every aggregation, with the type of its parameter when it takes one. */
export const AGGREGATIONS: ReadonlyMap<string, ValueType | undefined> = new Map([
  ...['avg', 'count', 'group', 'max', 'min', 'stddev', 'stdvar', 'sum'].map(
    (name) => [name, undefined] as const,
  ),
  ...['bottomk', 'limit_ratio', 'limitk', 'quantile', 'topk'].map((name) => [name, 'scalar'] as const),
  ['count_values', 'string'] as const,
]);

/** Aggregations that give whole samples, with all their labels. */
export const SELECTING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Functions and aggregations that Prometheus has behind a flag and may change; here they are always on. */
export const EXPERIMENTAL: ReadonlySet<string> = new Set(
  (
    'double_exponential_smoothing end first_over_time histogram_quantiles info limit_ratio limitk mad_over_time max_of min_of ' +
    'range sort_by_label sort_by_label_desc start start_timestamp step ' +
    'ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time'
  ).split(' '),
);
