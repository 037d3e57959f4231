import type { Operations } from '../../shared/application/record.ts';
import type { Senses } from '../../shared/application/reconcile.ts';
import type { Recovery } from '../../shared/domain/catalog/compiled.ts';
import type { HealthCheck } from '../../shared/ports/health-check.ts';
import type { ServiceControl } from '../../shared/ports/service-control.ts';

/** What an attempt works with. */
export interface RecoverDeps extends Operations, Senses {
  readonly services: ServiceControl;
  readonly health: HealthCheck;
}

/** Ids only: what is to be done stands in the log and the catalog. */
export interface RecoverOrder {
  readonly system: string;
  readonly attempt: string;
}

/** What an attempt sets out to do, fixed when it is claimed. */
export interface AttemptPlan {
  readonly mode: Recovery['mode'];
  readonly guards: Recovery['guards'];
  readonly steps: readonly { readonly action: string; readonly target: string }[];
  readonly deadlineMs: number;
}
