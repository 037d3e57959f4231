import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { opsHandler } from '../../../../shared/runtime/handler.ts';

const context = {
  awsRequestId: 'request-1',
  functionName: 'homeostat-collect',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:homeostat-collect',
  memoryLimitInMB: '512',
} as Context;

const schema = z.looseObject({ systems: z.array(z.string()).default([]) });

/** A handler whose log lines are kept, not printed. */
function aHandler(run: (input: z.infer<typeof schema>) => Promise<unknown>) {
  const logger = new Logger({ serviceName: 'test' });
  const lines: unknown[][] = [];
  vi.spyOn(logger, 'error').mockImplementation((...line) => {
    lines.push(line);
  });
  const handler = opsHandler(logger, schema, run);
  return { handler, lines, logger };
}

test('the event is parsed, the answer is handed on, log lines know the request', async () => {
  const { handler, lines, logger } = aHandler(async ({ systems }) => ({
    systems,
    id: logger.getPersistentLogAttributes(),
  }));
  expect(await handler({ other: 1 }, context)).toMatchObject({ systems: [] });
  expect(lines).toEqual([]);
});

test('an event of another form is an error that says where', async () => {
  const { handler, lines } = aHandler(async () => 'never');
  await expect(handler({ systems: 'shop' }, context)).rejects.toThrow(
    /not understood:.*expected array.*systems/s,
  );
  expect(lines).toMatchObject([[expect.stringContaining('not understood'), { code: 'UNREADABLE_EVENT' }]]);
});

test.each([
  [Object.assign(new Error('broken'), { code: 'SERIES_NOT_WRITTEN' }), 'SERIES_NOT_WRITTEN'],
  [new TypeError('broken'), 'TypeError'],
])('an error is logged with its code and thrown on', async (error, code) => {
  const { handler, lines } = aHandler(() => Promise.reject(error));
  await expect(handler({}, context)).rejects.toBe(error);
  expect(lines).toEqual([['broken', { code, error }]]);
});
