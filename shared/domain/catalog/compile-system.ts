import type {
  CompiledObjective,
  CompiledRule,
  CompiledService,
  CompiledSystem,
  Recovery,
} from './compiled.ts';
import { neededMetrics } from './needed-metrics.ts';
import type { SystemFile } from './schema/system.ts';
import { parseSeverity, type OwnSeverities } from './severity.ts';

/**
 * The longest time-out, as tenths of the interval. A sweep waits for its slowest target; it must end before the
 * next slot, or one slow target halves the sampling of all the others.
 */
const TIMEOUT_TENTHS = 8;

/** What is compiled on its own. */
export interface CompiledParts {
  readonly rules: readonly CompiledRule[];
  readonly objectives: readonly CompiledObjective[];
}

export interface SystemContext {
  /** Takes the place of `collection.every`; time-outs shrink with it. */
  readonly scrapeEveryS?: number | undefined;
  readonly severities?: OwnSeverities | undefined;
}

/**
 * Makes the compiled form of a sound `homeostat.yaml`.
 */
export function compileSystem(
  file: SystemFile,
  { rules, objectives }: CompiledParts,
  { scrapeEveryS, severities }: SystemContext,
): CompiledSystem {
  const everyS = scrapeEveryS ?? file.collection.every;
  const longestS = (everyS * TIMEOUT_TENTHS) / 10;
  const services = Object.entries(file.services).map(([key, service]) => [
    key,
    compileService(key, service, { owner: file.owner, longestS }),
  ]);
  const watched = {
    system: file.system,
    services: Object.fromEntries(services) as Record<string, CompiledService>,
    rules,
    ...(objectives.length > 0 && { objectives }),
    ...(file.dashboard && { dashboard: file.dashboard.metrics }),
  };
  return {
    ...watched,
    environment: file.environment,
    timeZone: file.timeZone,
    owner: file.owner,
    ...(file.network && { network: file.network }),
    collection: {
      everyS,
      timeoutS: Math.min(file.collection.timeout, longestS),
      maxBytes: file.collection.maxBytes,
      metrics: neededMetrics(watched, file.collection.keep),
    },
    recoveries: Object.entries(file.recoveries).map(([name, recovery]) =>
      compileRecovery(name, recovery, severities),
    ),
  };
}

function compileService(
  key: string,
  service: SystemFile['services'][string],
  system: { readonly owner: string; readonly longestS: number },
): CompiledService {
  const { owner, criticality, dependsOn, ecs, scrape, health } = service;
  return {
    service: key,
    owner: owner ?? system.owner,
    criticality,
    dependsOn,
    ...(ecs && { ecs }),
    ...(scrape && { scrape }),
    ...(health && { health: { url: health.url, timeoutS: Math.min(health.timeout, system.longestS) } }),
  };
}

function compileRecovery(
  name: string,
  recovery: SystemFile['recoveries'][string],
  severities: OwnSeverities | undefined,
): Recovery {
  const { match, mode, actions, guards } = recovery;
  const { attempts, window, coolDown, settle, deadline } = guards;
  // P0 and critical are one; rules carry the plain word, so a match must too.
  const plain = (label: string, values: readonly string[]): readonly string[] =>
    label === 'severity' ? values.map((value) => parseSeverity(value, severities) ?? value) : values;
  return {
    name,
    match: Object.fromEntries(Object.entries(match).map(([label, values]) => [label, plain(label, values)])),
    mode,
    actions: actions.map(({ action, service }) => (service === undefined ? { action } : { action, service })),
    guards: { attempts, windowS: window, coolDownS: coolDown, settleS: settle, deadlineS: deadline },
  };
}
