import type { StateStore, StateTable } from '../kernel/state-store.ts';
import { initialMemory, type Alarm, type AlarmMemory } from './alarm.ts';
import type { AlarmAt } from './evaluate-promql.ts';

interface Row {
  readonly alarm: Alarm;
  readonly memory: AlarmMemory;
}

/**
 * The alarms with their states, in memory and in table `alarm`. The time of the last evaluation changes
 * at every one and is kept apart in table `evaluated`, so that a row is only rewritten when it says
 * something new.
 */
export class AlarmBook {
  readonly #rows: StateTable<Row>;
  readonly #evaluated: StateTable<number>;
  readonly #alarms: Map<string, AlarmAt>;

  constructor(state: StateStore) {
    this.#rows = state.table<Row>('alarm');
    this.#evaluated = state.table<number>('evaluated');
    const lastMs = new Map(this.#evaluated.entries());
    this.#alarms = new Map(
      this.#rows
        .entries()
        .map(([name, { alarm, memory }]) => [name, { alarm, memory, lastMs: lastMs.get(name) }]),
    );
  }

  get(name: string): AlarmAt | undefined {
    return this.#alarms.get(name);
  }

  /** In order of name. */
  all(): readonly AlarmAt[] {
    return [...this.#alarms.values()].sort((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1));
  }

  /**
   * Creates or updates an alarm. It keeps its state only if nothing but its description and actions
   * changed.
   */
  define(alarm: Alarm, nowMs: number): 'created' | 'updated' | 'unchanged' {
    const known = this.#alarms.get(alarm.name);
    if (known !== undefined && isSame(known.alarm, alarm)) return 'unchanged';
    if (known !== undefined && isSame(known.alarm.rule, alarm.rule)) {
      this.#put({ ...known, alarm, memory: { ...known.memory, configuredMs: nowMs } });
      return 'updated';
    }
    this.remove(alarm.name);
    this.#put({ alarm, memory: initialMemory(alarm.rule, nowMs), lastMs: undefined });
    return known === undefined ? 'created' : 'updated';
  }

  /** Keeps what an evaluation or a person changed. */
  remember(name: string, memory: AlarmMemory, lastMs: number | undefined): void {
    const known = this.#alarms.get(name);
    if (known !== undefined) this.#put({ ...known, memory, lastMs });
  }

  remove(name: string): boolean {
    this.#rows.delete(name);
    this.#evaluated.delete(name);
    return this.#alarms.delete(name);
  }

  #put(entry: AlarmAt): void {
    const { alarm, memory, lastMs } = entry;
    const known = this.#alarms.get(alarm.name);
    this.#alarms.set(alarm.name, entry);
    if (known?.alarm !== alarm || !isSame(known.memory, memory))
      this.#rows.put(alarm.name, { alarm, memory });
    if (lastMs !== undefined && lastMs !== known?.lastMs) this.#evaluated.put(alarm.name, lastMs);
  }
}

/** Values of JSON whose members were written in the same order. */
function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
