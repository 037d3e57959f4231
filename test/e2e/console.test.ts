import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalConsole } from '../../cli/local-console.ts';
import type { Console } from '../../console/server/serve-console.ts';
import type { Shop } from './a-shop.ts';
import { startShop, until } from './a-shop.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.ts';

const executablePath = findChromium();
/** What the whole story of a crash may take on a busy machine; the issue asks for a minute on a quiet one. */
const PATIENCE_MS = 120_000;

const stage: { shop?: Shop; served?: Console; browser?: Browser } = {};

/** One page of the console, with everything that it complained about, and the plots that it asked for. */
async function openPage(width: number): Promise<{ page: Page; complaints: string[]; plotted: Set<string> }> {
  const { browser, served } = stage;
  if (browser === undefined || served === undefined) throw new Error('the stage is not set');
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  const plotted = new Set<string>();
  page.on('request', (request) => {
    if (request.url().includes('/api/plot')) plotted.add(request.url());
  });
  // A page that was loaded anew would be marked no more.
  await page.goto(served.url);
  await page.evaluate(() => {
    Object.assign(globalThis, { isTheSamePage: true });
  });
  return { page, complaints, plotted };
}

/** Waits until a text stands in a part of the page. */
async function sees(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** True if something on the page is wider than the screen. */
function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth');
}

/** Skipped by name where no chromium, chromium-browser or google-chrome is in the PATH. */
const withBrowser = test.skipIf(executablePath === undefined);

beforeAll(async () => {
  if (executablePath === undefined) return;
  stage.shop = await startShop();
  stage.served = await openLocalConsole(stage.shop.run, 0);
  stage.browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
}, PATIENCE_MS);

afterAll(async () => {
  await stage.browser?.close();
  await stage.served?.close();
  await stage.shop?.stop();
});

function theShop(): Shop {
  if (stage.shop === undefined) throw new Error('the shop does not run');
  return stage.shop;
}

withBrowser('the page shows a crash and its healing without a reload, at 360 px too', async () => {
  const [wide, narrow] = [await openPage(1280), await openPage(360)];
  // On a narrow screen one plot is open at first; what is closed is not asked for.
  await sees(narrow.page, '.rule[open]', 'fires when == 0');
  expect(narrow.plotted.size).toBe(1);
  const { page } = wide;
  await sees(page, '#live', 'Live');
  await sees(page, '#headline', 'All 2 services are healthy.');
  await sees(page, '#try', 'npx homeostat fault inventory crash');
  await sees(page, '.rule', /ServiceDown.*fires when == 0/s);

  await theShop().fault('inventory', 'crash');
  // On a busy machine the alert of checkout, which depends on inventory, may be the first.
  const opened = page
    .locator('article.incident')
    .filter({ hasText: /opened as critical for service inventory/ });
  const id = (await opened.getAttribute('id')) ?? '';
  await sees(page, `#${id} .story`, `page to ana: [critical] ${id} inventory: new`);
  await sees(page, '#told', new RegExp(`Ana Silva was paged by email, sms.*${id} inventory: new`, 's'));
  await sees(page, '.service[data-state="troubled"]', new RegExp(`inventory.*${id} is open`, 's'));
  await sees(page, `#${id} .story`, /because inventory restarted with deployment/);
  await sees(narrow.page, `#${id} .story`, /because inventory restarted with deployment/);
  expect(await scrollsSideways(narrow.page)).toBe(false);
  await narrow.page.evaluate(
    "document.querySelector('#who option:last-child').textContent = 'Wolfgang'.repeat(20)",
  );
  expect(await scrollsSideways(narrow.page)).toBe(false);

  await sees(page, '#resolved', new RegExp(`${id} inventory.*resolved by homeostat`, 's'));
  await sees(page, '#headline', 'All 2 services are healthy.');
  const resolved = page.locator('#resolved details').filter({ hasText: `${id} inventory` });
  await resolved.locator('summary').click();
  await resolved.locator('.story').getByText(`${id}-r1 ended: recovered`).waitFor();
  await sees(page, '#try', /npx homeostat explain shop-\d/);

  expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true);
  expect(await scrollsSideways(page)).toBe(false);
  expect([...wide.complaints, ...narrow.complaints]).toEqual([]);
  await page.close();
  await narrow.page.close();
});

withBrowser('a person acknowledges and silences by button, and the page says who did', async () => {
  const { page, complaints } = await openPage(1280);
  await theShop().fault('checkout', 'slow');
  const card = page.locator('article.incident').filter({ hasText: 'HighLatency' }).first();
  await card.waitFor();

  await card.getByRole('button', { name: 'Acknowledge' }).click();
  await card.getByText('Choose who you are first').waitFor();
  await page.getByLabel('You are').selectOption('Ana Silva');
  await card.getByRole('button', { name: 'Acknowledge' }).click();
  await card.getByText('acknowledged by Ana Silva').waitFor();
  await card.getByText('Ana Silva has it in hand').waitFor();

  await card.getByText('Silence…').click();
  await card.getByLabel('Hold back').selectOption({ label: 'HighLatency of checkout' });
  await card.getByRole('button', { name: 'Silence' }).click();
  // Without a reason nothing is sent.
  expect(await page.locator('#silences li').count()).toBe(0);
  await card.getByLabel('because', { exact: true }).fill('<img src=x onerror=alert(1)> load test');
  await card.getByRole('button', { name: 'Silence' }).click();
  await sees(
    page,
    '#silences',
    /alertname="HighLatency".*Ana Silva: <img src=x onerror=alert\(1\)> load test/s,
  );
  expect(await page.locator('#silences img').count()).toBe(0);
  const silences = Object.values((await theShop().state()).silences);
  expect(silences).toMatchObject([{ by: 'ana', match: { alertname: 'HighLatency', job: 'checkout' } }]);
  await sees(page, '.service[data-state="troubled"]', /HighLatency fires and is silenced/);

  await page.reload();
  await sees(page, '#live', 'Live');
  expect(await page.getByLabel('You are').inputValue()).toBe('ana');
  await theShop().fault('checkout', 'none');
  expect(complaints).toEqual([]);
  await page.close();
});

withBrowser('a page that lost its server says so and catches up; at the end it says that too', async () => {
  const { page } = await openPage(1280);
  await sees(page, '#live', 'Live');
  await page.context().setOffline(true);
  await stage.served?.close();
  await sees(page, '#not-live', /as it was at \d\d:\d\d:\d\d/);
  await sees(page, '#live', 'Not live');
  const port = Number(new URL(stage.served?.url ?? '').port);
  stage.served = await openLocalConsole(theShop().run, port);
  await page.context().setOffline(false);
  await sees(page, '#live', /^Live$/);
  expect(await page.locator('#not-live').isHidden()).toBe(true);
  expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true);

  await stage.served.close();
  delete stage.served;
  await sees(page, '#not-live', 'The cloud was stopped.');
  await until(
    'the page asks nobody to act any more',
    async () => (await page.locator('button[data-acts]:not([disabled])').count()) === 0,
  );
  await page.close();
});
