import uPlot from 'uplot';
import type { PlotProblem, PlotView } from '../view/page-view.ts';
import { el, setText } from './dom.ts';
import { clockText } from './time.ts';

/** Which series are drawn. */
interface Wanted {
  readonly system: string;
  readonly alarm: string;
  readonly service: string | undefined | (() => string | undefined);
}

interface Drawn {
  readonly frame: HTMLElement;
  readonly refresh: () => Promise<void>;
  readonly forget: () => void;
}

const HEIGHT_PX = 132;
const EVERY_MS = 5_000;
const LINES = [
  '--line-1',
  '--line-2',
  '--line-3',
  '--line-4',
  '--line-5',
  '--line-6',
  '--line-7',
  '--line-8',
];

const drawn = new Set<Drawn>();
/** Those whose answer is awaited: a slow store is not asked again meanwhile. */
const reading = new Set<Drawn>();

/** A frame in which the series of a rule appear beside their threshold, newer ones every few seconds. */
export function plotOf(wanted: Wanted): HTMLElement {
  const canvas = el('div', { class: 'canvas', role: 'img' });
  const legend = el('p', { class: 'legend' }, 'Reading the series…');
  const frame = el('div', { class: 'plot' }, canvas, legend);
  let plot: uPlot | undefined;
  let shape = '';
  const draw = (view: PlotView): void => {
    const newShape = JSON.stringify([view.lines.map(({ label }) => label), view.threshold]);
    if (plot === undefined || shape !== newShape) {
      plot?.destroy();
      plot = new uPlot(optionsFor(view, canvas.clientWidth, showAt), dataOf(view), canvas);
      shape = newShape;
    } else plot.setData(dataOf(view));
    showAt(plot);
    canvas.setAttribute('aria-label', legend.textContent);
  };
  const showAt = (shown: uPlot): void => {
    showLegend(legend, shown, latest);
  };
  let latest: PlotView = { timesMs: [], lines: [], more: 0 };
  const one: Drawn = {
    frame,
    refresh: async () => {
      const read = await fetchPlot(wanted);
      if (typeof read === 'string') {
        setText(legend, read);
        return;
      }
      latest = read;
      draw(read);
    },
    forget: () => {
      plot?.destroy();
      plot = undefined;
    },
  };
  drawn.add(one);
  new ResizeObserver(() => {
    plot?.setSize({ width: canvas.clientWidth, height: HEIGHT_PX });
  }).observe(canvas);
  // Once it stands on the page.
  requestAnimationFrame(() => void refreshIfSeen(one));
  return frame;
}

/** Draws everything anew: another service was chosen, or the colours changed. */
export function redrawAll(): void {
  for (const one of drawn) {
    one.forget();
    void refreshIfSeen(one);
  }
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
document.addEventListener('toggle', refreshAll, true);
document.addEventListener('visibilitychange', refreshAll);
setInterval(refreshAll, EVERY_MS);

function refreshAll(): void {
  for (const one of drawn) {
    if (!one.frame.isConnected) drawn.delete(one);
    else if (!reading.has(one)) void refreshIfSeen(one);
  }
}

/** What nobody sees, and what would not be true, is not read. */
async function refreshIfSeen(one: Drawn): Promise<void> {
  // What is in a closed <details> has a box, but is not visible.
  const isSeen = document.visibilityState === 'visible' && one.frame.checkVisibility();
  if (!isSeen || document.body.dataset['live'] !== 'live') return;
  reading.add(one);
  try {
    await one.refresh();
  } finally {
    reading.delete(one);
  }
}

/** The series, or in words why there are none. */
async function fetchPlot({ system, alarm, service }: Wanted): Promise<PlotView | string> {
  const about = typeof service === 'function' ? service() : service;
  const query = new URLSearchParams({ system, alarm, ...(about === undefined ? {} : { service: about }) });
  try {
    const answer = await fetch(`/api/plot?${query.toString()}`);
    if (!answer.ok) return 'Not drawn: the catalog has no such rule any more.';
    const body = (await answer.json()) as PlotView | PlotProblem;
    return 'problem' in body ? `Not drawn: ${body.problem}` : body;
  } catch {
    return 'Not drawn: nobody answers.';
  }
}

function dataOf({ timesMs, lines }: PlotView): uPlot.AlignedData {
  return [timesMs.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])];
}

function optionsFor(view: PlotView, width: number, showAt: (plot: uPlot) => void): uPlot.Options {
  const [ink, grid] = [colour('--quiet'), colour('--grid')];
  const axis = {
    stroke: ink,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  const isSwitch = view.threshold?.comparison === '==' || view.threshold?.comparison === '!=';
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width,
    height: HEIGHT_PX,
    // A label at the very end of the axis is not cut off.
    padding: [10, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_plot, low, high) => rangeOf(low, high, view.threshold?.value) } },
    axes: [
      {
        ...axis,
        space: 70,
        size: 24,
        values: (_plot, splits) => splits.map((s) => clockText(s * 1000).slice(0, 5)),
      },
      { ...axis, size: 46, space: 28, values: (_plot, splits) => splits.map(numberText) },
    ],
    series: [
      {},
      ...view.lines.map(({ label }, at): uPlot.Series => ({
        label,
        stroke: colour(LINES[at] ?? '--line-1'),
        width: 2,
        points: { show: false },
        ...(isSwitch && stepped !== undefined ? { paths: stepped } : {}),
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          if (view.threshold !== undefined) drawThreshold(plot, view.threshold.value);
        },
      ],
      setCursor: [showAt],
    },
  };
}

/** All of the lines and the threshold, with a little air. */
function rangeOf(low: number, high: number, threshold: number | undefined): [number, number] {
  const values = [low, high, threshold ?? low].filter((value) => Number.isFinite(value));
  const [min, max] = values.length === 0 ? [0, 1] : [Math.min(...values, 0), Math.max(...values)];
  const air = (max - min || 1) * 0.1;
  return [min - air, max + air];
}

function drawThreshold(plot: uPlot, value: number): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  ctx.save();
  ctx.strokeStyle = colour('--threshold');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** The lines by name, with their values under the cursor, else the newest. */
function showLegend(legend: HTMLElement, plot: uPlot, { lines, more, threshold, timesMs }: PlotView): void {
  const at = plot.cursor.idx ?? undefined;
  const when = at === undefined ? '' : `${clockText(timesMs[at] ?? 0)}  `;
  const entries = lines.map(({ label, values }, index) => {
    const value = at === undefined ? values.findLast((one) => one !== null) : values[at];
    return el(
      'span',
      { class: `line line-${String(index + 1)}` },
      `${label} ${value === undefined || value === null ? 'no sample' : numberText(value)}`,
    );
  });
  legend.replaceChildren(
    when,
    ...(lines.length === 0
      ? [threshold === undefined ? 'Fires nowhere.' : 'No samples in this time.']
      : entries),
    ...(more === 0 ? [] : [el('span', {}, `and ${String(more)} more`)]),
    ...(threshold === undefined
      ? []
      : [
          el(
            'span',
            { class: 'line threshold' },
            `fires when ${threshold.comparison} ${numberText(threshold.value)}`,
          ),
        ]),
  );
}

function numberText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

function colour(name: string): string {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}
