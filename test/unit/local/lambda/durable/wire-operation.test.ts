import { expect, test } from 'vitest';
import type { Operation } from '../../../../../local/lambda/durable/operation.ts';
import { statePage, toWire, visibleOperations } from '../../../../../local/lambda/durable/wire-operation.ts';

function anOperation(over: Partial<Operation>): Operation {
  return { id: 'a', type: 'STEP', status: 'STARTED', startedAtMs: 1_000, ...over };
}

test('what is inside a finished context is left out, unless the context keeps it', () => {
  const done = { type: 'CONTEXT', status: 'SUCCEEDED', endedAtMs: 2_000 } as const;
  const operations = [
    anOperation({ id: 'open', type: 'CONTEXT' }),
    anOperation({ id: 'in-open', parentId: 'open' }),
    anOperation({ id: 'done', ...done }),
    anOperation({ id: 'in-done', parentId: 'done', type: 'CONTEXT' }),
    anOperation({ id: 'deep', parentId: 'in-done' }),
    anOperation({ id: 'kept', ...done, replayChildren: true }),
    anOperation({ id: 'in-kept', parentId: 'kept' }),
  ];
  const ids = visibleOperations(operations).map(({ id }) => id);
  expect(ids).toEqual(['open', 'in-open', 'done', 'kept', 'in-kept']);
});

test('a large state comes in pages that together are all of it', () => {
  const operations = Array.from({ length: 2_500 }, (_, at) =>
    anOperation({ id: String(at), result: 'x'.repeat(2_000) }),
  );
  const ids: unknown[] = [];
  let marker: string | undefined = '0';
  let pages = 0;
  while (marker !== undefined) {
    const page = statePage(operations, marker);
    expect(JSON.stringify(page).length).toBeLessThan(6_000_000);
    ids.push(...page.Operations.map((each) => (each as { Id: string }).Id));
    marker = page.NextMarker;
    pages += 1;
  }
  expect(ids).toEqual(operations.map(({ id }) => id));
  expect(pages).toBeGreaterThan(1);
});

test('times are Dates: ISO text in the event, epoch seconds in the API', () => {
  const wire = toWire(anOperation({ type: 'WAIT', dueAtMs: 5_500 }));
  expect(JSON.parse(JSON.stringify(wire))).toMatchObject({
    StartTimestamp: '1970-01-01T00:00:01.000Z',
    WaitDetails: { ScheduledEndTimestamp: '1970-01-01T00:00:05.500Z' },
  });
});
