import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { Told } from '../../shared/ports/outbox.ts';
import type { SystemReading } from '../read/reading.ts';
import { incidentsView, labelText, resolvedViews } from './incident-view.ts';
import type { PageView, RuleView, SilenceView } from './page-view.ts';
import { headlineOf, serviceViews } from './service-view.ts';
import { tryNext } from './try-next.ts';
import { nameOf } from './what-next.ts';

/** Everything that the page is made of. */
export interface Known {
  readonly catalog: CompiledCatalog;
  /** By system. */
  readonly readings: Readonly<Record<string, SystemReading>>;
  readonly told: readonly Told[];
  /** A service that can be broken on demand. */
  readonly breakable?: string;
  readonly nowMs: number;
}

/** Turns what is known into what is shown. Pure: the same knowledge gives the same page. */
export function pageParts({ catalog, readings, told, breakable, nowMs }: Known): PageView {
  const systems = Object.values(catalog.systems);
  const services = systems.flatMap((system) => {
    const reading = readings[system.system];
    return reading === undefined ? [] : serviceViews(system, reading, nowMs);
  });
  const incidents = incidentsView(readings, catalog);
  const resolved = resolvedViews(readings, catalog);
  return {
    frame: {
      systems: systems.map(({ system }) => system),
      catalogHash: catalog.hash,
      people: Object.entries(catalog.organization.people).map(([key, { name }]) => ({ key, name })),
      headline: headlineOf(services, incidents.shown.length + incidents.more),
    },
    services,
    rules: ruleViews(catalog, readings),
    incidents,
    resolved,
    silences: silenceViews(catalog, readings),
    told,
    tryNext: tryNext(incidents.shown, resolved, services, {
      people: Object.keys(catalog.organization.people),
      breakable,
      nowMs,
    }),
  };
}

function ruleViews(
  { systems }: CompiledCatalog,
  readings: Readonly<Record<string, SystemReading>>,
): RuleView[] {
  return Object.values(systems).flatMap(({ system, rules }) =>
    rules.map(({ alarmName, alert, severity, expr }) => {
      const inAlarm = readings[system]?.inAlarm;
      const state = inAlarm === undefined ? 'unknown' : inAlarm.has(alarmName) ? 'fires' : 'ok';
      return {
        system,
        alarm: alarmName,
        alert,
        severity,
        condition: expr.replaceAll(/\s+/g, ' ').trim(),
        state,
      };
    }),
  );
}

function silenceViews(
  catalog: CompiledCatalog,
  readings: Readonly<Record<string, SystemReading>>,
): SilenceView[] {
  return Object.entries(readings).flatMap(([system, { state }]) =>
    Object.values(state.silences).map(({ id, match, by, reason, untilMs }) => ({
      id,
      system,
      labels: labelText(match),
      by: nameOf(by, catalog),
      reason,
      untilMs,
      holds: Object.values(state.muted).filter(({ silence }) => silence === id).length,
    })),
  );
}
