/** Half of what one scrape may hold. */
export const SERIES = 25_000;

/** Prometheus text as a service with many endpoints gives it: one counter, many labels. */
export function exposition(): string {
  const lines = Array.from(
    { length: SERIES },
    (_, at) =>
      `http_requests_total{method="GET",path="/api/v1/orders/${String(at)}",status="${at % 7 === 0 ? '500' : '200'}"} ${String(at * 17)}`,
  );
  return [
    '# HELP http_requests_total Requests answered.',
    '# TYPE http_requests_total counter',
    ...lines,
    '',
  ].join('\n');
}
