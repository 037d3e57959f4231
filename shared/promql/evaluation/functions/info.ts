import { matchersOf, unwrap, type Matcher } from '../../ast.ts';
import { compileMatchers, labelValue, type Labels } from '../../matching.ts';
import { ABSENT, BlockWriter, type Block, type Row } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import { METRIC_NAME } from '../label-set.ts';
import { mergeSame } from '../names.ts';
import { argumentOf, vectorValue, type Implementations, type Invocation } from './invocation.ts';
import { IDENTIFYING, identityOf, infoSeries, type InfoSeries } from './info-series.ts';

/** `info(v, {labels})`: the series of v with labels of the info metrics of the same instance and job. */
export const INFO: Implementations = {
  info: (invocation) => vectorValue(mergeSame(enriched(invocation), invocation.scope, invocation.call)),
};

/** What the second argument asks for. */
interface Wish {
  /** Which metrics give labels. */
  readonly names: readonly Matcher[];
  /** Which of their labels, and what these must be; all labels if there is none. */
  readonly data: readonly Matcher[];
}

const ANY_INFO: Matcher = { name: METRIC_NAME, op: '=~', value: '.+_info' };
const TARGET_INFO: Matcher = { name: METRIC_NAME, op: '=', value: 'target_info' };

function wishOf({ call }: Invocation): Wish {
  const selector = call.args[1] === undefined ? undefined : unwrap(call.args[1]);
  const matchers = selector?.kind === 'vector' ? matchersOf(selector) : [];
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const data = matchers.filter(({ name }) => name !== METRIC_NAME);
  if (names.length === 0) return { names: [TARGET_INFO], data };
  // Who only says what it is not means all other info metrics.
  const isOnlyNegative = names.every(({ op }) => op === '!=' || op === '!~');
  return { names: isOnlyNegative ? [ANY_INFO, ...names] : names, data };
}

function enriched(invocation: Invocation): Block[] {
  const { scope } = invocation;
  const wish = wishOf(invocation);
  const base = [...invocation.vector(0)];
  const isInfo = compileMatchers(wish.names);
  const identities = new Set(base.flatMap(({ labels }) => labels.map(identityOf)));
  const known = infoSeries(argumentOf(invocation.call, 0), [...wish.names, ...wish.data], identities, scope);
  const mayBeMissing = compileMatchers(wish.data)({});
  const writer = new BlockWriter(scope.steps.count);
  for (const block of base) {
    for (const [row, labels] of block.labels.entries()) {
      const infos = isInfo(labels) ? undefined : (known.get(identityOf(labels)) ?? []);
      enrichRow({ block, row }, infos, { invocation, wish, mayBeMissing, writer });
    }
  }
  return writer.blocks;
}

interface Enrichment {
  readonly invocation: Invocation;
  readonly wish: Wish;
  /** A sample stays as it is where there is no info. */
  readonly mayBeMissing: boolean;
  readonly writer: BlockWriter;
}

/** Copies a row, each step to the row of the labels that it gets. An info series itself stays as it is. */
function enrichRow(from: Row, infos: readonly InfoSeries[] | undefined, enrichment: Enrichment): void {
  const { block, row } = from;
  const labels = block.labels[row] ?? {};
  const targets = new Map<string, Row>();
  for (let step = 0; step < block.width; step++) {
    const cell = row * block.width + step;
    if (block.kinds[cell] === ABSENT) continue;
    const chosen = infos === undefined ? [] : newestOfEach(infos, step, enrichment);
    if (infos !== undefined && chosen.length === 0 && !enrichment.mayBeMissing) continue;
    const key = chosen.map(({ number }) => number).join();
    const target =
      targets.get(key) ??
      enrichment.writer.addRow(withInfo(labels, chosen, enrichment), block.losesName[row] ?? false);
    targets.set(key, target);
    target.block.copyCell(target.row * block.width + step, block, cell);
  }
}

/** Of each info metric the series with the newest sample. */
function newestOfEach(infos: readonly InfoSeries[], step: number, { invocation }: Enrichment): InfoSeries[] {
  const newest = new Map<string, InfoSeries>();
  for (const info of infos) {
    const time = info.times[step] ?? Number.NaN;
    if (Number.isNaN(time)) continue;
    const name = labelValue(info.labels, METRIC_NAME);
    const other = newest.get(name);
    if (other !== undefined && other.times[step] === time)
      throw new PromqlEvaluationError(
        `found duplicate series for info metric: ${name}`,
        invocation.call.span,
      );
    if (other === undefined || time > (other.times[step] ?? 0)) newest.set(name, info);
  }
  return [...newest.values()];
}

/** The labels with those of the infos that are wished for; a label of the series itself is never changed. */
function withInfo(labels: Labels, infos: readonly InfoSeries[], { wish, invocation }: Enrichment): Labels {
  const added = new Map<string, string>();
  for (const info of infos) {
    for (const [name, value] of Object.entries(info.labels)) {
      const isWished = wish.data.length === 0 || wish.data.some((matcher) => matcher.name === name);
      const isOwn = name === METRIC_NAME || IDENTIFYING.includes(name) || labelValue(labels, name) !== '';
      if (!isWished || isOwn || value === '') continue;
      if ((added.get(name) ?? value) !== value)
        throw new PromqlEvaluationError(`conflicting label: ${name}`, invocation.call.span);
      added.set(name, value);
    }
  }
  return added.size === 0 ? labels : Object.fromEntries([...Object.entries(labels), ...added]);
}
