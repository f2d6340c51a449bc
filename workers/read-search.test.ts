import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { findListing } from '../db/listings.ts';
import { acceptSuggestion, lockSuggestion, rejectSuggestion } from '../db/match-decisions.ts';
import { listSuggestions } from '../db/match-list.ts';
import { requestScrape } from '../db/scrapes.ts';
import { digestPage } from '../domain/pages/digest-page.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeStorage } from '../test/support/fake-pictures.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import { savePage } from './page-evidence.ts';
import { createReadPage } from './read-page.ts';

const RESULTS = `<html><body><h1>2 results</h1>
  <a href="/p/tee">Product TEE-M, price 19.99</a> <a href="/p/hose">Garden hose</a> <a href="/cart">Cart</a></body></html>`;

let test: TestDatabase;
let db: Database;
let listing: string;
let results: string;
let scrapeId: string;
const storage = createFakeStorage();
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'read-search', max: 4 });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  const variants = await seedVariants(db, [{ sku: `TEE-${Date.now()}`, units: 1 }]);
  await db.pool.query(
    `update products set name = 'Product TEE-M' where id = (select product_id from variants where id = $1)`,
    [[...variants.values()][0]],
  );
  const site = await seedCompetitor(db);
  results = `https://${site.domain}/search?q=tee`;
  const given = { url: results, search: 'tee', searching: true, linked_by: 'person' } as const;
  listing = await seedListing(db, site, [...variants.values()][0]!, given);
  scrapeId = (await requestScrape(db, listing))!.id;
});

const deps = () => ({
  ...{ db, storage, publicFetch: undefined },
  reader: { digest: async (...given: Parameters<typeof digestPage>) => digestPage(...given) },
  judge: async () => ({ kind: 'refused', reason: 'robots_forbidden', rule: 'no' }) as const,
});

async function look(given: Partial<FetchedPage> = {}) {
  const page: FetchedPage = {
    ...{ url: results, finalUrl: results, status: 200, contentType: 'text/html', html: RESULTS, json: null },
    ...{ fetchedAt: new Date().toISOString(), source: 'built_in', screenshotUrl: null, rule: 'no line', credits: 0 },
    ...given,
  };
  const key = await savePage(storage, scrapeId, page);
  await db.pool.query(
    `update scrapes set status = 'fetched', attempts = 1, page_key = $2, finished_at = null where id = $1`,
    [scrapeId, key],
  );
  return createReadPage(deps())({ scrape_id: scrapeId }, { log: pino({ level: 'silent' }) });
}

const questions = () => listSuggestions(db, { listing }, { after: undefined, limit: 10 });
const observed = async () =>
  (await db.pool.query('select outcome, reason from observations where listing_id = $1', [listing])).rows;

describe('the results of a search', () => {
  it('are nobody’s price: pages that may be ours become questions, once', async () => {
    await look();
    const [question, ...more] = await questions();
    expect(question).toMatchObject({
      kind: 'suggested',
      status: 'open',
      url: results.replace('search?q=tee', 'p/tee'),
    });
    expect(more).toEqual([]);
    expect(await observed()).toEqual([]);
    const { rows } = await db.pool.query('select status, outcome, page_key from scrapes where id = $1', [scrapeId]);
    expect(rows).toEqual([{ status: 'done', outcome: 'searched', page_key: null }]);
    await createReadPage(deps())({ scrape_id: scrapeId }, { log: pino({ level: 'silent' }) });
    expect(await questions()).toEqual([question]);
  });

  it('give the listing its page when a person accepts, and are not asked about again when they refuse', async () => {
    await look();
    const [{ id } = { id: '' }] = await questions();
    await db.transaction(async (tx) => rejectSuggestion(tx, (await lockSuggestion(tx, id))!, { by: 'ada' }));
    await look();
    expect((await questions()).map(({ status }) => status)).toEqual(['rejected']);
    const html = RESULTS.replace('/p/tee', '/p/tee-2');
    await look({ html });
    const open = (await questions()).find(({ status }) => status === 'open')!;
    await db.transaction(async (tx) => acceptSuggestion(tx, (await lockSuggestion(tx, open.id))!, { by: 'ada' }));
    expect(await findListing(db, listing)).toMatchObject({ url: open.url, searching: false, linked_by: 'person' });
  });

  it('that lead to the page itself suggest it, and never take its price', async () => {
    const finalUrl = results.replace('search?q=tee', 'p/only');
    const html = `<script type="application/ld+json">{"@type":"Product","name":"Product TEE-M","offers":{"@type":"Offer","price":"5","priceCurrency":"EUR"}}</script>`;
    await look({ finalUrl, html });
    expect(await questions()).toMatchObject([{ url: finalUrl }]);
    expect(await observed()).toEqual([]);
  });

  it('of another site are none', async () => {
    await look({ finalUrl: 'https://elsewhere.test/search' });
    expect(await questions()).toEqual([]);
    expect(await observed()).toEqual([{ outcome: 'none', reason: 'redirected_away' }]);
  });
});
