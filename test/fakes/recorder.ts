import type { IncomingHttpHeaders, RequestListener } from 'node:http';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Recorder {
  readonly requests: RecordedRequest[];
  readonly listener: RequestListener;
}

type Answer =
  { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | 'hang up';

/** A listener that keeps every request with its body and answers as `reply` says. */
export function recorder(reply: (request: RecordedRequest, nth: number) => Answer): Recorder {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    listener: (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const recorded = { method, path: url, headers, body: Buffer.concat(chunks) };
        requests.push(recorded);
        const answer = reply(recorded, requests.length);
        if (answer === 'hang up') response.destroy();
        else response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    },
  };
}
