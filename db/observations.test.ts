import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertScrape, observe, priceFields, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { type Database, openDatabase } from './database.ts';
import { recordObservation } from './observations.ts';

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

const read = async (id: string) => (await db.pool.query('select * from observations where id = $1', [id])).rows[0];

describe('an observation', () => {
  it('is one for each look, however many record it at once', async () => {
    const scrapeId = await insertScrape(db, listing);
    const record = () =>
      db.transaction((tx) =>
        recordObservation(tx, {
          ...listing,
          scrapeId,
          observedAt: new Date().toISOString(),
          url: 'https://rival.example',
          source: 'built_in',
          rule: null,
          reading: { kind: 'offer', fields: priceFields(1999), shape: 's' },
        }),
      );
    const ids = (await Promise.all([1, 2, 3, 4, 5].map(record))).filter(Boolean);
    expect(ids).toHaveLength(1);
    const { rows } = await db.pool.query('select id from observations where scrape_id = $1', [scrapeId]);
    expect(rows).toEqual([{ id: ids[0] }]);
    const scrape = await db.pool.query('select observation_id from scrapes where id = $1', [scrapeId]);
    expect(scrape.rows[0]).toEqual({ observation_id: ids[0] });
  });

  it('of nothing has its reason, and neither price nor stock', async () => {
    const row = await read(await observe(db, listing, new Date(), { reason: 'captcha' }));
    expect(row).toMatchObject({ outcome: 'none', reason: 'captcha', amount: null, availability: null, reading: {} });
  });

  it('keeps what a page says however it says it', async () => {
    const fields = priceFields(500);
    const odd = { ...fields.title!, value: `\0${'x\ud83d'.repeat(400)}`, others: [] };
    const row = await read(
      await observe(db, listing, new Date(), {
        fields: {
          ...fields,
          title: odd,
          rating: { ...odd, value: 460 },
          ratingCount: { ...odd, value: 9e12 },
          listPrice: { ...odd, value: { amount: 900, currency: 'usd' } },
          price: { ...fields.price!, value: { amount: 500, currency: 'eur', kind: 'range', upper: 400 } },
          attributes: { ...odd, value: { 'co\0lor': 'red' } },
        },
      }),
    );
    expect(row).toMatchObject({ amount: 500, upper_amount: null, list_amount: null, rating: null, rating_count: null });
    expect(row.title).toHaveLength(300);
    expect(row.reading.attributes.value).toEqual({ color: 'red' });
    expect(row.reading.listPrice.value).toEqual({ amount: 900, currency: 'usd' });
  });

  it('does not lie ahead of the clock', async () => {
    const row = await read(await observe(db, listing, new Date(Date.now() + 3_600_000), 1));
    expect(row.observed_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('has its time in milliseconds, so that no page of a list ends between two', async () => {
    for (const ahead of [3_600_000, 3_600_000, -1_000]) await observe(db, listing, new Date(Date.now() + ahead), 1);
    const odd = `select count(*)::integer as odd from observations where observed_at <> date_trunc('milliseconds', observed_at)`;
    expect((await db.pool.query(odd)).rows[0].odd).toBe(0);
  });

  it('is never changed', async () => {
    const id = await observe(db, listing, new Date(), 5);
    for (const sql of ['update observations set amount = 6 where id = $1', 'delete from observations where id = $1'])
      await expect(db.pool.query(sql, [id])).rejects.toThrow('append-only');
  });
});
