import type { Alert } from '../alert/alert.ts';
import type { NoticeKind, Severity } from '../catalog/compiled.ts';
import type { ActionIntent, AttemptOutcome, Silence, Subject } from './state.ts';

/**
 * What happened, in the system's log. Every event that a person may ask about says why (`because`).
 * `paged`, `noticed` and `recovery-ordered` are orders as well: they are carried out after the commit.
 */
export type IncidentEvent =
  | {
      readonly type: 'incident-opened';
      readonly incident: string;
      readonly subject: Subject;
      readonly severity: Severity;
      readonly because: string;
    }
  | {
      readonly type: 'alert-fired';
      readonly incident: string;
      readonly alert: Alert;
      readonly atMs: number;
      readonly because: string;
    }
  | {
      readonly type: 'alerts-counted';
      readonly incident: string;
      readonly alarm: string;
      readonly count: number;
      readonly because: string;
    }
  | {
      readonly type: 'alert-ok';
      readonly incident: string;
      readonly key: string;
      readonly atMs: number;
      readonly because: string;
    }
  | {
      readonly type: 'alert-unknown';
      readonly incident: string;
      readonly key: string;
      readonly atMs: number;
      readonly because: string;
    }
  | { readonly type: 'alert-loss-told'; readonly incident: string; readonly key: string }
  | {
      readonly type: 'transition-seen';
      readonly key: string;
      readonly value: 'ALARM' | 'OK';
      readonly atMs: number;
    }
  | {
      readonly type: 'severity-raised';
      readonly incident: string;
      readonly severity: Severity;
      readonly because: string;
    }
  | {
      readonly type: 'alert-muted';
      readonly alert: Alert;
      readonly silence: string;
      readonly atMs: number;
      readonly because: string;
    }
  | { readonly type: 'alert-unmuted'; readonly key: string; readonly because: string }
  | { readonly type: 'silence-added'; readonly silence: Silence; readonly because: string }
  | { readonly type: 'silence-ended'; readonly silence: string; readonly because: string }
  | {
      readonly type: 'escalation-moved';
      readonly incident: string;
      readonly round: number;
      readonly level: number;
      readonly nextAtMs?: number;
      readonly because: string;
    }
  | { readonly type: 'nobody-reached'; readonly incident: string; readonly because: string }
  | {
      readonly type: 'acknowledged';
      readonly incident: string;
      readonly by: string;
      readonly untilMs: number;
      readonly because: string;
    }
  | { readonly type: 'acknowledgement-expired'; readonly incident: string; readonly because: string }
  | {
      readonly type: 'recovery-held';
      readonly incident: string;
      readonly reason: string;
      readonly untilMs?: number;
      /** True if people are told with it that the attempts are used up. */
      readonly isUsedUpTold?: true;
      readonly because: string;
    }
  | RecoveryOrdered
  | {
      readonly type: 'attempt-claimed';
      readonly attempt: string;
      readonly incident: string;
      readonly because: string;
    }
  | {
      readonly type: 'action-intended';
      readonly attempt: string;
      readonly incident: string;
      readonly step: string;
      readonly intent: ActionIntent;
      readonly because: string;
    }
  | {
      readonly type: 'action-taken';
      readonly attempt: string;
      readonly incident: string;
      readonly step: string;
      readonly because: string;
    }
  | {
      readonly type: 'attempt-ended';
      readonly attempt: string;
      readonly incident: string;
      readonly outcome: AttemptOutcome;
      readonly because: string;
    }
  | { readonly type: 'health-confirmed'; readonly incident: string; readonly because: string }
  | {
      readonly type: 'incident-resolved';
      readonly incident: string;
      readonly by: string;
      readonly because: string;
    }
  | Paged
  | Noticed;

/** An order to page one person: published to the person's topic. */
export interface Paged {
  readonly type: 'paged';
  readonly incident: string;
  readonly page: Page;
  readonly because: string;
}

/** An order to tell the teams: published to the system's topic with attributes to filter on. */
export interface Noticed {
  readonly type: 'noticed';
  readonly incident: string;
  readonly notice: Notice;
  readonly because: string;
}

/** An order to start the durable execution of one attempt. */
export interface RecoveryOrdered {
  readonly type: 'recovery-ordered';
  readonly incident: string;
  readonly attempt: string;
  readonly recovery: string;
  readonly targets: readonly string[];
  readonly deadlineMs: number;
  readonly because: string;
}

export interface Page {
  readonly id: string;
  /** A person's key. */
  readonly to: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
}

export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  readonly team: string;
  readonly subject: string;
  readonly text: string;
}

export type Order = Paged | Noticed | RecoveryOrdered;

/** The orders among some events, in their order. */
export function ordersIn(events: readonly IncidentEvent[]): Order[] {
  return events.filter(
    (event) => event.type === 'paged' || event.type === 'noticed' || event.type === 'recovery-ordered',
  );
}
