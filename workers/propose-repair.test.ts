/** A site that is built anew, from the first page that nobody understands to the selector that a person accepted, and back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findCompetitor } from '../db/competitors.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { acceptRepair, type RepairDecision, refuseRepair, undoRepair } from '../db/decide-repair.ts';
import { listRepairs } from '../db/extraction-repairs.ts';
import { heldShapes, noteShape } from '../db/extraction-shapes.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { readPage } from '../domain/pages/read-page.ts';
import { createLogger } from '../logger.ts';
import { ObjectMissingError } from '../providers/object-storage.ts';
import { proposeRepair as queue } from '../queues/propose-repair.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';
import { keepEvidence } from './page-evidence.ts';
import { createProposeRepair } from './propose-repair.ts';
import { tellExtractionChanges } from './tell-extraction-changes.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 6 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const objects = new Map<string, Buffer>();
const storage = {
  put: async (key: string, body: Uint8Array) => void objects.set(key, Buffer.from(body)),
  stat: async (key: string) => (objects.has(key) ? { bytes: 1, modifiedAt: new Date() } : undefined),
  remove: async (key: string) => void objects.delete(key),
  read: async (key: string) => {
    const found = objects.get(key);
    if (!found) throw new ObjectMissingError(key);
    return found;
  },
};
const run = { log: createLogger({ level: 'silent', pretty: false, role: 'test' }) };
const hints = { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'Rival' };

const PRICES = ['19,99', '45,50', '7,00'];
const known = (price: string) =>
  `<html lang="de"><title>Hobel</title><h1>Hobel</h1><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",
   "name":"Hobel","offers":{"@type":"Offer","price":"${price.replace(',', '.')}","priceCurrency":"EUR","availability":"https://schema.org/InStock"}}</script><p>${price} €</p></html>`;
const anew = (price: string) =>
  `<html lang="de"><title>Hobel</title><body><main><h1>Hobel</h1><ul><li>Ab 5 Stück 6,00 €</li><li>Ab 9 Stück 5,00 €</li></ul>
   <div class="jss-41"><span data-qa="amount">${price} €</span></div></main></body></html>`;

async function look(listing: WatchedListing, html: string, daysAgo: number): Promise<void> {
  const observedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  const source = { source: 'built_in', json: null, screenshotUrl: null, rule: '', credits: 0 } as const;
  const url = 'https://rival.example/p/1';
  const page: FetchedPage = {
    url,
    finalUrl: url,
    status: 200,
    contentType: 'text/html',
    html,
    fetchedAt: observedAt,
    ...source,
  };
  const reading = readPage(page, hints);
  const evidence = await keepEvidence({ storage, publicFetch: undefined }, page);
  const observationId = await observe(db, listing, observedAt, 0, { reading, evidence });
  await db.transaction((tx) => noteShape(tx, { ...listing, observationId, observedAt, reading }));
}

async function rebuiltSite(): Promise<{ id: string; listings: WatchedListing[] }> {
  const { id, domain } = await seedCompetitor(db, { name: 'Rival' });
  const listings: WatchedListing[] = [];
  for (const _ of PRICES) listings.push(await watchListing(db, null, { id, domain }));
  for (const [at, price] of PRICES.entries()) await look(listings[at]!, known(price), 10);
  for (const [at, price] of PRICES.entries()) await look(listings[at]!, anew(price), 0);
  return { id, listings };
}

const repairsOf = (id: string) => listRepairs(db, { competitor_id: id }, { after: undefined, limit: 10 });
const propose = (id: string) => createProposeRepair({ db, storage })({ competitor_id: id }, run as never);
const decide = (how: typeof acceptRepair, id: string): Promise<RepairDecision> =>
  db.transaction((tx) => how(tx, id, 'ada'));
const siteOf = async (id: string) => (await findCompetitor(db, id))!;

it('is told once, proposed with what each page said before and says now, accepted, and taken back', async () => {
  const { id } = await rebuiltSite();
  expect(await siteOf(id)).toMatchObject({ status: 'held', status_reason: 'extraction_changed' });

  await Promise.all([1, 2, 3].map(() => tellExtractionChanges(db, 'ops@shop.example')));
  await tellExtractionChanges(db, 'ops@shop.example');
  const { rows: told } = await db.pool.query(`select data from notifications where cause like 'extraction_changed/%'`);
  expect(told).toHaveLength(1);
  expect(told[0].data).toMatchObject({ kind: 'extraction_changed', competitor: 'Rival', pages: 3, changed: 3 });
  const { rows: jobs } = await db.pool.query('select payload from outbox where queue = $1', [queue.name]);
  expect(jobs).toEqual([{ payload: { competitor_id: id } }]);

  await propose(id);
  await propose(id);
  const [repair, superseded] = await repairsOf(id);
  expect(repair).toMatchObject({ status: 'proposed', selector: '[data-qa="amount"]', tried: 3, agreed: 3 });
  expect(superseded).toMatchObject({ status: 'superseded' });
  expect(repair!.pages.map(({ before, after }) => [before.amount, after?.amount]).sort()).toEqual([
    [1999, 1999],
    [4550, 4550],
    [700, 700],
  ]);
  expect((await siteOf(id)).selectors).toEqual({});

  expect(await decide(acceptRepair, repair!.id)).toMatchObject({ kind: 'done' });
  expect(await decide(acceptRepair, repair!.id)).toMatchObject({ kind: 'settled' });
  const repaired = await siteOf(id);
  expect(repaired).toMatchObject({ status: 'active', selectors: { price: '[data-qa="amount"]' } });
  expect([...(await heldShapes(db, id))].filter((shape) => shape.includes('selector'))).toEqual([]);

  expect(await decide(undoRepair, repair!.id)).toMatchObject({ kind: 'done' });
  expect((await siteOf(id)).selectors).toEqual({});
  expect((await siteOf(id)).version).toBeGreaterThan(repaired.version);
});

it('is not proposed again when a person has refused it', async () => {
  const { id } = await rebuiltSite();
  await propose(id);
  const [repair] = await repairsOf(id);
  expect(await decide(refuseRepair, repair!.id)).toMatchObject({ kind: 'done' });
  await propose(id);
  expect((await repairsOf(id)).map(({ status }) => status)).toEqual(['refused']);
  expect(await decide(undoRepair, repair!.id)).toMatchObject({ kind: 'settled' });
});

it('is not taken back over what somebody has put there since', async () => {
  const { id } = await rebuiltSite();
  await propose(id);
  const [repair] = await repairsOf(id);
  await decide(acceptRepair, repair!.id);
  await db.pool.query(`update competitors set selectors = '{"price": ".other"}' where id = $1`, [id]);
  expect(await decide(undoRepair, repair!.id)).toMatchObject({ kind: 'overtaken' });
});

it('comes to nothing without evidence, and for a site that is gone', async () => {
  const { id } = await rebuiltSite();
  objects.clear();
  await propose(id);
  expect(await repairsOf(id)).toEqual([]);
  await propose('00000000-0000-7000-8000-000000000000');
});
