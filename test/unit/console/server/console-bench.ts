import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { serveConsole } from '../../../../console/server/serve-console.ts';
import type { LookView } from '../../../../console/view/page-view.ts';
import { aCatalog } from '../../../builders/catalog.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { systemClock } from '../../../../shared/runtime/system-clock.ts';

/** The console over a log in memory, on a free port; everything else that it reads is empty. */
export async function aConsole() {
  const incidents = fakeIncidentLog();
  const served = await serveConsole({
    operator: { catalog: aCatalog(), clock: systemClock, incidents, lookNow: () => Promise.resolve() },
    sources: {
      alarms: { inAlarm: () => Promise.resolve([]), contributors: () => Promise.resolve([]) },
      series: { instant: () => Promise.resolve([]), range: () => Promise.resolve([]) },
      counts: { counts: () => Promise.resolve({ running: 1, desired: 1 }) },
    },
    outbox: { last: () => Promise.resolve([]) },
    port: 0,
    everyMs: 20,
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await served.close();
  };
  onTestFinished(close);
  return { url: served.url, incidents, close };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request as it is given: no client in between that mends paths or headers. */
export function ask(
  url: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      });
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface LiveEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly name?: string } & Partial<LookView>;
}

/** Follows the live events; `until` waits for one that fits and gives all up to it. */
export async function listen(url: string, path = '/api/live', headers: Record<string, string> = {}) {
  const ending = new AbortController();
  onTestFinished(() => {
    ending.abort();
  });
  const answer = await fetch(`${url}${path}`, { headers, signal: ending.signal });
  if (answer.body === null) throw new Error(`${path} gave no stream`);
  const stream = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const waiting: LiveEvent[] = [];
  const next = async (): Promise<LiveEvent | undefined> => {
    while (waiting.length === 0) {
      const { value, done }: { value?: string | undefined; done: boolean } = await stream.read();
      if (done || value === undefined) return undefined;
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      waiting.push(...blocks.filter((block) => block.includes('event: ')).map(eventIn));
    }
    return waiting.shift();
  };
  return {
    headers: answer.headers,
    until: async (isIt: (event: LiveEvent) => boolean): Promise<LiveEvent[]> => {
      const seen: LiveEvent[] = [];
      for (;;) {
        const event = await next();
        if (event === undefined) throw new Error(`The stream ended after ${JSON.stringify(seen)}`);
        seen.push(event);
        if (isIt(event)) return seen;
      }
    },
    stop: () => {
      ending.abort();
    },
  };
}

function eventIn(block: string): LiveEvent {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return {
    event: field('event') ?? '',
    id: field('id'),
    data: JSON.parse(field('data') ?? 'null') as LiveEvent['data'],
  };
}
