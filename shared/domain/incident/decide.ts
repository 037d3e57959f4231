import type { Circumstances } from './draft.ts';
import { startDraft } from './draft.ts';
import type { IncidentEvent } from './events.ts';
import type { Input } from './inputs.ts';
import { onAlarmSignal, onAlarmTruth } from './on-alarm.ts';
import { onClaim, onEndAttempt, onHealthConfirmed, onIntend, onTaken } from './on-attempt.ts';
import { onAcknowledge, onResolve, onSilence } from './on-operator.ts';
import { onTick } from './on-tick.ts';
import { settle } from './settle.ts';
import type { SystemState } from './state.ts';

/**
 * Decides what follows from some inputs: the events to be committed together, orders among them.
 *
 * Pure: the same state, inputs and circumstances give the same events. Inputs are taken in their
 * order; an input that is a repetition, too old, or about something that is gone gives no event.
 *
 * @returns the events, perhaps none; apply them with `evolve` under the same `nowMs`
 */
export function decide(
  state: SystemState,
  inputs: readonly Input[],
  circumstances: Circumstances,
): IncidentEvent[] {
  const draft = startDraft(state, circumstances);
  for (const input of inputs) {
    switch (input.type) {
      case 'alarm-signal':
        onAlarmSignal(draft, input);
        break;
      case 'alarm-truth':
        onAlarmTruth(draft, input);
        break;
      case 'tick':
        onTick(draft);
        break;
      case 'acknowledge':
        onAcknowledge(draft, input);
        break;
      case 'resolve':
        onResolve(draft, input);
        break;
      case 'silence':
        onSilence(draft, input);
        break;
      case 'health-confirmed':
        onHealthConfirmed(draft, input);
        break;
      case 'claim-attempt':
        onClaim(draft, input.attempt);
        break;
      case 'intend-action':
        onIntend(draft, input);
        break;
      case 'action-taken':
        onTaken(draft, input);
        break;
      case 'end-attempt':
        onEndAttempt(draft, input);
        break;
    }
  }
  settle(draft);
  return [...draft.events];
}
