import { expect, test } from 'vitest';
import { onFreePort } from '../../../cli/free-port.ts';

const wanted = (asked?: number) => ({
  asked,
  first: 8080,
  tries: 20,
  who: 'the console',
  advice: 'Choose one with --console-port',
});

/** A machine on which these ports are taken. */
function machineWith(...taken: readonly number[]) {
  return (port: number): Promise<number> =>
    taken.includes(port)
      ? Promise.reject(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }))
      : Promise.resolve(port);
}

test('it is the first port, or on the next port that is free', async () => {
  expect(await onFreePort(wanted(), machineWith())).toBe(8080);
  expect(await onFreePort(wanted(), machineWith(8080, 8081))).toBe(8082);
});

test('a port that was asked for is taken or refused, never another one', async () => {
  expect(await onFreePort(wanted(9000), machineWith(8080))).toBe(9000);
  expect(await onFreePort(wanted(0), machineWith())).toBe(0);
  await expect(onFreePort(wanted(9000), machineWith(9000))).rejects.toThrow(
    '127.0.0.1:9000: the port is taken',
  );
});

test('if none is free, it says what to do', async () => {
  const all = Array.from({ length: 100 }, (_, at) => 8080 + at);
  await expect(onFreePort(wanted(), machineWith(...all))).rejects.toThrow(
    'the console finds no free port from 8080 to 8099. Choose one with --console-port.',
  );
});

test('another failure is told as it is', async () => {
  await expect(onFreePort(wanted(), () => Promise.reject(new Error('no page')))).rejects.toThrow('no page');
});
