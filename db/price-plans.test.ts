/** What is asked of observations reads what it is asked for, however many there are: also with plans from when there were none. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type WatchedListing, watchListing } from '../test/support/observed.ts';
import { readPriceChart } from './chart-data.ts';
import { type Database, openDatabase } from './database.ts';
import { findNeededEvidence } from './needed-evidence.ts';
import {
  findLastLook,
  findLastPrice,
  findObservation,
  listObservations,
  readObservations,
} from './observation-list.ts';
import { makeObservationMonths } from './observation-months.ts';
import { findTheirPrice } from './price-facts.ts';
import { listListingPrices, readPricePeriods, summarizePrices } from './price-history.ts';
import { listWatchedPrices } from './watched-prices.ts';

let database: TestDatabase;
let young: Database;
let variantId: string;
let listing: WatchedListing;
const LISTINGS = 300;
const LOOKS = 200;

beforeAll(async () => {
  database = await createTestDatabase();
  young = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  variantId = (await seedVariants(young, [{ sku: 'KETTLE', units: 1 }])).get('KETTLE')!;
  listing = await watchListing(young, variantId);
  // Enough times for the plan that stays.
  for (let times = 0; times < 7; times++) for (const [, work] of works()) await work(young);
  await young.pool.query(
    `with l as (
       insert into listings (id, competitor_id, url) select gen_random_uuid(), $1, 'https://x.example/' || i from generate_series(1, ${LISTINGS}) i returning id
     )
     insert into observations (id, scrape_id, listing_id, competitor_id, observed_at, outcome, amount, currency, price_kind, url, source)
     select gen_random_uuid(), gen_random_uuid(), l.id, $1, now() - i * interval '6 hours', 'observed', 1000 + i, 'eur', 'exact', 'u', 'built_in'
     from l, generate_series(1, ${LOOKS}) i`,
    [listing.competitorId],
  );
  await young.pool.query(
    `insert into observations (id, scrape_id, listing_id, competitor_id, variant_id, observed_at, outcome, amount, currency, price_kind, url, source)
     select gen_random_uuid(), gen_random_uuid(), $1, $2, $3, now() - i * interval '1 day', 'observed', 1000 + i, 'eur', 'exact', 'u', 'built_in'
     from generate_series(1, 20) i`,
    [listing.listingId, listing.competitorId, variantId],
  );
  await makeObservationMonths(young);
});
afterAll(async () => {
  await young.close();
  await database.drop();
});

const DAY = 86_400_000;
const span = () => ({ since: new Date(Date.now() - 30 * DAY), until: new Date() });
const works = (): [string, (db: Database) => Promise<unknown>][] => [
  ['the last price', (db) => findLastPrice(db, listing.listingId)],
  ['the last look', (db) => findLastLook(db, listing.listingId)],
  ['one', (db) => findObservation(db, listing.listingId)],
  ['a page of a listing', (db) => listObservations(db, { listing_id: listing.listingId }, { limit: 21 })],
  ['a page of a variant', (db) => listObservations(db, { variant_id: variantId }, { limit: 21 })],
  ['a page of a competitor', (db) => listObservations(db, { competitor_id: listing.competitorId }, { limit: 21 })],
  ['a page of all', (db) => listObservations(db, {}, { limit: 21 })],
  [
    'a later page of all',
    (db) =>
      listObservations(db, {}, { limit: 21, after: { at: new Date(Date.now() - 3 * DAY), id: listing.listingId } }),
  ],
  ['the days of a listing', (db) => readPricePeriods(db, 'listing_id', listing.listingId, span(), 'day')],
  ['the days of a variant', (db) => readPricePeriods(db, 'variant_id', variantId, span(), 'day')],
  ['a summary', (db) => summarizePrices(db, 'listing_id', listing.listingId, span())],
  ['prices of listings', (db) => listListingPrices(db, variantId)],
  [
    'a chart',
    (db) => readPriceChart(db, { kind: 'variant', id: variantId }, { days: 90, taxPercent: 0, shopName: 'x' }),
  ],
  ['a page of watched prices', (db) => listWatchedPrices(db, {}, { limit: 21 })],
  ['a proposal', (db) => findTheirPrice(db, variantId, {})],
];

/** Rows that are read of all partitions, by walking them and by index, while `work` is done. */
async function rowsRead(
  work: (db: Database) => Promise<unknown>,
  db: Database,
): Promise<{ walked: number; found: number }> {
  const look = async () => {
    await db.pool.query('select pg_stat_force_next_flush()');
    const { rows } = await db.pool.query<{ walked: number; found: number }>(
      `select sum(seq_tup_read)::integer as walked, sum(idx_tup_fetch)::integer as found from pg_stat_user_tables where relname like 'observations%'`,
    );
    return rows[0]!;
  };
  const before = await look();
  await work(db);
  const after = await look();
  return { walked: after.walked - before.walked, found: after.found - before.found };
}

describe('among sixty thousand observations', () => {
  it.each(works().map(([name]) => [name]))('%s is read without a walk', async (name) => {
    const [, work] = works().find(([each]) => each === name)!;
    const fresh = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
    for (const db of [young, fresh]) {
      const { walked, found } = await rowsRead(work, db);
      expect([name, walked]).toEqual([name, 0]);
      // A page of what is watched asks for the last price and the last look of each.
      expect([name, found < 500]).toEqual([name, true]);
      if (!['one', 'a proposal'].includes(name)) expect([name, found > 0]).toEqual([name, true]);
    }
    await fresh.close();
  });

  it('all are read once each, page by page', async () => {
    const ids = new Set<string>();
    let rows = 0;
    for await (const page of readObservations(young, {})) {
      rows += page.length;
      for (const { id } of page) ids.add(id);
    }
    expect([rows, ids.size]).toEqual([LISTINGS * LOOKS + 20, LISTINGS * LOOKS + 20]);
  });

  it('evidence that is still needed is found by a look or two for each listing', async () => {
    const { walked, found } = await rowsRead((db) => findNeededEvidence(db, '2999-01'), young);
    expect(walked).toBe(0);
    expect(found).toBeLessThan((LISTINGS + 1) * 4);
  });
});
