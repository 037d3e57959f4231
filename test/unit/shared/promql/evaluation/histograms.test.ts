import { expect, test } from 'vitest';
import { check } from '../../../../../shared/promql/check.ts';
import { evaluateInstant } from '../../../../../shared/promql/evaluate.ts';
import { readHistogram } from '../../../../../shared/promql/histogram/notation.ts';
import { selectedSlice, type SeriesSource } from '../../../../../shared/promql/series-source.ts';
import { failuresOf } from './failures-of.ts';

test('rate of a histogram stretches every bucket, and adds what was there before a reset', () => {
  expect(
    failuresOf(`
load 1m
  h {{count:2 sum:4 buckets:[1 1]}} {{count:6 sum:12 buckets:[3 3]}} {{count:2 sum:2 buckets:[2]}}

eval instant at 2m increase(h[3m])
  expect no_warn
  {} {{count:8 sum:13.333333333333332 buckets:[5.333333333333333 2.6666666666666665] counter_reset_hint:gauge}}

eval instant at 1m rate(h[2m])
  {} {{count:0.05 sum:0.1 buckets:[0.025 0.025]}}

eval instant at 2m irate(h[2m])
  {} {{count:0.03333333333333333 sum:0.03333333333333333 buckets:[0.03333333333333333]}}

eval instant at 2m resets(h[3m])
  {} 1

eval instant at 2m changes(h[3m])
  {} 2
`),
  ).toEqual([]);
});

test('what is no counter or no gauge is told', () => {
  expect(
    failuresOf(`
load 1m
  gauge {{count:1 counter_reset_hint:gauge}} {{count:3 counter_reset_hint:gauge}}
  counter {{count:1}} {{count:3}}

eval instant at 1m irate(gauge[2m])
  expect warn msg: PromQL warning: this native histogram metric is not a counter: "gauge" (1:7)
  {} {{count:0.03333333333333333}}

eval instant at 1m idelta(counter[2m])
  expect warn msg: PromQL warning: this native histogram metric is not a gauge: "counter" (1:8)
  {} {{count:2}}

eval instant at 1m delta(gauge[1m30s])
  expect no_warn
  {} {{count:3}}
`),
  ).toEqual([]);
});

test('numbers and histograms do not mix, which is told where it happens', () => {
  expect(
    failuresOf(`
load 1m
  mixed 1 {{count:2 sum:4}} 3
  x{of="float"} 1
  x{of="histogram"} {{count:2 sum:4}}

eval instant at 2m rate(mixed[3m])
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:6)

eval instant at 2m sum_over_time(mixed[3m])
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:15)

eval instant at 2m max_over_time(mixed[3m])
  expect info msg: PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:15)
  {} 3

eval instant at 2m changes(mixed[3m])
  {} 2

eval instant at 2m resets(mixed[3m])
  {} 2

eval instant at 1m last_over_time(mixed[2m])
  mixed {{count:2 sum:4}}

eval instant at 0 sum(x)
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)

eval instant at 0 max(x)
  expect info msg: PromQL info: ignored histogram in max aggregation (1:5)
  {} 1

eval instant at 0 topk(2, x)
  expect info msg: PromQL info: ignored histogram in topk aggregation (1:9)
  x{of="float"} 1

eval instant at 0 count_values("value", x)
  {value="1"} 1
  {value="{count:2, sum:4}"} 1
`),
  ).toEqual([]);
});

test('an operator that does not go with what is beside it says so, and gives nothing', () => {
  expect(
    failuresOf(`
load 1m
  h {{count:4 sum:8 buckets:[4]}}
  c {{schema:-53 count:4 custom_values:[1] buckets:[4]}}
  f 2

eval instant at 0 h * f
  {} {{count:8 sum:16 buckets:[8]}}

eval instant at 0 2 / h
  expect info msg: PromQL info: incompatible sample types encountered for binary operator "/": float / histogram (1:1)

eval instant at 0 h > bool h
  expect info msg: PromQL info: incompatible sample types encountered for binary operator ">": histogram > histogram (1:1)

eval instant at 0 f </ f
  expect info msg: PromQL info: incompatible sample types encountered for binary operator "</": float </ float (1:1)

eval instant at 0 h + c
  expect warn msg: PromQL warning: incompatible bucket layout encountered for binary operator + (1:1)

eval instant at 0 h - h
  {} {{counter_reset_hint:gauge}}

eval instant at 0 -h
  {} {{count:-4 sum:-8 buckets:[-4] counter_reset_hint:gauge}}

eval instant at 0 h == bool h
  {} 1
`),
  ).toEqual([]);
});

test('what was raised in a classic histogram is told once, with all it was', () => {
  expect(
    failuresOf(`
load 1m
  x_bucket{le="1"} 4 4 4
  x_bucket{le="2"} 2 1 2
  x_bucket{le="+Inf"} 8 8 8

eval range from 0 to 2m step 1m histogram_quantile(0.5, x_bucket)
  expect info msg: PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "x_bucket", from buckets 2 to 2, with a max diff of 3, over 3 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:02:00Z (1:25)
  {} 1 1 1

eval range from 0 to 1m step 1m histogram_quantiles(x_bucket, "q", 0.5, 0.6)
  expect info msg: PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "x_bucket", from buckets 2 to 2, with a max diff of 3, over 2 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z (1:21)
  {q="0.5"} 1 1
  {q="0.6"} 2 2
`),
  ).toEqual([]);
});

test('each quantile is a series of its own, its rank in a label', () => {
  expect(
    failuresOf(`
load 1m
  h{a="b"} {{count:4 sum:8 buckets:[4]}}

eval instant at 0 histogram_quantiles(h, "q", 0, 1e-7, 1)
  {a="b", q="0.0"} 0.5
  {a="b", q="1e-07"} 0.5
  {a="b", q="1.0"} 1

eval instant at 0 histogram_quantiles(h, "q", 0.5, 0.5)
  expect fail msg: vector cannot contain metrics with the same labelset
`),
  ).toEqual([]);
});

test('a query that reads counts only sees resets that a sum would hide', () => {
  expect(
    failuresOf(`
load 1m
  h{i="1"} {{count:4 buckets:[4]}} {{count:1 buckets:[1]}}
  h{i="2"} {{count:4 buckets:[4]}} {{count:5 buckets:[5]}}

eval instant at 1m histogram_count(sum(h))
  expect warn msg: PromQL warning: conflicting counter resets during histogram aggregation (1:21)
  {} 6

eval instant at 1m histogram_quantile(1, sum(h))
  expect no_warn
  {} 1
`),
  ).toEqual([]);
});

test('a histogram counts for several samples where these are limited', () => {
  const { histogram } = readHistogram('{{count:6 buckets:[1 2 3]}}');
  const samples = { timesMs: [0, 1_000], values: [0, 0], histograms: [histogram, histogram] };
  const source: SeriesSource = { select: () => [selectedSlice({ labels: { __name__: 'h' }, ...samples })] };
  const evaluate = (text: string, maxSamples: number): string => {
    const checked = check(text);
    if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
    return evaluateInstant(checked.expr, source, 1_000, { maxSamples }).kind;
  };
  expect(evaluate('h', 13)).toBe('vector');
  expect(() => evaluate('h', 12)).toThrow('would load too many samples into memory');
  expect(evaluate('count_over_time(h[2s])', 26)).toBe('vector');
  expect(() => evaluate('count_over_time(h[2s])', 25)).toThrow('would load too many samples into memory');
});
