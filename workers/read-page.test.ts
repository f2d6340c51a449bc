import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { CompetitorRow } from '../db/competitors.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { requestScrape } from '../db/scrapes.ts';
import { digestPage } from '../domain/pages/digest-page.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeStorage } from '../test/support/fake-pictures.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import type { PageJudgement } from './judge-page.ts';
import { savePage } from './page-evidence.ts';
import { createReadPage } from './read-page.ts';

const offer = (price: string) =>
  `<html><head><title>Kettle</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",
   "name":"Kettle 1.7 l","offers":{"@type":"Offer","price":"${price}","priceCurrency":"EUR","availability":"https://schema.org/InStock"}}
   </script></head><body><h1>Kettle 1.7 l</h1><p class="price">${price} €</p></body></html>`;

let test: TestDatabase;
let db: Database;
let site: CompetitorRow;
let storage: ReturnType<typeof createFakeStorage>;
let page: FetchedPage;
let scrapeId: string;
let judgement: PageJudgement;
const judged: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'read-page', max: 4 });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  site = await seedCompetitor(db, { locale: 'en-IE' });
  storage = createFakeStorage();
  judged.length = 0;
  judgement = { kind: 'refused', reason: 'robots_forbidden', rule: 'line 2: Disallow: /' };
  const url = `https://${site.domain}/p/1`;
  page = {
    ...{ url, finalUrl: url, status: 200, contentType: 'text/html', html: offer('24.99'), json: null },
    ...{ fetchedAt: new Date().toISOString(), source: 'built_in', screenshotUrl: null, rule: 'no line', credits: 0 },
  };
  scrapeId = (await requestScrape(db, await seedListing(db, site, null, { url })))!.id;
});

const run = { log: pino({ level: 'silent' }) };
const deps = () => ({
  ...{ db, storage, publicFetch: undefined },
  reader: { digest: async (...given: Parameters<typeof digestPage>) => digestPage(...given) },
  judge: async (url: string) => {
    judged.push(url);
    return judgement;
  },
});
async function fetched(given: Partial<FetchedPage> = {}) {
  const key = await savePage(storage, scrapeId, { ...page, ...given });
  await db.pool.query(`update scrapes set status = 'fetched', attempts = 1, page_key = $2 where id = $1`, [
    scrapeId,
    key,
  ]);
  return key;
}
const read = (given = deps()) => createReadPage(given)({ scrape_id: scrapeId }, run);
const row = async () => (await db.pool.query('select * from scrapes where id = $1', [scrapeId])).rows[0];
const observations = async () =>
  (await db.pool.query('select * from observations where scrape_id = $1', [scrapeId])).rows;
const judgeJobs = async (listing: string) =>
  (
    await db.pool.query(`select payload from outbox where queue = 'judge-price' and payload->>'listing_id' = $1`, [
      listing,
    ])
  ).rows;
const isKept = async (key: string) => (await storage.stat(key)) !== undefined;

describe('a page that was fetched', () => {
  it('is read, kept as evidence, recorded and handed to the judge in one step, and the raw page goes', async () => {
    const key = await fetched();
    await read();
    const [seen] = await observations();
    expect(seen).toMatchObject({ outcome: 'observed', amount: 2499, currency: 'eur', availability: 'in_stock' });
    expect(await isKept(seen.evidence_key)).toBe(true);
    expect(await row()).toMatchObject({ status: 'done', outcome: 'observed', observation_id: seen.id, page_key: null });
    expect(await judgeJobs(seen.listing_id)).toEqual([
      { payload: { listing_id: seen.listing_id, observation_id: seen.id } },
    ]);
    expect(await isKept(key)).toBe(false);
  });

  it('that says nothing is told with its reason, never as a price', async () => {
    await fetched({ html: '<html><body><h1>About us</h1></body></html>' });
    await read();
    const [seen] = await observations();
    expect(seen).toMatchObject({ outcome: 'none', amount: null, availability: null });
    expect((await row()).outcome).toBe(seen.reason);
  });

  it('is recorded once by two runs at the same time, and by one that comes late', async () => {
    await fetched();
    await Promise.all([read(), read()]);
    await read();
    expect(await observations()).toHaveLength(1);
  });

  it('is recorded by the next run when one died before its record, and removed when one died after it', async () => {
    const key = await fetched();
    const broken = { ...db, transaction: () => Promise.reject(new Error('killed')) } as Database;
    await expect(read({ ...deps(), db: broken })).rejects.toThrow('killed');
    expect((await row()).status).toBe('fetched');
    const stuck = { ...storage, remove: () => Promise.reject(new Error('killed')) };
    await expect(read({ ...deps(), storage: stuck as never })).rejects.toThrow('killed');
    expect(await isKept(key)).toBe(true);
    await read();
    expect(await isKept(key)).toBe(false);
    expect(await observations()).toHaveLength(1);
  });

  it('changes nothing once the look is another’s', async () => {
    await fetched();
    const late = { ...deps() };
    const slow = { ...storage, put: storage.put, read: storage.read };
    late.storage = {
      ...slow,
      async stat(key: string) {
        await db.pool.query('update scrapes set attempts = attempts + 1 where id = $1', [scrapeId]);
        return storage.stat(key);
      },
    } as never;
    await read(late);
    expect(await observations()).toEqual([]);
    expect((await row()).status).toBe('fetched');
  });

  it('is asked for again when it was lost', async () => {
    const key = await fetched();
    await storage.remove(key);
    await read();
    expect(await row()).toMatchObject({ status: 'planned', troubles: 1, page_key: null });
  });

  it('that lies on another site is none of the competitor’s', async () => {
    await fetched({ finalUrl: 'https://elsewhere.test/p/1', source: 'firecrawl' });
    await read();
    expect(await row()).toMatchObject({ outcome: 'redirected_away' });
    expect((await observations())[0].amount).toBeNull();
  });

  it('to which others were redirected is not used when robots.txt forbids it, and is when it allows it', async () => {
    const finalUrl = `https://${site.domain}/private/1`;
    await fetched({ finalUrl, source: 'firecrawl' });
    judgement = { kind: 'later', delayMs: 5_000 };
    expect(await read()).toEqual({ kind: 'later', delayMs: 5_000 });
    judgement = { kind: 'refused', reason: 'robots_forbidden', rule: 'line 2: Disallow: /private' };
    await read();
    expect(judged).toEqual([finalUrl, finalUrl]);
    expect(await row()).toMatchObject({ outcome: 'robots_forbidden' });
  });
});
