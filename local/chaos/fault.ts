/** What can be done to a request or a delivery; see docs/chaos.md for what each means where. */
export const FAULT_KINDS = ['throttle', 'deny', 'delay', 'drop', 'duplicate'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The services that chaos can be switched on for, by the names that people use. */
export const CHAOS_SERVICES = [
  'cloudwatch',
  'dynamodb',
  'ecs',
  'events',
  'lambda',
  'scheduler',
  'sns',
  'sqs',
] as const;
export type ChaosService = (typeof CHAOS_SERVICES)[number];

/** One kind of fault at one service. */
export interface ChaosRule {
  readonly service: ChaosService;
  readonly kind: FaultKind;
  /** From 0 to 1: which part of all requests and deliveries of the service suffers it. */
  readonly rate: number;
  /** How long `delay` holds up. */
  readonly delayMs: number;
  /** When it ends by itself, epoch milliseconds; undefined: not before it is switched off. */
  readonly untilMs?: number;
}

/** What is to go wrong with one request or delivery. */
export type Fault = { readonly service: ChaosService } & (
  | { readonly kind: 'throttle' | 'deny' | 'duplicate' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** With `isAnswerLost` it is carried out and only its answer is lost; else it never arrives. */
  | { readonly kind: 'drop'; readonly isAnswerLost: boolean }
);

/**
 * Decides what goes wrong, if anything. Each service that takes part throws its dice once; its rules share
 * the outcome, so that two rules at 10% hit 20% of all, and never both the same one.
 *
 * @param services who takes part: the one that is asked, or the receiver and the sender of a delivery
 * @param random from 0 up to and without 1; asked once for each service, and once more for a drop
 */
export function decideFault(
  rules: readonly ChaosRule[],
  services: readonly ChaosService[],
  nowMs: number,
  random: () => number,
): Fault | undefined {
  for (const service of services) {
    const own = rules.filter((rule) => rule.service === service && isOn(rule, nowMs));
    if (own.length === 0) continue;
    let left = random();
    for (const rule of own) {
      if (left < rule.rate) return faultOf(rule, random);
      left -= rule.rate;
    }
  }
  return undefined;
}

/** Until its end, and not at it. */
export function isOn({ untilMs = Infinity }: ChaosRule, nowMs: number): boolean {
  return nowMs < untilMs;
}

function faultOf({ service, kind, delayMs }: ChaosRule, random: () => number): Fault {
  switch (kind) {
    case 'delay':
      return { service, kind, delayMs };
    case 'drop':
      return { service, kind, isAnswerLost: random() < 0.5 };
    case 'throttle':
    case 'deny':
    case 'duplicate':
      return { service, kind };
  }
}
