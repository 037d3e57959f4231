import { FUNCTION_NAMES, INTAKE_QUEUE } from '../../contract/names.ts';
import type { CompiledRule, CompiledSystem, Severity } from '../catalog/compiled.ts';
import { alarmStatus, arrange, metricGraph, promqlChart, text } from './body.ts';
import type { Chart, DashboardBody, Section, Widget } from './body.ts';
import { conventionalPanels, selectorOf, TOPICS } from './conventions.ts';
import { ruleChart } from './rule-chart.ts';

/** CloudWatch takes so many widgets a dashboard, and so many alarms a widget. */
const MOST_WIDGETS = 500;
const MOST_ALARMS = 100;

export interface DashboardPlace {
  readonly region: string;
  /** `arn:…:alarm:`, what stands before an alarm's name. */
  readonly alarmArnBase: string;
  /** Names of the alarms on Homeostat itself. */
  readonly selfAlarms: readonly string[];
  /** Charts of rules are left out, the least severe first, where the body would be longer than this. */
  readonly mostChars: number;
}

/**
 * V1: one page about a system, from what its catalog says: its alarms, health, requests, errors, latency,
 * key operations, user activity, capacity, processes, every rule with its threshold, and Homeostat itself.
 *
 * @returns at most 500 widgets; a text says how many rules have no chart, if any
 */
export function systemDashboard(system: CompiledSystem, place: DashboardPlace): DashboardBody {
  const fixed = [headline(system), ...topSections(system, place)];
  const last = homeostatItself(place);
  const ranked = bySeverity(system.rules);
  let shown = ranked.length;
  let body = bodyOf(fixed, ranked, shown, last, place);
  while (shown > 0 && !fits(body, place)) {
    shown = Math.min(shown - 1, Math.floor((shown * 9) / 10));
    body = bodyOf(fixed, ranked, shown, last, place);
  }
  return body;
}

/** What a dashboard is made of that tells which series it reads. */
type Watched = Pick<CompiledSystem, 'system' | 'services' | 'rules' | 'dashboard' | 'objectives'>;

/** The PromQL of every chart of a system's dashboard, but for those of its rules. */
export function dashboardQueries(system: Watched): string[] {
  const charts = [
    ...objectiveCharts(system),
    ...health(system),
    ...conventionalPanels(system).map(({ chart }) => chart),
    ...processes(system),
  ];
  return charts.flatMap(({ queries }) => queries.map(({ query }) => query));
}

function fits(body: DashboardBody, { mostChars }: DashboardPlace): boolean {
  return body.widgets.length <= MOST_WIDGETS && JSON.stringify(body).length <= mostChars;
}

function bodyOf(
  fixed: readonly Section[],
  rules: readonly CompiledRule[],
  shown: number,
  last: Section,
  { region }: DashboardPlace,
): DashboardBody {
  const charts = rules.slice(0, shown).map((rule) => promqlChart(region, ruleChart(rule)));
  const left = rules.length - shown;
  const note =
    left === 0
      ? []
      : [text(`${String(left)} more rules have no chart here; their alarms stand at the top.`, 1)];
  return {
    start: '-PT3H',
    widgets: arrange([...fixed, { title: 'Rules', widgets: [...charts, ...note] }, last]),
  };
}

function headline({ system, environment, owner }: CompiledSystem): Section {
  const lines = [
    `# ${system} (${environment})`,
    `Of team ${owner}. Made by Homeostat from the catalog: changes made here are lost. Open incidents: \`homeostat incidents --aws\`.`,
  ];
  return { title: '', widgets: [text(lines.join('\n'), 3)] };
}

function topSections(system: CompiledSystem, place: DashboardPlace): Section[] {
  const panels = conventionalPanels(system);
  const topics = TOPICS.map((topic) => ({
    title: topic,
    widgets: panels
      .filter((panel) => panel.topic === topic)
      .map(({ chart }) => promqlChart(place.region, chart)),
  }));
  return [
    {
      title: 'Incidents',
      widgets: alarmLists(
        'Alarms',
        system.rules.map(({ alarmName }) => alarmName),
        place,
      ),
    },
    {
      title: 'Objectives',
      widgets: objectiveCharts(system).map((chart) => promqlChart(place.region, chart)),
    },
    { title: 'Health', widgets: health(system).map((chart) => promqlChart(place.region, chart)) },
    ...topics,
    {
      title: 'System health',
      widgets: [
        ...processes(system).map((chart) => promqlChart(place.region, chart)),
        ...tasks(system, place),
      ],
    },
  ];
}

function alarmLists(title: string, names: readonly string[], { alarmArnBase }: DashboardPlace): Widget[] {
  const lists: Widget[] = [];
  for (let from = 0; from < names.length; from += MOST_ALARMS) {
    const some = names.slice(from, from + MOST_ALARMS).map((name) => `${alarmArnBase}${name}`);
    lists.push(alarmStatus(from === 0 ? title : `${title}, from ${String(from + 1)}`, some));
  }
  return lists;
}

/** What is promised, beside what is measured. */
function objectiveCharts({ objectives = [] }: Watched): Chart[] {
  return objectives.map(({ name, query, holds, limit, target }) => ({
    title: `${name} (${String(Number((target * 100).toFixed(4)))}% of the time)`,
    queries: [{ query }],
    threshold: { value: limit, fires: holds === 'at-most' ? 'above' : 'below', says: 'fails' },
  }));
}

/** Whether targets answer, and whether what they answer is good. */
function health({ system, services }: Watched): Chart[] {
  const all = Object.values(services);
  const lowest = (title: string, metric: string): Chart => ({
    title,
    queries: [{ query: `min by (job) (${selectorOf(system, metric)})` }],
  });
  return [
    ...(all.some(({ scrape }) => scrape !== undefined) ? [lowest('Targets that answer (up)', 'up')] : []),
    ...(all.some((service) => service.health !== undefined)
      ? [lowest('Health checks that pass (probe_success)', 'probe_success')]
      : []),
  ];
}

/** What every Prometheus client library tells of its process. */
function processes({ system, services }: Watched): Chart[] {
  if (!Object.values(services).some(({ scrape }) => scrape !== undefined)) return [];
  const cpu = selectorOf(system, 'process_cpu_seconds_total');
  const memory = selectorOf(system, 'process_resident_memory_bytes');
  return [
    {
      title: 'CPU of processes (cores)',
      queries: [{ query: `sum by (job, instance) (rate(${cpu}[5m]))` }],
    },
    {
      title: 'Memory of processes (bytes)',
      queries: [{ query: `sum by (job, instance) (${memory})` }],
    },
  ];
}

/** What ECS tells of every service, without being asked. */
function tasks({ services }: CompiledSystem, { region }: DashboardPlace): Widget[] {
  const known = Object.values(services).flatMap(({ ecs }) => (ecs === undefined ? [] : [ecs]));
  if (known.length === 0) return [];
  return (['CPUUtilization', 'MemoryUtilization'] as const).map((name) =>
    metricGraph(
      region,
      `ECS ${name} (%)`,
      'Average',
      known.map(({ cluster, service }) => [
        'AWS/ECS',
        name,
        'ClusterName',
        cluster.replace(/^.*\//, ''),
        'ServiceName',
        service,
      ]),
    ),
  );
}

function homeostatItself(place: DashboardPlace): Section {
  const functions = Object.values(FUNCTION_NAMES);
  const ofFunctions = (metric: string): string[][] =>
    functions.map((name) => ['AWS/Lambda', metric, 'FunctionName', name]);
  return {
    title: 'Homeostat itself',
    widgets: [
      ...alarmLists('Alarms on Homeostat', place.selfAlarms, place),
      metricGraph(place.region, 'Errors of functions', 'Sum', ofFunctions('Errors')),
      metricGraph(place.region, 'Duration of functions (ms)', 'Maximum', ofFunctions('Duration')),
      metricGraph(place.region, 'Age of the oldest alarm event (s)', 'Maximum', [
        ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', INTAKE_QUEUE],
      ]),
    ],
  };
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, warning: 2, info: 3 };

function bySeverity(rules: readonly CompiledRule[]): CompiledRule[] {
  return rules.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}
