import { PRICES, type Item } from './prices.ts';

/** So much of something is used in a month, by one system or by what all share. */
export interface Use {
  readonly item: Item;
  readonly system?: string;
  readonly quantity: number;
}

export interface BillLine {
  readonly item: Item;
  readonly quantity: number;
  readonly usd: number;
  /** In an account in which nothing else uses the free tier. */
  readonly usdAfterFree: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly usd: number;
  readonly usdAfterFree: number;
  /** Before the free tier, which belongs to the account. */
  readonly bySystem: Readonly<Record<string, number>>;
  /** What no system has alone; before the free tier. */
  readonly sharedUsd: number;
}

/** A month's bill: quantities added up by item, times the list price, in the order of the price table. */
export function billOf(uses: readonly Use[]): Bill {
  const lines = (Object.keys(PRICES) as Item[]).flatMap((item): BillLine[] => {
    const quantity = sum(uses.filter((use) => use.item === item).map((use) => use.quantity));
    if (quantity === 0) return [];
    const { free } = PRICES[item];
    return [
      {
        item,
        quantity,
        usd: usdOf(item, quantity),
        usdAfterFree: usdOf(item, Math.max(0, quantity - free)),
      },
    ];
  });
  const ofSystem = (system: string | undefined): number =>
    sum(uses.filter((use) => use.system === system).map(({ item, quantity }) => usdOf(item, quantity)));
  const systems = [...new Set(uses.flatMap(({ system }) => system ?? []))];
  return {
    lines,
    usd: sum(lines.map(({ usd }) => usd)),
    usdAfterFree: sum(lines.map(({ usdAfterFree }) => usdAfterFree)),
    bySystem: Object.fromEntries(systems.map((system) => [system, ofSystem(system)])),
    sharedUsd: ofSystem(undefined),
  };
}

function usdOf(item: Item, quantity: number): number {
  const { usd, per } = PRICES[item];
  return (quantity / per) * usd;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
