import { expect, test } from 'vitest';
import { ASSUMPTIONS } from '../../../../cli/doctor/assumptions.ts';
import { CHECKS, examine } from '../../../../cli/doctor/examine.ts';
import type { Doctor } from '../../../../cli/doctor/doctor.ts';
import { aDoctor, NOW_MS, type World } from './a-doctor.ts';

async function verdicts(world: World = {}, over: Partial<Doctor> = {}) {
  const rows = await examine(aDoctor(world, over));
  return Object.fromEntries(rows.map(({ id, verdict, seen }) => [id, { verdict, seen }]));
}

const TRIED = CHECKS.flatMap(({ ids }) => ids);

test('every assumption is tried by one check, or says why none tries it', () => {
  const notTried = ASSUMPTIONS.filter(({ notTried: why }) => why !== undefined).map(({ id }) => id);
  expect([...TRIED, ...notTried].toSorted()).toEqual(ASSUMPTIONS.map(({ id }) => id).toSorted());
});

test('where everything is as we assume, everything that is tried holds', async () => {
  const seen = await verdicts({}, { page: { person: 'Ana', topic: 'homeostat-person-ana' } });
  expect(TRIED.map((id) => [id, seen[id]?.verdict])).toEqual(TRIED.map((id) => [id, 'holds']));
});

const evaluationTime: World['answer'] = (query, answer) =>
  query.startsWith('timestamp(') ? answer.map((one) => ({ ...one, value: one.atMs / 1_000 })) : answer;

test.each<{ id: string; what: string; world: World; seen: string }>([
  {
    id: 'P2',
    what: 'timestamp() gives the time of evaluation',
    world: { answer: evaluationTime },
    seen: 'timestamp() was 60 s off it',
  },
  {
    id: 'P3',
    what: 'the look-back is a minute',
    world: {
      answer: (query, answer) =>
        query.startsWith('homeostat_doctor_stopped') && (answer[0]?.atMs ?? 0) > NOW_MS - 1_200_000 + 60_000
          ? []
          : answer,
    },
    seen: 'still there after 60 s, gone after 120 s',
  },
  {
    id: 'P5',
    what: 'absent() has no labels',
    world: {
      answer: (query, answer) => (query.startsWith('absent') ? [{ labels: {}, value: 1, atMs: 0 }] : answer),
    },
    seen: 'labels none',
  },
  {
    id: 'P5',
    what: 'absent() of what was never sent gives nothing',
    world: { answer: (query, answer) => (query.startsWith('absent') ? [] : answer) },
    seen: 'absent() gave 0 series',
  },
  {
    id: 'S1',
    what: 'a sum is stored as a difference',
    world: {
      store: (points) => points.map((point) => (point.kind === 'sum' ? { ...point, value: 30 } : point)),
    },
    seen: 'rate() of 2/s was 0/s',
  },
  {
    id: 'S2',
    what: 'buckets lose their label',
    world: {
      store: (points) =>
        points.map((point) => ({
          ...point,
          labels: { ...point.labels, le: `${point.labels['le'] ?? ''}s` },
        })),
    },
    seen: 'histogram_quantile(0.5) gave nothing',
  },
  {
    id: 'P7',
    what: 'le is rewritten',
    world: {
      store: (points) =>
        points.map((point) =>
          point.labels['le'] === '1' ? { ...point, labels: { ...point.labels, le: '1.0' } } : point,
        ),
    },
    seen: 'le="1" finds 0 series, le="1.0" 1',
  },
  {
    id: 'S4',
    what: 'a repeated sample counts twice',
    world: { keepsRepeats: true },
    seen: 'count as 8',
  },
  {
    id: 'P8',
    what: 'a query is refused',
    world: {
      answer: (query, answer) => {
        if (query === 'up == 0') throw new Error('parse error');
        return answer;
      },
    },
    seen: '1 of 1 queries are refused; the first: parse error',
  },
  {
    id: 'E1',
    what: 'events have another shape',
    world: { event: (event) => ({ ...event, detail: { ...event.detail, state: 'ALARM' } }) },
    seen: '4 of 4 events: not an alarm event as AWS documents them',
  },
  {
    id: 'E1',
    what: 'one contributor has no events',
    world: {
      event: (event) => (event.detail.alarmContributor.attributes['instance'] === 'b' ? undefined : event),
    },
    seen: '2 events, 2 of them of contributors; some did not come',
  },
  {
    id: 'E3',
    what: 'a label is missing in readings',
    world: {
      contributors: (all) =>
        all.map(({ sinceMs, attributes: { run: _run, ...attributes } }) => ({ sinceMs, attributes })),
    },
    seen: '[["instance","a"]]',
  },
  {
    id: 'E4',
    what: 'readings are a minute off',
    world: { contributors: (all) => all.map((one) => ({ ...one, sinceMs: one.sinceMs - 60_000 })) },
    seen: 'at most 60 s apart',
  },
  {
    id: 'E5',
    what: 'the OK has an older time',
    world: {
      event: ({ detail, ...event }) => {
        const timestamp =
          detail.state.value === 'OK' ? '2020-01-01T00:00:00.000+0000' : detail.state.timestamp;
        return { ...event, detail: { ...detail, state: { ...detail.state, timestamp } } };
      },
    },
    seen: 'the OK is not later',
  },
  {
    id: 'E6',
    what: 'an alarm begins without data',
    world: { firstState: 'INSUFFICIENT_DATA' },
    seen: 'new in INS',
  },
  { id: 'E7', what: 'one is not listed', world: { contributors: (all) => all.slice(0, 1) }, seen: '1 of 2' },
  { id: 'E9', what: 'it answers after its end', world: { outlives: true }, seen: 'still answered' },
])('$id differs if $what', async ({ id, world, seen }) => {
  expect((await verdicts(world))[id]).toEqual({
    verdict: 'differs',
    seen: expect.stringContaining(seen) as unknown,
  });
});

test('a sample that comes late differs, one that never comes is not seen', async () => {
  let waits = 0;
  const late: World['answer'] = (query, answer) => {
    if (!query.startsWith('homeostat_doctor_visible') || answer[0]?.value !== 2) return answer;
    waits += 1;
    return waits < 60 ? [] : answer;
  };
  expect((await verdicts({ answer: late }))['P4']?.verdict).toBe('differs');
  const seen = (await verdicts({ store: () => [] }))['P4'];
  expect(seen?.verdict).toBe('not seen');
  expect(seen?.seen).toMatch(/^the sample of .* did not come within 60 s$/);
});

test('of an alarm that never fires nothing is concluded', async () => {
  const seen = await verdicts({ isDeaf: true });
  for (const id of ['P1', 'E1', 'E3', 'E4', 'E5', 'E6', 'E7', 'E9'])
    expect(seen[id]).toEqual({ verdict: 'not seen', seen: 'the alarm did not fire; it is in OK' });
});

test('a name that starts a second execution differs, and so does a failed one', async () => {
  let count = 0;
  const start = () => Promise.resolve(`arn:${String((count += 1))}`);
  const outcome = () => Promise.resolve({ status: 'FAILED' });
  const seen = await verdicts({}, { executions: { start, outcome } });
  expect(seen['A1']).toEqual({ verdict: 'differs', seen: 'the same name gave arn:1, arn:2 and arn:3' });
  expect(seen['D3']).toEqual({ verdict: 'differs', seen: 'FAILED: no result' });
});

test('who has not confirmed is named; so is that nobody is subscribed', async () => {
  const ana = { topic: 'homeostat-person-ana', whose: 'Ana', protocol: 'email', endpoint: 'ana@example.org' };
  const pending = { subscriptions: () => Promise.resolve([{ ...ana, isConfirmed: false }]) };
  expect((await verdicts({}, pending))['D1']).toEqual({
    verdict: 'differs',
    seen: 'not confirmed: Ana by email to ana@example.org (homeostat-person-ana)',
  });
  const nobody = { subscriptions: () => Promise.resolve([]) };
  expect((await verdicts({}, nobody))['D1']?.seen).toBe('nobody is subscribed');
});

test('nobody is paged who was not named; who was gets a subject of 99 characters', async () => {
  const pages: { topic: string; subject: string }[] = [];
  const sendPage: Doctor['sendPage'] = (page) => {
    pages.push(page);
    return Promise.resolve();
  };
  expect((await verdicts({}, { sendPage }))['D2']?.verdict).toBe('not tried');
  expect(pages).toEqual([]);
  await verdicts({}, { sendPage, page: { person: 'Ana', topic: 'homeostat-person-ana' } });
  expect(pages.map(({ topic, subject }) => [topic, subject.length])).toEqual([['homeostat-person-ana', 99]]);
});

test('a right that is missing is told with its reason, and the other checks go on', async () => {
  const subscriptions = () => Promise.reject(new Error('not authorized to perform sns:ListSubscriptions'));
  const seen = await verdicts({}, { subscriptions });
  expect(seen['D1']).toEqual({
    verdict: 'not seen',
    seen: 'not authorized to perform sns:ListSubscriptions',
  });
  expect(seen['S1']?.verdict).toBe('holds');
});

test('a person who stops it is heard once nothing is under way any more', async () => {
  const stopping = new AbortController();
  const doctor = aDoctor({}, { signal: stopping.signal });
  const examined = examine(doctor);
  stopping.abort(new Error('stopped'));
  await expect(examined).rejects.toThrow('stopped');
});
