/**
 * The body of a CloudWatch dashboard, as far as we write it; the names are CloudWatch's (CloudWatch user
 * guide, "Dashboard body structure and syntax").
 */
export interface DashboardBody {
  readonly start: string;
  readonly widgets: readonly PlacedWidget[];
}

export interface PlacedWidget extends Widget {
  readonly x: number;
  readonly y: number;
}

export interface Widget {
  readonly type: 'text' | 'alarm' | 'metric' | 'chart';
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Some widgets under a heading; without widgets there is no heading either. */
export interface Section {
  readonly title: string;
  readonly widgets: readonly Widget[];
}

/** Columns of the grid. */
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 6;

export function text(markdown: string, height = 2): Widget {
  return { type: 'text', width: COLUMNS, height, properties: { markdown } };
}

/** @param alarms ARNs, 1 to 100; what changed last comes first within each state, ALARM before OK */
export function alarmStatus(title: string, alarms: readonly string[]): Widget {
  const properties = { title, alarms, sortBy: 'stateUpdatedTimestamp' };
  return { type: 'alarm', width: COLUMNS, height: 3, properties };
}

/** @param metrics each as namespace, name, and dimensions one after the other */
export function metricGraph(
  region: string,
  title: string,
  stat: 'Average' | 'Maximum' | 'Sum',
  metrics: readonly (readonly string[])[],
): Widget {
  const properties = { title, region, stat, period: 60, view: 'timeSeries', metrics };
  return { type: 'metric', width: WIDTH, height: HEIGHT, properties };
}

/** A line across a chart, and the side of it on which the rule fires. */
export interface Threshold {
  readonly value: number;
  readonly fires: 'above' | 'below' | 'elsewhere';
  /** What happens there; `fires` if not given. */
  readonly says?: string;
}

export interface Chart {
  readonly title: string;
  /** PromQL; a label names the line where a query gives only one. */
  readonly queries: readonly { readonly query: string; readonly label?: string }[];
  readonly threshold?: Threshold;
}

const RED = '#d13212';

/** Lines of PromQL queries, with the threshold drawn in. */
export function promqlChart(region: string, { title, queries, threshold }: Chart): Widget {
  const lines = queries.map(({ query, label = '__verbose__' }, at) => ({
    id: `q${String(at)}`,
    type: 'cloudwatch-metrics',
    language: 'PromQL',
    query,
    label,
  }));
  const annotations = threshold === undefined ? {} : { annotations: { horizontal: [line(threshold)] } };
  const plotOptions = { legend: { position: 'bottom', show: true }, ...annotations };
  const properties = { view: 'line', title, region, data: { queries: lines }, plotOptions };
  return { type: 'chart', width: WIDTH, height: HEIGHT, properties };
}

function line({ value, fires, says = 'fires' }: Threshold): Readonly<Record<string, unknown>> {
  return {
    type: 'static',
    label: `${says} ${fires === 'elsewhere' ? 'by' : fires} ${String(value)}`,
    value,
    color: RED,
    ...(fires === 'elsewhere' ? {} : { fill: fires }),
  };
}

/** Puts the sections one under the other, in each the widgets in rows as far as the columns go. */
export function arrange(sections: readonly Section[]): PlacedWidget[] {
  const placed: PlacedWidget[] = [];
  let y = 0;
  for (const { title, widgets } of sections.filter((section) => section.widgets.length > 0)) {
    const heading = title === '' ? [] : [text(`## ${title}`, 1)];
    let x = 0;
    let rowHeight = 0;
    for (const widget of [...heading, ...widgets]) {
      if (x + widget.width > COLUMNS) {
        y += rowHeight;
        x = 0;
        rowHeight = 0;
      }
      placed.push({ ...widget, x, y });
      x += widget.width;
      rowHeight = Math.max(rowHeight, widget.height);
    }
    y += rowHeight;
  }
  return placed;
}
