import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Record types by number (RFC 1035, 2782, 3596). */
const TYPES: Readonly<Record<number, 'A' | 'AAAA' | 'SRV'>> = { 1: 'A', 28: 'AAAA', 33: 'SRV' };
const NO_SUCH_NAME = 3;

/** A DNS server on the loopback address that knows what it is told. */
export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** While true, nothing is answered. */
  isSilent: boolean;
  readonly stop: () => void;
}

/** @param records the data of the records, by `type name` */
export async function startDnsServer(records: ReadonlyMap<string, readonly Buffer[]>): Promise<DnsServer> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server = {
    address: `127.0.0.1:${String(socket.address().port)}`,
    isSilent: false,
    stop: () => {
      socket.close();
    },
  };
  socket.on('message', (query, { port }) => {
    if (!server.isSilent) answer(socket, query, port, records);
  });
  return server;
}

/** Header, the question as it came, and the records of its name (RFC 1035, 4.1). */
function answer(
  socket: Socket,
  query: Buffer,
  port: number,
  records: ReadonlyMap<string, readonly Buffer[]>,
): void {
  const { name, end } = readName(query, 12);
  const question = query.subarray(12, end + 4);
  const type = query.readUInt16BE(end);
  const known = [...records.keys()].some((key) => key.endsWith(` ${name}`));
  const data = records.get(`${TYPES[type] ?? ''} ${name}`) ?? [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (known ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data.length, 6);
  const answers = data.map((content) => {
    const head = Buffer.alloc(12);
    // The name is the question's.
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(0, 6);
    head.writeUInt16BE(content.length, 10);
    return Buffer.concat([head, content]);
  });
  socket.send(Buffer.concat([header, question, ...answers]), port, '127.0.0.1');
}

function readName(message: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** The data of an A or AAAA record. */
export function addressData(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The data of a SRV record. */
export function serviceData(host: string, port: number): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(port, 4);
  const labels = host.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}
