import fc from 'fast-check';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parseExposition } from '../../../../../shared/domain/collection/exposition.ts';
import { readScrape } from '../../../../../shared/domain/collection/read-scrape.ts';
import { isCumulative } from '../../../../../shared/domain/collection/start-times.ts';

const WHOLE = `# TYPE orders counter
# UNIT orders things
# HELP orders What was "ordered".
orders_total{shop="a"} 17.0 1700000000.125 # {trace_id="ab c"} 0.5 1700000000.1
orders_created{shop="a"} 1699999999.5
# TYPE took histogram
took_bucket{le="0.1"} 8 # {} 0.05
took_bucket{le="+Inf"} 9
took_sum 3.5
took_count 9
# TYPE build info
build_info{version="1"} 1
# TYPE mode stateset
mode{mode="on"} 1
# TYPE odd unknown
odd -2e3 -1.5
# EOF
`;

const read = (text: string) => parseExposition(text, Infinity, 'openmetrics');

describe('OpenMetrics', () => {
  test('samples, their times in seconds, and what they are', () => {
    const { samples, types, problem } = read(WHOLE);
    expect(problem).toBeUndefined();
    expect(samples.map(({ name, value, timestampMs }) => [name, value, timestampMs])).toEqual([
      ['orders_total', 17, 1_700_000_000_125],
      ['orders_created', 1_699_999_999.5, undefined],
      ['took_bucket', 8, undefined],
      ['took_bucket', 9, undefined],
      ['took_sum', 3.5, undefined],
      ['took_count', 9, undefined],
      ['build_info', 1, undefined],
      ['mode', 1, undefined],
      ['odd', -2_000, -1_500],
    ]);
    expect(samples.filter((sample) => isCumulative(sample, types)).map(({ name }) => name)).toEqual([
      'orders_total',
      'took_bucket',
      'took_bucket',
      'took_sum',
      'took_count',
    ]);
  });

  test.each([
    ['a 1\n', 'cut off'],
    ['a 1\n# EOF\nb 1\n', 'expected nothing after'],
    ['# TYPE a untyped\n# EOF\n', 'invalid metric type'],
    ['a 1 soon\n# EOF\n', 'is not a time'],
    ['a 1 # trace\n# EOF\n', 'expected the labels of an exemplar'],
    ['a 1 # {x="1"}\n# EOF\n', 'expected a value'],
  ])('%j is refused as a whole', (text, message) => {
    const { samples, problem } = read(text);
    expect(samples).toEqual([]);
    expect(problem?.message).toContain(message);
  });

  test('only the content type says that it is', () => {
    const body = new TextEncoder().encode('a 1 1700000000\n# EOF\n');
    const at = (contentType: string) => {
      const scrape = readScrape({ status: 200, contentType, body });
      return scrape.ok ? scrape.samples[0]?.timestampMs : scrape.detail;
    };
    expect(at('application/openmetrics-text')).toBe(1_700_000_000_000);
    expect(at('text/plain')).toBe(1_700_000_000);
  });
});

/** What prom-client exposes, which is what many targets do. */
async function exposed(type: 'text' | 'openmetrics'): Promise<string> {
  const registry = new Registry();
  if (type === 'openmetrics') registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  collectDefaultMetrics({ register: registry });
  const labelNames = ['route'] as const;
  new Counter({
    name: 'calls',
    help: 'a "call"\nof two lines',
    labelNames,
    registers: [registry],
  }).inc({
    route: '/a"b\\',
  });
  const took = new Histogram({ name: 'took', help: 'h', labelNames, registers: [registry] });
  took.observe({ route: '/' }, 0.2);
  return registry.metrics();
}

describe('whatever a target answers, the parser ends, with all of it or a problem', () => {
  test.each(['text', 'openmetrics'] as const)('bytes of a real exposition changed (%s)', async (format) => {
    const original = new TextEncoder().encode(await exposed(format));
    expect(parseExposition(new TextDecoder().decode(original), Infinity, format).problem).toBeUndefined();
    const change = fc.record({
      at: fc.nat(original.length - 1),
      bytes: fc.uint8Array({ maxLength: 4 }),
      removes: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const mutated = changes.reduce(
          (bytes, { at, bytes: put, removes }) =>
            Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removes)]),
          Buffer.from(original),
        );
        const text = new TextDecoder().decode(mutated);
        const { samples, problem } = parseExposition(text, 100_000, format);
        expect(problem === undefined || samples.length === 0).toBe(true);
        expect(samples.length).toBeLessThanOrEqual(text.split('\n').length);
        if (problem !== undefined) expect(problem.line).toBeLessThanOrEqual(text.split('\n').length);
      }),
      { numRuns: 500 },
    );
  });
});
