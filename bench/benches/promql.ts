import type { RangeTimes } from '../../shared/promql/evaluate.ts';
import { hasPrometheus } from '../../test/contract/promql/prometheus.ts';
import type { Bench, Figure } from '../figure.ts';
import { bothStores, type BothStores } from '../promql/both-stores.ts';
import { EVERY_MS, FLEET_START_MS, type FleetSize } from '../promql/fleet.ts';
import { PANELS, RULES } from '../promql/rules.ts';
import { its, ours } from '../promql/timed-queries.ts';
import { median, pairedRatio } from '../statistics.ts';

/** Twenty minutes, more than the longest range of a rule. */
const SMALL: FleetSize = { series: 10_000, samples: 80 };
const LARGE: FleetSize = { series: 100_000, samples: 80 };
const DAY: FleetSize = { series: 1000, samples: 86_400_000 / EVERY_MS };
/** The first ones, with which our code is compiled, do not count. */
const ROUNDS = { warm: 3, small: 15, large: 7, day: 5 };

/**
 * Rules and panels in our engine on the compact store and in Debian's Prometheus on blocks of the same samples, in
 * turn. Ours from the text to the result; Prometheus' by its own account of the evaluation, on one core.
 */
export const promql: Bench = {
  name: 'promql',
  what: 'rules and range queries of a day, beside Prometheus; bytes a sample',
  run: async (tell) => {
    if (!hasPrometheus())
      throw new Error('It measures beside Prometheus, which is not installed: apt-get install prometheus');
    const small = await measured(SMALL, tell, (both) => instant(both, RULES, ROUNDS.small));
    const large = await measured(LARGE, tell, (both) => instant(both, RULES, ROUNDS.large));
    const day = await measured(DAY, tell, (both) => rangeOfDay(both));
    return [
      rate('10,000 series', small.pairs),
      ...figuresOf('10,000 series', small.pairs, 3),
      rate('100,000 series', large.pairs),
      ...figuresOf('100,000 series', large.pairs),
      growth(small.pairs, large.pairs),
      ...figuresOf('a day at 15 s over 1,000 series', day.pairs),
      bytes('20 minutes', small),
      bytes('a day', day),
    ];
  },
};

/** Of one query, round by round, milliseconds. */
interface Pairs {
  readonly text: string;
  readonly ours: number[];
  readonly its: number[];
  /** What ours took of a core. */
  readonly processor: number[];
}

interface Measured {
  readonly pairs: readonly Pairs[];
  readonly bytesPerSample: BothStores['bytesPerSample'];
}

async function measured(
  size: FleetSize,
  tell: (line: string) => void,
  measure: (both: BothStores) => Promise<readonly Pairs[]>,
): Promise<Measured> {
  tell(`${String(size.series)} series of ${String(size.samples)} samples`);
  const both = await bothStores(size);
  try {
    return { pairs: await measure(both), bytesPerSample: both.bytesPerSample };
  } finally {
    await both.prometheus.stop();
  }
}

async function instant(both: BothStores, texts: readonly string[], rounds: number): Promise<Pairs[]> {
  const endMs = FLEET_START_MS + SMALL.samples * EVERY_MS;
  return inTurn(both, texts, rounds, (round) => endMs - (round % 10) * EVERY_MS);
}

async function rangeOfDay(both: BothStores): Promise<Pairs[]> {
  const times: RangeTimes = {
    startMs: FLEET_START_MS + EVERY_MS,
    endMs: FLEET_START_MS + DAY.samples * EVERY_MS,
    stepMs: EVERY_MS,
  };
  return inTurn(both, PANELS, ROUNDS.day, () => times);
}

async function inTurn(
  { store, prometheus }: BothStores,
  texts: readonly string[],
  rounds: number,
  when: (round: number) => number | RangeTimes,
): Promise<Pairs[]> {
  const pairs = texts.map((text) => ({
    text,
    ours: [] as number[],
    its: [] as number[],
    processor: [] as number[],
  }));
  for (let round = -ROUNDS.warm; round < rounds; round++) {
    for (const pair of pairs) {
      const at = when(round + ROUNDS.warm);
      const own = ours(store, pair.text, at);
      const other = await its(prometheus, pair.text, at);
      if (own.series !== other.series)
        throw new Error(
          `${pair.text} gives ${String(own.series)} series here and ${String(other.series)} in Prometheus.`,
        );
      if (round < 0) continue;
      pair.ours.push(own.ms);
      pair.its.push(other.ms);
      pair.processor.push(own.processorMs);
    }
  }
  return pairs;
}

function figuresOf(where: string, pairs: readonly Pairs[], limit?: number): Figure[] {
  const mustHold = limit === undefined ? {} : { mustHold: { limit, ofRatio: true as const } };
  return [
    {
      what: `promql, all ${String(pairs.length)}, ${where}`,
      value: totalMs(pairs, 'ours'),
      unit: 'ms' as const,
      beside: { what: 'Prometheus, one core', value: totalMs(pairs, 'its'), ratio: totalRatio(pairs) },
      ...mustHold,
    },
    ...pairs.map((pair) => ({
      what: `promql, ${where}: \`${pair.text.replaceAll('|', String.raw`\|`)}\``,
      value: median(pair.ours),
      unit: 'ms' as const,
      beside: {
        what: 'Prometheus, one core',
        value: median(pair.its),
        ratio: pairedRatio(pair.ours, pair.its),
      },
    })),
  ];
}

function rate(where: string, pairs: readonly Pairs[]): Figure {
  const perSecond = (side: 'ours' | 'its'): number => (1000 * pairs.length) / totalMs(pairs, side);
  return {
    what: `promql, rules, ${where}`,
    value: perSecond('ours'),
    unit: '/s',
    beside: { what: 'Prometheus, one core', value: perSecond('its'), ratio: 1 / totalRatio(pairs) },
  };
}

function totalMs(pairs: readonly Pairs[], side: 'ours' | 'its' | 'processor'): number {
  return pairs.reduce((sum, pair) => sum + median(pair[side]), 0);
}

/** The median over the rounds of what all queries of a round take here and there. */
function totalRatio(pairs: readonly Pairs[]): number {
  const rounds = pairs[0]?.ours ?? [];
  const total = (side: 'ours' | 'its'): number[] =>
    rounds.map((_, round) => pairs.reduce((sum, pair) => sum + (pair[side][round] ?? Number.NaN), 0));
  return pairedRatio(total('ours'), total('its'));
}

function growth(small: readonly Pairs[], large: readonly Pairs[]): Figure {
  return {
    what: `promql, all ${String(RULES.length)}, 100,000 series, processor time`,
    value: totalMs(large, 'processor'),
    unit: 'ms',
    beside: { what: 'ten times those over 10,000', value: 10 * totalMs(small, 'processor') },
    mustHold: { limit: 1.5, ofRatio: true },
  };
}

function bytes(what: string, { bytesPerSample }: Measured): Figure {
  return {
    what: `promql, bytes a sample, ${what}`,
    value: bytesPerSample.ours,
    unit: '',
    beside: { what: "chunks of Prometheus' blocks", value: bytesPerSample.its },
    mustHold: { limit: 3 },
  };
}
