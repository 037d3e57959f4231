import {
  CHAOS_SERVICES,
  FAULT_KINDS,
  isOn,
  type ChaosRule,
  type ChaosService,
  type Fault,
  type FaultKind,
} from './fault.ts';

/** How often each fault was made, by service and kind; what was never made is left out. */
export type FaultCounts = Readonly<
  Partial<Record<ChaosService, Readonly<Partial<Record<FaultKind, number>>>>>
>;

/** What is switched on and what was done so far. In memory only: a cloud that starts anew is well. */
export class ChaosBook {
  readonly #rules = new Map<string, ChaosRule>();
  readonly #counts = new Map<string, number>();

  /** Whether the rates of its service would still be 1 or less together. */
  hasRoomFor(rule: ChaosRule, nowMs: number): boolean {
    const others = this.on(nowMs).filter(
      ({ service, kind }) => service === rule.service && kind !== rule.kind,
    );
    const sum = others.reduce((rates, { rate }) => rates + rate, rule.rate);
    // Five rates of 0.2 are a little more than 1 in binary.
    return sum <= 1 + 1e-9;
  }

  /** Switches a fault on, or changes it. Ask first whether there is room for it. */
  switchOn(rule: ChaosRule): void {
    this.#rules.set(keyOf(rule), rule);
  }

  /** Switches off what is on for a service, or everything. What was counted stays. */
  switchOff(service?: ChaosService): void {
    for (const [key, rule] of this.#rules)
      if (service === undefined || rule.service === service) this.#rules.delete(key);
  }

  on(nowMs: number): ChaosRule[] {
    return [...this.#rules.values()].filter((rule) => isOn(rule, nowMs));
  }

  count(fault: Fault): void {
    const key = keyOf(fault);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  counts(): FaultCounts {
    const made: Partial<Record<ChaosService, Partial<Record<FaultKind, number>>>> = {};
    for (const service of CHAOS_SERVICES) {
      for (const kind of FAULT_KINDS) {
        const count = this.#counts.get(keyOf({ service, kind }));
        if (count !== undefined) made[service] = { ...made[service], [kind]: count };
      }
    }
    return made;
  }
}

function keyOf({ service, kind }: { readonly service: ChaosService; readonly kind: FaultKind }): string {
  return `${service} ${kind}`;
}
