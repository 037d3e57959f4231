import { asksFor } from '../recovery/consider.ts';
import type { Draft } from './draft.ts';
import type { Input } from './inputs.ts';
import { notify, pageInvolved, postponeEscalation } from './paging.ts';
import type { Attempt, AttemptOutcome } from './state.ts';

type InputOf<T extends Input['type']> = Extract<Input, { type: T }>;

/** The durable execution has begun. It is told to do nothing if the incident is over by then. */
export function onClaim(draft: Draft, id: string): void {
  const attempt = running(draft, id);
  if (attempt === undefined || attempt.isClaimed) return;
  if (draft.incident(attempt.incident) === undefined) {
    endAttempt(draft, attempt, 'not-needed', OVER_BEFORE);
    return;
  }
  draft.emit({
    type: 'attempt-claimed',
    attempt: id,
    incident: attempt.incident,
    because: 'the execution has begun',
  });
}

/** An action is about to be taken. Recorded once, so that a repetition adopts instead of acting again. */
export function onIntend(draft: Draft, { attempt: id, step, intent }: InputOf<'intend-action'>): void {
  const attempt = running(draft, id);
  if (attempt === undefined || Object.hasOwn(attempt.intents, step) || draft.nowMs >= attempt.deadlineMs)
    return;
  if (draft.incident(attempt.incident) === undefined) {
    // Calm again between the claim and the action: a healthy service is not restarted.
    if (Object.keys(attempt.intents).length === 0) endAttempt(draft, attempt, 'not-needed', OVER_BEFORE);
    return;
  }
  const because = `${intent.action} on ${intent.target}; deployments before: ${intent.knownDeployments.join(', ') || 'none'}`;
  draft.emit({ type: 'action-intended', attempt: id, incident: attempt.incident, step, intent, because });
}

/** PromQL lets a series count for five minutes after its last sample. */
const LOOK_BACK_S = 300;

const OVER_BEFORE = 'the incident was over before anything was done';

/** An action was taken or adopted. Recorded once: an execution that dies after this reports it again. */
export function onTaken(draft: Draft, { attempt: id, step, result }: InputOf<'action-taken'>): void {
  const attempt = running(draft, id);
  if (attempt === undefined || attempt.taken.includes(step)) return;
  draft.emit({ type: 'action-taken', attempt: id, incident: attempt.incident, step, because: result });
}

/** The execution is done, one way or the other. */
export function onEndAttempt(draft: Draft, { attempt: id, outcome, reason }: InputOf<'end-attempt'>): void {
  const attempt = running(draft, id);
  if (attempt !== undefined) endAttempt(draft, attempt, outcome, reason);
}

/** The service's own health check answers again after an attempt that had failed. */
export function onHealthConfirmed(draft: Draft, { incident, because }: InputOf<'health-confirmed'>): void {
  if (draft.incident(incident)?.handedOver === undefined) return;
  draft.emit({ type: 'health-confirmed', incident, because });
}

/** Attempts that should long be over: nobody will report them any more. */
export function endOverdueAttempts(draft: Draft): void {
  for (const attempt of Object.values(draft.state().attempts)) {
    if (attempt.ended !== undefined || draft.nowMs < attempt.deadlineMs) continue;
    const isGone = draft.incident(attempt.incident) === undefined;
    const outcome = isGone && Object.keys(attempt.intents).length === 0 ? 'not-needed' : 'failed';
    endAttempt(
      draft,
      attempt,
      outcome,
      attempt.isClaimed ? 'it was not verified by its deadline' : 'it was ordered and never began',
    );
  }
}

function endAttempt(draft: Draft, attempt: Attempt, outcome: AttemptOutcome, reason: string): void {
  draft.emit({
    type: 'attempt-ended',
    attempt: attempt.id,
    incident: attempt.incident,
    outcome,
    because: reason,
  });
  if (outcome === 'not-needed') return;
  const news = `Attempt ${attempt.id} (${attempt.recovery} on ${attempt.targets.join(', ')}) ${outcome}: ${reason}`;
  notify(draft, attempt.incident, 'recovery', news);
  if (outcome === 'recovered') waitForAlarm(draft, attempt);
  if (outcome === 'failed') {
    pageInvolved(draft, attempt.incident, 'recovery', news);
    const hasHealth = attempt.targets.some((target) => draft.system.services[target]?.health !== undefined);
    if (!hasHealth)
      draft.emit({
        type: 'health-confirmed',
        incident: attempt.incident,
        because: 'no service acted on has a health check to wait for',
      });
  }
}

/**
 * Verified, and yet an alarm is in ALARM: it keeps firing for an instance that no longer runs. It is given
 * the time that its last samples count, its recovery period and two evaluations to clear, before the next
 * level is woken. Not if anything else is open that the recovery is not for: that is no matter of waiting.
 */
function waitForAlarm(draft: Draft, attempt: Attempt): void {
  const incident = draft.incident(attempt.incident);
  const recovery = draft.system.recoveries.find(({ name }) => name === attempt.recovery);
  if (incident === undefined || recovery === undefined) return;
  const open = Object.values(incident.alerts).filter(({ sight }) => sight !== 'ok');
  // The labels of alerts that are only counted are not known.
  const hasOthers = Object.keys(incident.counted).length > 0 || !open.every((one) => asksFor(recovery, one));
  if (open.length === 0 || hasOthers) return;
  const waitsS = open
    .map(({ alarm }) => draft.rule(alarm))
    .map((rule) => (rule === undefined ? 0 : LOOK_BACK_S + rule.recoveryS + 2 * rule.everyS));
  const untilMs = draft.nowMs + Math.max(...waitsS) * 1000;
  postponeEscalation(draft, incident, untilMs, 'verified; the alarm is given its time to clear');
}

function running(draft: Draft, id: string): Attempt | undefined {
  const attempt = draft.state().attempts[id];
  return attempt?.ended === undefined ? attempt : undefined;
}
