import fc from 'fast-check';
import { GRAMMAR, RECURSIVE } from './random-grammar.ts';

const MAXIMUM_DEPTH = 4;

/** As it stands in the grammar. */
const SYMBOL = new RegExp(`<(${Object.keys(GRAMMAR).join('|')})>`);

const symbols = fc.letrec<Record<string, string>>((tie) => {
  const depth = { maxDepth: MAXIMUM_DEPTH, depthIdentifier: fc.createDepthIdentifier() };
  const arbitraryOf = ([symbol, alternatives]: [string, readonly string[]]): fc.Arbitrary<string> =>
    fc.oneof(RECURSIVE.has(symbol) ? depth : {}, ...alternatives.map((one) => alternative(one, tie)));
  return Object.fromEntries(Object.entries(GRAMMAR).map((entry) => [entry[0], arbitraryOf(entry)] as const));
});

/** One alternative of the grammar, with its weight. */
function alternative(
  rule: string,
  tie: (symbol: string) => fc.Arbitrary<string>,
): { readonly weight: number; readonly arbitrary: fc.Arbitrary<string> } {
  const [, weight, text = ''] = /^(?:(\d+): ?)?(.*)$/s.exec(rule) ?? [];
  const parts = text.split(SYMBOL);
  return {
    weight: Number(weight ?? 1),
    arbitrary: fc
      .tuple(...parts.map((part, at) => (at % 2 === 1 ? tie(part) : fc.constant(part))))
      .map((texts) => texts.join('')),
  };
}

const symbol = (name: string): fc.Arbitrary<string> => symbols[name] ?? fc.constant('');

/** An expression, and the times that it is asked for. */
export interface Question {
  readonly text: string;
  readonly isRange: boolean;
  readonly dataSet: number;
  /** Seconds since the start of the data set; half a second is added. */
  readonly atS: number;
  readonly stepS: number;
  readonly steps: number;
}

/** Questions about one of so many data sets. */
export function questions(dataSets: number): fc.Arbitrary<Question> {
  const vectors = fc.oneof(
    { weight: 8, arbitrary: symbol('vector') },
    { weight: 1, arbitrary: symbol('scalar') },
  );
  const ranges = fc.oneof(
    symbol('matrix'),
    fc.tuple(symbol('vector'), symbol('subRange')).map(([text, range]) => `(${text})${range}`),
  );
  const instant = fc.oneof({ weight: 5, arbitrary: vectors }, { weight: 1, arbitrary: ranges });
  const times = {
    dataSet: fc.nat(dataSets - 1),
    atS: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 300, max: 5400 }) },
      { weight: 1, arbitrary: fc.integer({ min: -300, max: 6000 }) },
    ),
    stepS: fc.oneof(fc.constantFrom(1, 15, 60, 300), fc.integer({ min: 1, max: 600 })),
    steps: fc.integer({ min: 0, max: 40 }),
  };
  return fc.oneof(
    fc.record({ text: instant, isRange: fc.constant(false), ...times }),
    fc.record({ text: vectors, isRange: fc.constant(true), ...times }),
  );
}
