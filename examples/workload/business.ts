import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Check } from './health.ts';
import { checkDependency, whyFetchFailed } from './health.ts';
import type { Settings } from './settings.ts';

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What one kind of service does: its route, its answer, and what its health hangs on. */
export interface Business {
  readonly route: string;
  readonly answer: () => Promise<Answer>;
  readonly dependencies: () => Promise<Readonly<Record<string, Check>>>;
}

/** Longer than a slow answer (3 s), so that a slow inventory makes checkout slow and not failing. */
const CALL_TIMEOUT_MS = 4_000;
const HEALTH_TIMEOUT_MS = 1_000;

const Items = z.object({
  items: z.array(z.object({ sku: z.string(), name: z.string(), priceCents: z.int(), stock: z.int() })).min(1),
});
type Item = z.infer<typeof Items>['items'][number];

const CATALOG: readonly Item[] = [
  { sku: 'tea-01', name: 'Green tea, 100 g', priceCents: 790, stock: 120 },
  { sku: 'tea-02', name: 'Black tea, 250 g', priceCents: 1190, stock: 80 },
  { sku: 'cup-01', name: 'Cup, blue', priceCents: 1450, stock: 35 },
];

/** The stock: answers `/items` from memory. */
export function inventory(): Business {
  return {
    route: '/items',
    answer: () => Promise.resolve({ status: 200, body: { items: CATALOG } }),
    dependencies: () => Promise.resolve({}),
  };
}

/** The till: prices an order with what the inventory answers; without an answer there is no order (502). */
export function checkout(settings: Pick<Settings, 'dependsOn'>): Business {
  const inventoryUrl = settings.dependsOn ?? '';
  return {
    route: '/checkout',
    answer: async () => {
      const stock = await askInventory(inventoryUrl);
      if (!stock.ok) return { status: 502, body: { error: `The inventory did not answer: ${stock.why}` } };
      const item = stock.items[Math.floor(Math.random() * stock.items.length)];
      return { status: 200, body: { order: randomUUID(), item, totalCents: item?.priceCents } };
    },
    dependencies: async () => ({ inventory: await checkDependency(inventoryUrl, HEALTH_TIMEOUT_MS) }),
  };
}

type Stock =
  { readonly ok: true; readonly items: readonly Item[] } | { readonly ok: false; readonly why: string };

async function askInventory(baseUrl: string): Promise<Stock> {
  try {
    const response = await fetch(new URL('/items', baseUrl), {
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, why: `status ${response.status}` };
    }
    return { ok: true, items: Items.parse(await response.json()).items };
  } catch (error) {
    return { ok: false, why: whyFetchFailed(error) };
  }
}
