import { expect, test } from 'vitest';
import { onFreePort } from '../../../cli/local-console.ts';

/** A machine on which these ports are taken. */
function machineWith(...taken: readonly number[]) {
  return (port: number): Promise<number> =>
    taken.includes(port)
      ? Promise.reject(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }))
      : Promise.resolve(port);
}

test('the page is on 8080, or on the next port that is free', async () => {
  expect(await onFreePort(undefined, machineWith())).toBe(8080);
  expect(await onFreePort(undefined, machineWith(8080, 8081))).toBe(8082);
});

test('a port that was asked for is taken or refused, never another one', async () => {
  expect(await onFreePort(9000, machineWith(8080))).toBe(9000);
  expect(await onFreePort(0, machineWith())).toBe(0);
  await expect(onFreePort(9000, machineWith(9000))).rejects.toThrow('127.0.0.1:9000: the port is taken');
});

test('if none is free, it says what to do', async () => {
  const all = Array.from({ length: 100 }, (_, at) => 8080 + at);
  await expect(onFreePort(undefined, machineWith(...all))).rejects.toThrow('--no-console');
});

test('another failure is told as it is', async () => {
  await expect(onFreePort(undefined, () => Promise.reject(new Error('no page')))).rejects.toThrow('no page');
});
