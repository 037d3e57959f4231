import type { Alarm, AlarmMemory, StateAt } from './alarm.ts';
import type { Attributes } from '../../shared/domain/alert/contributors.ts';

/** One change of state, of an alarm as a whole or of one contributor of it. */
export interface Transition {
  readonly alarm: Alarm;
  readonly from: StateAt;
  readonly to: StateAt;
  readonly contributor?: { readonly id: string; readonly attributes: Attributes };
  /**
   * Whether the alarm's actions run. Those of a PromQL alarm run once for each contributor, not for the
   * alarm as a whole (CloudWatch user guide, "Alarm actions").
   */
  readonly isActedOn: boolean;
}

/** What one evaluation of one alarm came to. */
export interface Outcome {
  readonly memory: AlarmMemory;
  readonly transitions: readonly Transition[];
  /** The last evaluation that succeeded. */
  readonly lastMs: number | undefined;
}
