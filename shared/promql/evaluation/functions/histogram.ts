import { classicFraction, classicQuantile } from '../../histogram/classic.ts';
import { fractionOf } from '../../histogram/fraction.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { averageOf, deviationOf, varianceOf } from '../../histogram/moments.ts';
import { quantileOf } from '../../histogram/quantile.ts';
import { formatWithPoint } from '../../number-text.ts';
import { quoted } from '../../syntax/quoting.ts';
import { ABSENT, type Block } from '../block.ts';
import { ofMetric } from '../histogram-notes.ts';
import { isLabelName, withLabel } from '../label-set.ts';
import { loseNames, mergeSame } from '../names.ts';
import { warnOfRank } from '../quantile-rank.ts';
import type { VectorValue } from '../value.ts';
import { ForcedRises } from './forced-rises.ts';
import { answerRows, histogramGroups, type Answers } from './histogram-groups.ts';
import {
  argumentOf,
  invalid,
  vectorValue,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';

/** A number for each native histogram; all else is left out. */
const ofNative =
  (read: (histogram: Histogram) => number): Implementation =>
  (invocation) => {
    function* numbers(): Iterable<Block> {
      for (const block of invocation.vector(0)) {
        for (let cell = 0; cell < block.rows * block.width; cell++) {
          const histogram = block.histogramAt(cell);
          if (histogram === undefined) block.kinds[cell] = ABSENT;
          else block.setFloat(cell, read(histogram));
        }
        yield block;
      }
    }
    return vectorValue(loseNames(numbers(), argumentOf(invocation.call, 0), invocation.scope));
  };

/** Functions of histograms: native ones, and those of Prometheus' text format with one series a bucket. */
export const HISTOGRAM_FUNCTIONS: Implementations = {
  histogram_count: ofNative(({ count }) => count),
  histogram_sum: ofNative(({ sum }) => sum),
  histogram_avg: ofNative(averageOf),
  histogram_stddev: ofNative(deviationOf),
  histogram_stdvar: ofNative(varianceOf),
  histogram_quantile: (invocation) => {
    const ranks = ranksOf(invocation, 0);
    const groups = histogramGroups(invocation, 1);
    const rises = new ForcedRises(invocation.scope);
    const blocks = answerRows(groups, invocation.scope, quantiles(ranks, rises));
    rises.note();
    return merged(blocks, invocation, 1);
  },
  histogram_quantiles: (invocation) => {
    const label = invocation.text(1);
    if (!isLabelName(label))
      throw invalid(invocation, 1, `invalid label name in histogram_quantiles(): ${quoted(label)}`);
    const groups = histogramGroups(invocation, 0);
    const rises = new ForcedRises(invocation.scope);
    const blocks = invocation.call.args.slice(2).flatMap((_, at) => {
      const ranks = ranksOf(invocation, at + 2);
      return answerRows(groups, invocation.scope, quantiles(ranks, rises), (labels, step) =>
        withLabel(labels, label, formatWithPoint(ranks[step] ?? Number.NaN)),
      );
    });
    rises.note();
    return merged(blocks, invocation, 0);
  },
  histogram_fraction: (invocation) => {
    const [lowers, uppers] = [invocation.scalar(0), invocation.scalar(1)];
    const blocks = answerRows(histogramGroups(invocation, 2), invocation.scope, {
      classic: (buckets, step) => classicFraction(at(lowers, step), at(uppers, step), buckets),
      native: (histogram, step, place) => {
        const { value, leavesOutNan } = fractionOf(at(lowers, step), at(uppers, step), histogram);
        if (leavesOutNan) place.query.annotate('info', ofMetric(FRACTION_WITHOUT_NAN, place), place.span);
        return value;
      },
    });
    return merged(blocks, invocation, 2);
  },
};

const FRACTION_WITHOUT_NAN =
  'input to histogram_fraction has NaN observations, which are excluded from all fractions';

const NAN_EFFECTS = {
  'result-is-nan': 'input to histogram_quantile has NaN observations, result is NaN',
  'skewed-higher': 'input to histogram_quantile has NaN observations, result is skewed higher',
} as const;

const at = (values: Float64Array, step: number): number => values[step] ?? Number.NaN;

function ranksOf(invocation: Invocation, index: number): Float64Array {
  const ranks = invocation.scalar(index);
  const { span } = argumentOf(invocation.call, index);
  for (const rank of ranks) warnOfRank(rank, span, invocation.scope.query);
  return ranks;
}

function quantiles(ranks: Float64Array, rises: ForcedRises): Answers {
  return {
    classic: (buckets, step, place) => {
      const { value, forcedRise } = classicQuantile(at(ranks, step), buckets);
      if (forcedRise !== undefined) rises.add(forcedRise, step, place);
      return value;
    },
    native: (histogram, step, place) => {
      const { value, nanEffect } = quantileOf(at(ranks, step), histogram);
      if (nanEffect !== 'none')
        place.query.annotate('info', ofMetric(NAN_EFFECTS[nanEffect], place), place.span);
      return value;
    },
  };
}

/** Without names. Two histograms that differed by their names or by an overwritten label only are an error. */
function merged(blocks: readonly Block[], { call, scope }: Invocation, index: number): VectorValue {
  return vectorValue(mergeSame(loseNames(blocks, argumentOf(call, index), scope), scope, call));
}
