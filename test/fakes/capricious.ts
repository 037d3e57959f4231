import type { Fault } from '../../local/chaos/fault.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** Calls that nobody ever sends twice of their own accord: a second one is another one. */
const ONCE = new Set(['restart', 'append']);

/**
 * The same port in a bad network: each call may be refused, held up, done twice, or lost before or after its
 * effect. What comes through here has had the SDK's own retries, so nobody tries again but the caller.
 *
 * @param next what happens to the next call
 */
export function capricious<Port extends object>(
  port: Port,
  clock: Clock,
  next: () => Fault | undefined,
): Port {
  return new Proxy(port, {
    get: (target, key, receiver) => {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function' || typeof key !== 'string') return member;
      const perform = (...args: unknown[]): Promise<unknown> =>
        Promise.resolve((member as (...all: unknown[]) => unknown)(...args));
      return (...args: unknown[]) => suffer(key, () => perform(...args), clock, next());
    },
  });
}

async function suffer(
  name: string,
  perform: () => Promise<unknown>,
  clock: Clock,
  fault: Fault | undefined,
): Promise<unknown> {
  switch (fault?.kind) {
    case undefined:
      return perform();
    case 'throttle':
    case 'deny':
      throw new Error(`${name} suffers ${fault.kind}`);
    case 'delay':
      await clock.sleep(fault.delayMs);
      return perform();
    case 'drop':
      if (fault.isAnswerLost) await perform();
      throw new Error(`the answer of ${name} is lost`);
    case 'duplicate':
      if (!ONCE.has(name)) await perform();
      return perform();
  }
}
