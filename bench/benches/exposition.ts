import { gzipSync } from 'node:zlib';
import { encodeOtlp } from '../../shared/domain/collection/encode-otlp.ts';
import { parseExposition, type Sample } from '../../shared/domain/collection/exposition.ts';
import { scrapePoints } from '../../shared/domain/collection/scrape-points.ts';
import { EVERY_METRIC, wantedMetrics } from '../../shared/domain/collection/wanted-metrics.ts';
import { LIMITS } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { SYSTEM_ATTRIBUTE } from '../../shared/contract/names.ts';
import { realExpositions, type RealExposition } from '../collect/real-expositions.ts';
import type { Bench, Figure } from '../figure.ts';
import { median, pairedRatio } from '../statistics.ts';

const ROUNDS = 12;
/** A round takes so much text: a single answer is read too quickly to be timed. */
const BYTES_A_ROUND = 5_000_000;

/** What the rules of examples/qbm-ai read of a host. */
const NEEDED = [
  'node_cpu_seconds_total',
  'node_filesystem_avail_bytes',
  'node_filesystem_size_bytes',
  'node_memory_MemAvailable_bytes',
  'node_memory_MemTotal_bytes',
  'process_*',
];

/**
 * Parsing alone, by processor time, of a real answer; the reference is `JSON.parse` of the same samples. And how
 * many bytes go out for those that came in.
 */
export const exposition: Bench = {
  name: 'exposition',
  what: 'parse a real exposition, in MB/s and samples/s of one core; bytes sent against bytes scraped',
  run: (tell) => measure(tell),
};

async function measure(tell: (line: string) => void): Promise<Figure[]> {
  const real = await realExpositions();
  return [...real.flatMap((one) => parsing(one, tell)), ...real.slice(0, 1).flatMap(sending)];
}

function parsing({ of, format, text: answer }: RealExposition, tell: (line: string) => void): Figure[] {
  const { samples } = parseExposition(answer, Infinity, format);
  if (samples.length === 0) throw new Error(`The ${format} of ${of} cannot be read.`);
  const json = JSON.stringify(samples.map(({ name, labels, value }) => [name, labels, String(value)]));
  const times = Math.ceil(BYTES_A_ROUND / answer.length);
  const [ours, reference]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const spent = [
      spentS(times, () => parseExposition(answer, Infinity, format)),
      spentS(times, () => JSON.parse(json) as unknown),
    ] as const;
    // The first round compiles.
    if (round === 0) continue;
    ours.push((samples.length * times) / spent[0]);
    reference.push((samples.length * times) / spent[1]);
  }
  tell(`${format} of ${of}: ${String(samples.length)} samples, ${(answer.length / 1e3).toFixed(0)} kB`);
  const rate = median(ours);
  return [
    {
      what: `parse ${format}, samples`,
      value: rate,
      unit: '/s',
      beside: {
        what: 'JSON.parse of the same samples',
        value: median(reference),
        ratio: pairedRatio(ours, reference),
      },
    },
    { what: `parse ${format}`, value: (rate * answer.length) / samples.length / 1e6, unit: 'MB/s' },
  ];
}

function spentS(times: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function sending({ of, text }: RealExposition): Figure[] {
  const { samples, types } = parseExposition(text);
  const beside = { what: 'bytes scraped', value: text.length / 1e3 };
  const sent = (what: string, wanted: readonly string[], packed: (body: string) => number): Figure => {
    const value = bodiesOf(samples, types, wanted).reduce((sum, body) => sum + packed(body), 0) / 1e3;
    return { what: `${of}: ${what}`, value, unit: 'kB', beside };
  };
  const plain = (body: string): number => Buffer.byteLength(body);
  const gzip = (body: string): number => gzipSync(body).length;
  return [
    sent('bytes that count, of what rules read', NEEDED, plain),
    sent('bytes that count, of everything', [EVERY_METRIC], plain),
    sent('bytes on the wire, of what rules read', NEEDED, gzip),
    sent('bytes on the wire, of everything', [EVERY_METRIC], gzip),
  ];
}

function bodiesOf(
  samples: readonly Sample[],
  types: ReturnType<typeof parseExposition>['types'],
  wanted: readonly string[],
): string[] {
  const target = { job: 'host', instance: '10.0.0.7:9100' };
  const scrape = { ok: true as const, samples, types, atMs: Date.now(), durationS: 0.01 };
  const { points } = scrapePoints(target, scrape, new Map(), wantedMetrics(wanted));
  const resource = { [SYSTEM_ATTRIBUTE]: 'shop', 'service.name': 'host' };
  return encodeOtlp(resource, points, LIMITS).map(({ body }) => body);
}
