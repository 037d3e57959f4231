import type {
  CompiledCatalog,
  CompiledOrganization,
  CompiledRule,
  CompiledService,
  CompiledSystem,
  Recovery,
} from '../../shared/domain/catalog/compiled.ts';
import { alarmName } from '../../shared/contract/alarm-name.ts';

/** A rule of the system `shop`; its alarm's name follows from its own. */
export function aRule(over: Partial<CompiledRule> = {}): CompiledRule {
  const alert = over.alert ?? 'ServiceDown';
  return {
    alarmName: alarmName({ system: 'shop', group: 'shop', alert, hash8: '0a1b2c3d' }),
    system: 'shop',
    file: 'shop/rules.yaml',
    group: 'shop',
    alert,
    severity: 'critical',
    expr: 'up == 0',
    query: 'up{"@resource.homeostat.system"="shop"} == 0',
    pendingS: 0,
    recoveryS: 0,
    everyS: 60,
    labels: { severity: over.severity ?? 'critical' },
    annotations: { summary: '{{ $labels.job }} does not answer' },
    reads: [{ metric: 'up', absent: false }],
    ...over,
  };
}

export function aService(service: string, over: Partial<CompiledService> = {}): CompiledService {
  return {
    service,
    owner: 'shop',
    criticality: 'critical',
    dependsOn: [],
    ecs: { cluster: 'shop', service },
    health: { url: `http://${service}.test/health`, timeoutS: 5 },
    ...over,
  };
}

export function aRecovery(over: Partial<Recovery> = {}): Recovery {
  return {
    name: 'restart',
    match: { alertname: ['ServiceDown'] },
    mode: 'first',
    actions: [{ action: 'restart_service' }],
    guards: { attempts: 3, windowS: 3600, coolDownS: 600, settleS: 10, deadlineS: 600 },
    ...over,
  };
}

/** `checkout` depends on `inventory`; ServiceDown restarts, HighLatency does not. */
export function aSystem(over: Partial<CompiledSystem> = {}): CompiledSystem {
  return {
    system: 'shop',
    environment: 'production',
    timeZone: 'UTC',
    owner: 'shop',
    collection: { everyS: 30, timeoutS: 5, maxBytes: 10_000_000, metrics: ['*'] },
    services: {
      inventory: aService('inventory'),
      checkout: aService('checkout', { dependsOn: ['inventory'] }),
    },
    rules: [
      aRule(),
      aRule({
        alert: 'HighLatency',
        severity: 'high',
        reads: [{ metric: 'http_request_duration_seconds_bucket', absent: false }],
      }),
      aRule({ alert: 'DiskFilling', severity: 'warning', reads: [{ metric: 'disk_free', absent: false }] }),
    ],
    recoveries: [aRecovery()],
    ...over,
  };
}

/** First level ana and raj at once, second level max after five minutes, three more rounds ten minutes apart. */
export function anOrganization(over: Partial<CompiledOrganization> = {}): CompiledOrganization {
  const person = (name: string) => ({
    name,
    contacts: [{ protocol: 'email' as const, address: `${name}@example.com` }],
  });
  return {
    people: { ana: person('ana'), raj: person('raj'), max: person('max') },
    teams: { shop: { members: ['ana', 'raj'], subscriptions: [] } },
    escalation: {
      pages: ['critical', 'high'],
      levels: [
        { afterS: 0, people: ['ana', 'raj'] },
        { afterS: 300, people: ['max'] },
      ],
      repeat: { times: 3, everyS: 600 },
      acknowledgementExpiresS: 3600,
    },
    ...over,
  };
}

export function aCatalog(
  system: CompiledSystem = aSystem(),
  organization: CompiledOrganization = anOrganization(),
): CompiledCatalog {
  return { hash: '0123456789abcdef', organization, systems: { [system.system]: system } };
}
