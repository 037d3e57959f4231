import type { Notice, Page } from '../../shared/domain/incident/events.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Pager, RawMessage } from '../../shared/ports/orders.ts';

export interface Told extends Omit<Page, 'to'> {
  readonly atMs: number;
  readonly who: string;
  readonly incident: string;
}

export interface FakePager extends Pager {
  /** Pages as they went out: one for every message that a transport took, doubles included. */
  readonly pages: readonly Told[];
  readonly notices: readonly (Notice & { readonly atMs: number })[];
  readonly raws: readonly (RawMessage & { readonly atMs: number; readonly people: readonly string[] })[];
  outage: Error | undefined;
  /** So many of the next callers die before their message goes out: they never hear an answer. */
  dyingCallers: number;
}

/** SNS: keeps what it takes, and takes nothing during an outage. */
export function fakePager(clock: Clock): FakePager {
  const pages: Told[] = [];
  const notices: (Notice & { readonly atMs: number })[] = [];
  const raws: (RawMessage & { readonly atMs: number; readonly people: readonly string[] })[] = [];
  let messages = 0;
  const take = (keep: (atMs: number) => void): Promise<string> => {
    if (fake.outage !== undefined) return Promise.reject(fake.outage);
    if (fake.dyingCallers > 0) {
      fake.dyingCallers -= 1;
      return new Promise(() => undefined);
    }
    keep(clock.nowMs());
    messages += 1;
    return Promise.resolve(`m-${String(messages)}`);
  };
  const fake: FakePager = {
    outage: undefined,
    dyingCallers: 0,
    pages,
    notices,
    raws,
    page: (_system, incident, { to, ...page }) =>
      take((atMs) => pages.push({ ...page, who: to, incident, atMs })),
    notice: (_system, _incident, notice) => take((atMs) => notices.push({ ...notice, atMs })),
    raw: async (_system, people, message) => {
      await take((atMs) => raws.push({ ...message, people, atMs }));
    },
  };
  return fake;
}
