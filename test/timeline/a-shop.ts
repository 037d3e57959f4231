import type { CompiledRule, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { aRecovery, aRule, aSystem } from '../builders/catalog.ts';

const confined = (metric: string): string => `${metric}{"@resource.homeostat.system"="shop"}`;

/** The rule under which a service that does not answer is critical. */
export const serviceDown = aRule({
  query: `${confined('up')} == 0`,
  everyS: 10,
  pendingS: 10,
});

const errors = aRule({
  alert: 'HighErrorRate',
  severity: 'high',
  query: `max by (job) (${confined('error_ratio')}) > 0.2`,
  everyS: 10,
  pendingS: 10,
  reads: [{ metric: 'error_ratio', absent: false }],
  annotations: { summary: '{{ $labels.job }} answers {{ $value | humanizePercentage }} with errors' },
});

const disk = aRule({
  alert: 'DiskFilling',
  severity: 'warning',
  query: `${confined('disk_free')} < 0.1`,
  everyS: 60,
  reads: [{ metric: 'disk_free', absent: false }],
  annotations: { summary: 'the disk of {{ $labels.job }} fills' },
});

/** `checkout` depends on `inventory`; what is down is restarted, errors and full disks are for people. */
export function aShop(
  over: { readonly rules?: readonly CompiledRule[]; readonly deadlineS?: number } = {},
): CompiledSystem {
  const guards = {
    attempts: 3,
    windowS: 3600,
    coolDownS: 600,
    settleS: 10,
    deadlineS: over.deadlineS ?? 300,
  };
  return aSystem({
    rules: over.rules ?? [serviceDown, errors, disk],
    recoveries: [aRecovery({ guards })],
  });
}
