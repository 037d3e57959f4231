/**
 * A moment as CloudWatch writes it in events and notifications: `2023-08-04T12:36:15.490+0000`.
 * There is no colon in the offset, so strict ISO parsers refuse it. That is AWS' form, kept on purpose.
 */
export function awsTimestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000');
}

/** The short form inside the reason of a classic alarm: `01/10/19 13:46:00`, day first, UTC. */
export function reasonTimestamp(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
