import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { type Database, openDatabase } from './database.ts';
import { makeObservationMonths } from './observation-months.ts';

let database: TestDatabase;
let db: Database;
let listing: WatchedListing;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 6 });
  listing = await watchListing(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const place = async (id: string) =>
  (await db.pool.query('select tableoid::regclass::text as partition, amount from observations where id = $1', [id]))
    .rows[0];
const nameOf = (at: Date) => `observations_${at.toISOString().slice(0, 7).replace('-', '_')}`;
const monthsFromNow = (months: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
};

it('an observation has a place before its month is made, and moves there when it is', async () => {
  const now = await observe(db, listing, new Date(), 1);
  const old = await observe(db, listing, '2019-12-31T23:59:59.999Z', 2);
  const next = await observe(db, listing, '2020-01-01T00:00:00.000Z', 3);
  expect(await place(now)).toEqual({ partition: 'observations_other', amount: 1 });
  // This month, the two ahead, and the two of clocks that were off.
  const made = await Promise.all([makeObservationMonths(db), makeObservationMonths(db)]);
  expect(made.reduce((sum, each) => sum + each)).toBe(5);
  expect(await place(now)).toEqual({ partition: nameOf(new Date()), amount: 1 });
  expect(await place(old)).toEqual({ partition: 'observations_2019_12', amount: 2 });
  expect(await place(next)).toEqual({ partition: 'observations_2020_01', amount: 3 });
  expect((await db.pool.query('select count(*)::integer as rows from observations_other')).rows[0].rows).toBe(0);
  expect(await makeObservationMonths(db)).toBe(0);
});

it('later ones go to their month at once, to its last and first moment', async () => {
  await makeObservationMonths(db);
  const insert = (at: Date) =>
    db.pool.query(
      `insert into observations (id, scrape_id, listing_id, competitor_id, observed_at, outcome, url, source)
       values (gen_random_uuid(), gen_random_uuid(), $1, $2, $3, 'observed', 'u', 'built_in') returning id`,
      [listing.listingId, listing.competitorId, at],
    );
  for (const at of [new Date(monthsFromNow(1).getTime() - 1), monthsFromNow(1), monthsFromNow(2)])
    expect((await place((await insert(at)).rows[0].id)).partition).toBe(nameOf(at));
  expect((await place((await insert(monthsFromNow(3))).rows[0].id)).partition).toBe('observations_other');
});

it('rows of a month that was made are as much append-only as all others', async () => {
  const id = await observe(db, listing, '2019-12-05T00:00:00Z', 7);
  expect((await place(id)).partition).toBe('observations_2019_12');
  await expect(db.pool.query('delete from observations_2019_12 where id = $1', [id])).rejects.toThrow('append-only');
  await observe(db, listing, '2015-12-05T00:00:00Z', 7);
  await expect(db.pool.query('delete from observations_other')).rejects.toThrow('append-only');
});

it('a month that somebody holds up is made by the next pass', async () => {
  await observe(db, listing, '2018-03-05T00:00:00Z', 9);
  const reader = await db.pool.connect();
  await reader.query('begin');
  await reader.query('select count(*) from observations_other');
  await expect(makeObservationMonths(db)).rejects.toThrow('lock timeout');
  await reader.query('commit');
  reader.release();
  expect(await makeObservationMonths(db)).toBeGreaterThan(0);
});
