import { children, type Expr, type Matcher } from '../../promql/ast.ts';
import { parse } from '../../promql/parse.ts';
import { print } from '../../promql/print.ts';
import type { CompiledSystem } from '../catalog/compiled.ts';
import { SYSTEM_ATTRIBUTE } from '../../contract/names.ts';
import type { Chart } from './body.ts';

/** What the panels of a dashboard are about, in the order in which they stand. */
export const TOPICS = [
  'Requests',
  'Errors',
  'Latency',
  'Key operations',
  'User activity',
  'Capacity',
] as const;
export type Topic = (typeof TOPICS)[number];

export interface Panel {
  readonly topic: Topic;
  readonly chart: Chart;
}

/** Over which time rates are taken: five scrapes of the slowest collection. */
const RANGE = '5m';

interface Convention {
  readonly topic: Topic;
  /** By the naming conventions of Prometheus (prometheus.io, "Metric and label naming"). */
  readonly fits: RegExp;
  readonly queries: (selector: string) => Chart['queries'];
}

const rateByJob = (selector: string): Chart['queries'] => [
  { query: `sum by (job) (rate(${selector}[${RANGE}]))` },
];
const highestByJob = (selector: string): Chart['queries'] => [{ query: `max by (job) (${selector})` }];
const sumByJob = (selector: string): Chart['queries'] => [{ query: `sum by (job) (${selector})` }];
const quantiles = (selector: string): Chart['queries'] =>
  [0.5, 0.95, 0.99].map((quantile) => ({
    query: `histogram_quantile(${String(quantile)}, sum by (job, le) (rate(${selector}[${RANGE}])))`,
  }));

const PEOPLE = '(?:users?|sessions?|logins?|signups?|visitors?|visits|customers?)';

/** The first that fits a metric's name decides; a metric that none fits has no panel of its own. */
const CONVENTIONS: readonly Convention[] = [
  { topic: 'Latency', fits: /_(?:seconds|milliseconds|duration|latency)_bucket$/, queries: quantiles },
  { topic: 'Requests', fits: /(?:^|_)requests_total$/, queries: rateByJob },
  { topic: 'Errors', fits: /(?:^|_)(?:errors?|failures?|exceptions?|timeouts?)_total$/, queries: rateByJob },
  { topic: 'User activity', fits: new RegExp(`(?:^|_)${PEOPLE}(?:_.*)?_total$`), queries: rateByJob },
  { topic: 'User activity', fits: new RegExp(`(?:^|_)${PEOPLE}(?:_|$)`), queries: sumByJob },
  { topic: 'Key operations', fits: /_total$/, queries: rateByJob },
  {
    topic: 'Capacity',
    fits: /_(?:bytes|ratio|percent|utilization|connections|size|depth|length|free|used|limit|available|days)$/,
    queries: highestByJob,
  },
];

/** Read by the panels on health and on processes, which every system has. */
const OWN_PANELS = /^(?:up|probe_|process_|scrape_)/;

/**
 * Panels for the metrics that a system's rules read, and for those its owner names under `dashboard`,
 * by what their names say.
 */
export function conventionalPanels(system: Pick<CompiledSystem, 'system' | 'rules' | 'dashboard'>): Panel[] {
  const names = new Set([
    ...system.rules.flatMap(({ reads }) => reads.map(({ metric }) => metric)),
    ...(system.dashboard ?? []),
  ]);
  return [...names]
    .filter((metric) => !OWN_PANELS.test(metric))
    .toSorted()
    .flatMap((metric) => [...panelOf(system.system, metric), ...errorShare(system, metric)]);
}

function panelOf(system: string, metric: string): Panel[] {
  const convention = CONVENTIONS.find(({ fits }) => fits.test(metric));
  if (convention === undefined) return [];
  const queries = convention.queries(selectorOf(system, metric));
  return [{ topic: convention.topic, chart: { title: titleOf(convention, metric), queries } }];
}

function titleOf({ topic, queries }: Convention, metric: string): string {
  if (topic === 'Latency') return `${metric.replace(/_bucket$/, '')}: p50, p95, p99`;
  return queries === rateByJob ? `${metric} a second` : metric;
}

/** Where a rule says how failed requests are marked, such as `status=~"5.."`, their share of all. */
function errorShare(system: Pick<CompiledSystem, 'system' | 'rules'>, metric: string): Panel[] {
  if (!/(?:^|_)requests_total$/.test(metric)) return [];
  const marks = system.rules
    .flatMap(({ query }) => selectorsIn(query))
    .filter(({ name }) => name === metric)
    .flatMap(({ matchers }) => matchers.filter(isServerError));
  const [mark] = marks;
  if (mark === undefined) return [];
  const rate = (selector: string): string => `sum by (job) (rate(${selector}[${RANGE}]))`;
  const failed = selectorOf(system.system, metric, [mark]);
  const query = `${rate(failed)} / ${rate(selectorOf(system.system, metric))}`;
  return [{ topic: 'Errors', chart: { title: `${metric}: share that failed`, queries: [{ query }] } }];
}

function isServerError({ name, op, value }: Matcher): boolean {
  return /^(?:status|code|status_code|http_status)$/.test(name) && /^=~?$/.test(op) && value.startsWith('5');
}

type Selector = Extract<Expr, { kind: 'vector' }>;

function selectorsIn(query: string): Selector[] {
  const parsed = parse(query);
  const walk = (expr: Expr): Selector[] => (expr.kind === 'vector' ? [expr] : children(expr).flatMap(walk));
  return parsed.ok ? walk(parsed.expr) : [];
}

/** `metric{…}`, confined to the system as its rules are. */
export function selectorOf(system: string, metric: string, more: readonly Matcher[] = []): string {
  const own: Matcher = { name: `@resource.${SYSTEM_ATTRIBUTE}`, op: '=', value: system };
  return print({ kind: 'vector', name: metric, matchers: [...more, own], span: { from: 0, to: 0 } });
}
