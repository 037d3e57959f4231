import { serviceOf } from '../../shared/domain/alert/alert.ts';
import type { CompiledService, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { incidentStatus } from '../../shared/domain/incident/state.ts';
import type { Incident, SystemState } from '../../shared/domain/incident/state.ts';
import type { ServiceSignals, Signal, SystemReading } from '../read/reading.ts';
import { freshForMs } from '../read/reading.ts';
import type { Health, ServiceView } from './page-view.ts';

type Verdict = Pick<ServiceView, 'state' | 'because' | 'since'>;

/** Every service of a system with its health, in the order of the catalog. */
export function serviceViews(system: CompiledSystem, reading: SystemReading, nowMs: number): ServiceView[] {
  return Object.values(system.services).map((service) => {
    const signals = reading.signals?.[service.service];
    const incident = incidentAbout(service.service, reading.state);
    const verdict = verdictOf(service, system, reading, nowMs);
    const probe = signals?.probe;
    return {
      system: system.system,
      service: service.service,
      ...verdict,
      criticality: service.criticality,
      owner: service.owner,
      dependsOn: service.dependsOn,
      ...(signals?.instances === undefined ? {} : { instances: signals.instances }),
      ...(probe === undefined ? {} : { lastProbe: { atMs: probe.newestMs, isGood: probe.isGood } }),
      ...(incident === undefined ? {} : { incident: incident.id }),
    };
  });
}

/**
 * Healthy only if every signal that the catalog names is fresh and good; what is bad is said first, then
 * what cannot be seen. Silence is not health.
 */
function verdictOf(
  service: CompiledService,
  system: CompiledSystem,
  reading: SystemReading,
  nowMs: number,
): Verdict {
  const { state, signalsProblem } = reading;
  const incident = incidentAbout(service.service, state);
  if (incident !== undefined) return verdictOfIncident(incident);
  const muted = Object.values(state.muted).find(
    ({ alert }) => serviceOf(alert.labels, system) === service.service,
  );
  if (muted !== undefined)
    return troubled(`${muted.alert.name} fires and is silenced by ${muted.silence}`, muted.sinceMs);
  const signals = reading.signals?.[service.service];
  if (signals === undefined)
    return { state: 'unknown', because: signalsProblem ?? 'nothing was read of it yet' };
  return verdictOfSignals(service, signals, nowMs, freshForMs(system));
}

function verdictOfIncident(incident: Incident): Verdict {
  const alerts = Object.values(incident.alerts);
  const firing = alerts.find(({ sight }) => sight === 'firing');
  const lost = alerts.find(({ sight }) => sight === 'unknown');
  if (incidentStatus(incident) === 'unknown' && lost !== undefined)
    return {
      state: 'unknown',
      because: `${lost.name} (incident ${incident.id}) is out of sight, which is not a recovery`,
      since: { atMs: lost.sinceMs, isAtLeast: false },
    };
  const why = firing === undefined ? 'is not verified yet' : `is open: ${firing.summary}`;
  return troubled(`incident ${incident.id} ${why}`, incident.openedAtMs);
}

function verdictOfSignals(
  service: CompiledService,
  signals: ServiceSignals,
  nowMs: number,
  freshMs: number,
): Verdict {
  const named = [
    ...(service.health === undefined ? [] : [{ name: 'health check', signal: signals.probe }]),
    ...(service.scrape === undefined ? [] : [{ name: 'metrics page', signal: signals.scrape }]),
  ];
  const isFresh = ({ newestMs }: Signal): boolean => nowMs - newestMs <= freshMs;
  const { instances } = signals;
  if (instances !== undefined && instances.running < instances.desired)
    return troubled(
      `${String(instances.running)} of ${String(instances.desired)} instances run`,
      signals.changedAtMs,
    );
  const bad = named.find(({ signal }) => signal !== undefined && isFresh(signal) && !signal.isGood);
  if (bad !== undefined) return troubled(`its ${bad.name} does not answer as it should`, signals.changedAtMs);
  if (named.length === 0)
    return {
      state: 'unknown',
      because: 'the catalog names neither a health check nor a metrics page: nothing can be seen of it',
    };
  const missing = named.find(({ signal }) => signal === undefined || !isFresh(signal));
  if (missing !== undefined)
    return {
      state: 'unknown',
      because: `its ${missing.name} was not read in the last ${String(freshMs / 1000)} s`,
    };
  return {
    state: 'healthy',
    because: `${named.map(({ name }) => name).join(' and ')} answer${named.length === 1 ? 's' : ''}`,
    since:
      signals.changedAtMs === undefined
        ? { atMs: signals.seenSinceMs, isAtLeast: true }
        : { atMs: signals.changedAtMs, isAtLeast: false },
  };
}

function troubled(because: string, atMs: number | undefined): Verdict {
  return {
    state: 'troubled',
    because,
    ...(atMs === undefined ? {} : { since: { atMs, isAtLeast: false } }),
  };
}

/** The open incident that a service is in: its own, else the one that holds an alert of it. */
function incidentAbout(service: string, state: SystemState): Incident | undefined {
  const open = Object.values(state.incidents);
  const own = open.find(({ subject }) => subject.kind === 'service' && subject.name === service);
  if (own !== undefined) return own;
  return open.find(({ alerts }) =>
    Object.values(alerts).some(
      ({ labels, sight }) => sight !== 'ok' && (labels['service'] === service || labels['job'] === service),
    ),
  );
}

/** One sentence over all services: the worst state, and who is in it. */
export function headlineOf(
  services: readonly ServiceView[],
  openIncidents: number,
): { readonly state: Health; readonly text: string } {
  const named = (state: Health): string[] =>
    services.filter((one) => one.state === state).map(({ service }) => service);
  const [troubledOnes, unknownOnes] = [named('troubled'), named('unknown')];
  const open =
    openIncidents === 0
      ? ''
      : ` ${counted(openIncidents, 'incident')} ${openIncidents === 1 ? 'is' : 'are'} open.`;
  if (troubledOnes.length > 0)
    return { state: 'troubled', text: `${listed(troubledOnes)} in trouble.${open}` };
  if (unknownOnes.length > 0)
    return { state: 'unknown', text: `${listed(unknownOnes)} out of sight.${open}` };
  if (openIncidents > 0) return { state: 'troubled', text: open.trim() };
  if (services.length === 0) return { state: 'unknown', text: 'The catalog has no services.' };
  return {
    state: 'healthy',
    text:
      services.length === 1
        ? 'The service is healthy.'
        : `All ${String(services.length)} services are healthy.`,
  };
}

function listed(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length === 1) return `${first} is`;
  if (names.length === 2) return `${first} and ${second} are`;
  return `${String(names.length)} services are`;
}

function counted(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
