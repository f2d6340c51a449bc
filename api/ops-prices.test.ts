import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { uuidv7 } from '../db/ids.ts';
import { proposeReprice } from '../db/reprices.ts';
import { evidenceKey } from '../domain/pages/page-keys.ts';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { priceSettings } from '../test/support/fake-storage.ts';
import { observe, type WatchedListing, watchListing } from '../test/support/observed.ts';

let api: TestApi;
let listing: WatchedListing;
let quiet: WatchedListing;
let observation: string;
let variantId: string;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const pages = new Map<string, Uint8Array>();
const day = (days: number) => new Date(Date.now() - days * 86_400_000);

beforeAll(async () => {
  api = await startApi({ prices: priceSettings(pages) });
  variantId = (await seedVariants(api.db, [{ sku: 'KETTLE', units: 5, amount: 5000 }])).get('KETTLE')!;
  listing = await watchListing(api.db, variantId, { name: 'Rival <b>' });
  quiet = await watchListing(api.db, null, { name: 'Quiet' });
  const key = evidenceKey(day(3), 'a'.repeat(64), 'html.gz');
  pages.set(
    key,
    gzipSync(
      '<title>Kettle</title><h1>Kettle</h1><script>fetch("/stolen");top.location="/stolen"</script><img src="/stolen"><meta http-equiv="refresh" content="0;url=/stolen"><form action="/stolen"><button>x</button></form>',
    ),
  );
  const evidence = { key, sha256: 'a'.repeat(64), modelKey: null, screenshotKey: null };
  observation = await observe(api.db, listing, day(3), 4800, { evidence });
  await observe(api.db, listing, day(1), { reason: 'captcha' });
  await api.db.pool.query(
    `insert into price_watches (listing_id, competitor_id, good_amount, good_currency, good_in_stock, good_at, comparable_amount, comparable_currency)
     values ($1, $2, 4800, 'eur', true, $3, 4800, 'eur')`,
    [listing.listingId, listing.competitorId, day(3)],
  );
  await api.db.pool.query(
    `insert into price_alerts (id, listing_id, variant_id, kind, rule, status, observation_id, observed_at, facts, opened_at)
     values ($1, $2, $3, 'undercut', '{}', 'open', $4, $5, '{}', now())`,
    [uuidv7(), listing.listingId, variantId, observation, day(3)],
  );
});
afterAll(() => api.close());

const basic = (password: string) => `Basic ${Buffer.from(`${OPS.user}:${password}`).toString('base64')}`;
const look = async (path = '', init: RequestInit = {}, authorization = basic(OPS.password)) => {
  const answer = await fetch(`${api.apiUrl}/ops/prices${path}`, {
    ...init,
    redirect: 'manual',
    headers: { authorization, ...init.headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

it('lets operations in and nobody else', async () => {
  for (const path of ['', `/${listing.listingId}`, `/${listing.listingId}/chart.svg`, `/evidence/${observation}`]) {
    expect([path, (await look(path)).status]).toEqual([path, 200]);
    for (const other of ['', basic('guess'), `Bearer ${api.secretKey}`])
      expect([path, (await look(path, {}, other)).status]).toEqual([path, 401]);
  }
  expect((await look(`/${variantId}`)).status).toBe(404);
  expect((await look('/x')).status).toBe(404);
});

it('shows the last good price with its age, why it is unknown since, our position and what waits', async () => {
  const { text } = await look();
  for (const each of [
    'Product KETTLE',
    'Rival &lt;b&gt;',
    '€48.00',
    '3 days ago',
    'last look found nothing: captcha',
    '2 of 2',
    '1 open',
  ])
    expect(text).toContain(each);
  expect(text).not.toContain('Rival <b>');
});

it('finds by what a page is for, and what waits', async () => {
  const finds = async (query: string) => {
    const { text } = await look(`?${query}`);
    return [text.includes('Rival'), text.includes('Quiet')];
  };
  expect(await finds('text=kett')).toEqual([true, false]);
  expect(await finds('text=100%25_')).toEqual([false, false]);
  expect(await finds('waiting=alerts')).toEqual([true, false]);
  expect(await finds('waiting=held')).toEqual([false, false]);
  expect(await finds(`competitor=${quiet.competitorId}`)).toEqual([false, true]);
  expect(await finds('waiting=&text=&competitor=nonsense')).toEqual([true, true]);
});

it('shows one page with its chart, looks and saved copies, which run nothing', async () => {
  const { text } = await look(`/${listing.listingId}`);
  for (const each of [
    `/ops/prices/${listing.listingId}/chart.svg`,
    `/ops/prices/evidence/${observation}`,
    'undercut',
    'unknown: captcha',
  ])
    expect(text).toContain(each);
  const copy = await look(`/evidence/${observation}`);
  expect(copy.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  expect(copy.text.replace(/srcdoc="[^"]*"/, '')).not.toContain('<script');
});

it('takes a decision on a proposal from its own page alone, and says what came of it', async () => {
  const propose = {
    variantId,
    currency: 'eur',
    fromAmount: 5000,
    toAmount: 4799,
    rule: { kind: 'set' as const },
    basis: { competitor_name: 'Rival <b>' },
  };
  const { id } = await api.db.transaction((tx) => proposeReprice(tx, propose));
  const path = `/${listing.listingId}/reprices/${id}`;
  expect((await look(`/${listing.listingId}`)).text).toContain(`action="/ops/prices${path}/approve"`);
  expect((await look(`${path}/approve`, { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(
    403,
  );
  const price = async () =>
    (await api.db.pool.query(`select amount from prices where variant_id = $1 and currency = 'eur'`, [variantId]))
      .rows[0].amount;
  expect(await price()).toBe(5000);
  const approved = await look(`${path}/approve`, { method: 'POST' });
  expect([approved.status, approved.headers.get('location')]).toEqual([
    303,
    `/ops/prices/${listing.listingId}?outcome=done`,
  ]);
  expect(await price()).toBe(4799);
  await api.db.pool.query(`update prices set amount = 4700 where variant_id = $1 and currency = 'eur'`, [variantId]);
  const undone = await look(`${path}/undo`, { method: 'POST' });
  expect(undone.headers.get('location')).toContain('price_changed');
  expect((await look(`/${listing.listingId}?outcome=price_changed`)).text).toContain('Our price has changed meanwhile');
  expect(await price()).toBe(4700);
});

if (!CHROMIUM) process.stderr.write('\n*** SKIPPED: there is no Chromium here, so nobody looks at /ops/prices ***\n');
else
  it('fits a phone, by day and night, and a saved page there asks for nothing', async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport: { width: 360, height: 740 },
        colorScheme,
        httpCredentials: { username: OPS.user, password: OPS.password },
      });
      const page = await context.newPage();
      for (const path of ['', `/${listing.listingId}`, `/evidence/${observation}`]) {
        await page.goto(`${api.apiUrl}/ops/prices${path}`, { waitUntil: 'networkidle' });
        // A string, since the page's own types are not those of tests.
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect([path, colorScheme, wide <= 360]).toEqual([path, colorScheme, true]);
      }
      await page.goto(`${api.apiUrl}/ops/prices/${listing.listingId}`, { waitUntil: 'networkidle' });
      expect(await page.evaluate('document.images[0].complete && document.images[0].naturalWidth')).toBe(340);
      await context.close();
    }
    await browser.close();
    // What the policy stops is announced by the browser all the same: what counts is what has come here.
    expect(api.logLines.filter((text) => text.includes('stolen'))).toEqual([]);
    expect(api.logLines.filter((text) => text.includes(`/evidence/${observation}`))).not.toEqual([]);
  }, 90_000);
