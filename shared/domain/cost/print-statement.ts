import type { Bill } from './bill.ts';
import { PRICES, type Item } from './prices.ts';
import type { CostStatement, Sent } from './statement.ts';

type Row = readonly string[];

/** The statement as rows of cells, in blocks; whoever prints it aligns the columns of each block. */
export function statementBlocks(statement: CostStatement): { title: string; rows: Row[] }[] {
  return [
    { title: 'What a sweep sends', rows: sizeRows(statement) },
    { title: 'What is sent of what targets tell', rows: collectionRows(statement) },
    { title: `A month in ${statement.region}, in US dollars`, rows: billRows(statement) },
    { title: 'By system, before the free tier', rows: systemRows(statement) },
    { title: 'The same estate elsewhere, at list prices', rows: rivalRows(statement) },
    { title: 'Prices', rows: priceRows(statement.busy) },
    { title: 'Assumed', rows: statement.assumptions.map((line) => [line]) },
  ];
}

function sizeRows({ sizes }: CostStatement): Row[] {
  return Object.entries(sizes).map(([system, { how, targets, points, bytes, everyS }]) => [
    system,
    `${number(targets)} targets`,
    `${number(points)} points`,
    `${number(bytes / 1000)} kB`,
    `every ${String(everyS)} s`,
    how,
  ]);
}

/** Only what rules, charts and evidence read is sent (`collection.keep` adds to it). */
function collectionRows({ collection }: CostStatement): Row[] {
  const total = (which: 'sent' | 'everything', of: keyof Sent): number =>
    Object.values(collection).reduce((sum, one) => sum + one[which][of], 0);
  const row = (name: string, of: (which: 'sent' | 'everything', key: keyof Sent) => number): Row => [
    name,
    ...(['sent', 'everything'] as const).flatMap((which) => [
      number(of(which, 'pointsASweep')),
      megabytes(of(which, 'bytesADay')),
      dollars(of(which, 'usdAMonth')),
    ]),
  ];
  return [
    ['', 'points sent', 'a day', 'USD a month', 'if all were sent', 'a day', 'USD a month'],
    ...Object.entries(collection).map(([system, one]) => row(system, (which, of) => one[which][of])),
    row('total', total),
  ];
}

function megabytes(bytes: number): string {
  return `${number(bytes / 1e6)} MB`;
}

function billRows({ idle, busy, busyMonth }: CostStatement): Row[] {
  const { incidents, openMinutes, pages, recoveries } = busyMonth;
  const quiet = new Map(idle.lines.map((line) => [line.item, line]));
  return [
    ['', 'quantity when busy', 'idle', 'busy', 'idle, after the free tier', 'busy, after the free tier'],
    ...busy.lines.map(({ item, quantity, usd, usdAfterFree }) => [
      PRICES[item].what,
      amount(quantity, PRICES[item].unit),
      dollars(quiet.get(item)?.usd ?? 0),
      dollars(usd),
      dollars(quiet.get(item)?.usdAfterFree ?? 0),
      dollars(usdAfterFree),
    ]),
    ['total', '', ...[idle.usd, busy.usd, idle.usdAfterFree, busy.usdAfterFree].map(dollars)],
    [
      `busy: ${number(incidents)} incidents in each system, open for ${number(openMinutes)} min; people paged for each: ${number(pages)}; recoveries tried for each: ${number(recoveries)}`,
    ],
  ];
}

function systemRows({ idle, busy }: CostStatement): Row[] {
  return [
    ['', 'idle', 'busy'],
    ...Object.entries(busy.bySystem).map(([system, usd]) => [
      system,
      dollars(idle.bySystem[system] ?? 0),
      dollars(usd),
    ]),
    ['shared', dollars(idle.sharedUsd), dollars(busy.sharedUsd)],
  ];
}

function rivalRows({ rivals }: CostStatement): Row[] {
  return rivals.map(({ name, usd, counted, readOn, source }) => [
    name,
    dollars(usd),
    `${counted} (read ${readOn}: ${source})`,
  ]);
}

function priceRows({ lines }: Bill): Row[] {
  return lines.map(({ item }) => [
    PRICES[item].what,
    `$${String(PRICES[item].usd)} for ${perOf(item)}`,
    `${PRICES[item].basis === 'unverified' ? 'noted' : 'read'} ${PRICES[item].readOn}`,
    PRICES[item].basis === 'unverified' ? 'not verified' : PRICES[item].source,
  ]);
}

function perOf(item: Item): string {
  return amount(PRICES[item].per, PRICES[item].unit);
}

function amount(quantity: number, unit: string): string {
  return `${number(quantity)} ${quantity === 1 ? unit.replace(/(?<=[a-z])s$/, '') : unit}`;
}

/** Cents; what is less than half of one shows that it is not nothing. */
function dollars(usd: number): string {
  if (usd > 0 && usd < 0.005) return '<0.01';
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function number(value: number): string {
  if (value < 1) return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
