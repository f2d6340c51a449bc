import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import * as competitors from './competitors.ts';
import { type Database, openDatabase } from './database.ts';
import { uuidv7 } from './ids.ts';
import { findListingForReading } from './listing-for-reading.ts';
import * as listings from './listings.ts';

let test: TestDatabase;
let db: Database;
let variants: Map<string, string>;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'listings-test', max: 2 });
  variants = await seedVariants(db, [
    { sku: 'TEE-M', units: 1, amount: 1_999 },
    { sku: 'TEE-L', units: 1, amount: 1_999 },
  ]);
});
afterAll(async () => {
  await db?.close();
  await test?.drop();
});

describe('a competitor', () => {
  it('is kept with all that was said, once per domain', async () => {
    const made = await seedCompetitor(db, {
      domain: 'all.test',
      tax_percent: 19,
      requests_per_minute: 2.5,
      shipping_amount: 499,
      selectors: { price: '.price' },
      tags: ['shoes'],
    });
    expect(await competitors.findCompetitor(db, made.id)).toEqual(made);
    expect(made).toMatchObject({ tax_percent: 19, requests_per_minute: 2.5, shipping_amount: 499, status: 'active' });
    expect(await competitors.insertCompetitor(db, { ...made })).toBeUndefined();
    expect(await competitors.findCompetitorsByDomain(db, ['all.test', 'none.test'])).toEqual([made]);
    expect(await competitors.listCompetitors(db, { tag: 'shoes', domain: 'all.test' }, { limit: 5 })).toEqual([made]);
    expect(await competitors.listCompetitors(db, { tag: 'hats' }, { limit: 5 })).toEqual([]);
  });

  it('goes only with its last listing', async () => {
    const site = await seedCompetitor(db, { domain: 'goes.test' });
    const listing = await seedListing(db, site, null);
    expect(await competitors.deleteCompetitor(db, site.id)).toBe(false);
    await listings.deleteListing(db, listing);
    expect(await competitors.deleteCompetitor(db, site.id)).toBe(true);
  });

  it('changes its status only from one that is expected', async () => {
    const { id } = await seedCompetitor(db, { domain: 'status.test' });
    const pause = { from: ['active'], to: 'paused', reason: 'sale' } as const;
    expect(await competitors.setCompetitorStatus(db, id, pause)).toMatchObject({ status: 'paused', version: 2 });
    expect(await competitors.setCompetitorStatus(db, id, pause)).toBeUndefined();
  });
});

describe('a listing', () => {
  it('watches a page once per variant', async () => {
    const site = await seedCompetitor(db, { domain: 'once.test' });
    const page = { url: 'https://once.test/p' };
    const first = await seedListing(db, site, variants.get('TEE-M')!, page);
    expect(await seedListing(db, site, variants.get('TEE-L')!, page)).not.toBe(first);
    const again = await listings.insertListing(db, site.id, (await listings.findListing(db, first))!);
    expect(again).toBeUndefined();
    const same = { variant_id: variants.get('TEE-M')!, url: page.url, search: null };
    expect(await listings.findSameListing(db, site.id, same)).toBe(first);
  });

  it('stays when its variant goes, tied to nothing, once per page', async () => {
    const gone = await seedVariants(db, [
      { sku: 'GONE-1', units: 0 },
      { sku: 'GONE-2', units: 0 },
    ]);
    const site = await seedCompetitor(db, { domain: 'stays.test' });
    const page = { url: 'https://stays.test/p' };
    const ids = [
      await seedListing(db, site, gone.get('GONE-1')!, page),
      await seedListing(db, site, gone.get('GONE-2')!, page),
    ];
    await db.pool.query('delete from stock_levels where variant_id = any($1)', [[...gone.values()]]);
    await db.pool.query('delete from variants where id = any($1)', [[...gone.values()]]);
    const left = await Promise.all(ids.map((id) => listings.findListing(db, id)));
    expect(left.map((row) => [row?.variant_id, row?.linked_by])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(left.map((row) => row?.status).sort()).toEqual(['active', 'gone']);
  });

  it('comes with all that its page is judged by', async () => {
    await db.pool.query(
      `update products set attributes = '{"brand": "Acme", "color": "red"}' where id = (select product_id from variants where sku = 'TEE-M')`,
    );
    await db.pool.query(
      `update variants set attributes = '{"color": "blue", "mpn": "AC-1"}', barcode = '4006381333931' where sku = 'TEE-M'`,
    );
    const site = await seedCompetitor(db, { domain: 'reading.test' });
    const other = await seedListing(db, site, variants.get('TEE-M')!, { url: 'https://reading.test/other' });
    const id = await seedListing(db, site, variants.get('TEE-M')!, { url: 'https://reading.test/p' });
    const found = await findListingForReading(db, id);
    expect(found?.competitor).toEqual(site);
    const { competitor_name, competitor_domain, sku, variant_name, product_name, ...row } = (await listings.findListing(
      db,
      id,
    ))!;
    expect(found?.listing).toEqual(row);
    expect(found?.decision).toBeNull();
    expect(found?.variant).toMatchObject({
      sku: 'TEE-M',
      product_name: 'Product TEE-M',
      brand: 'Acme',
      mpn: 'AC-1',
      barcode: '4006381333931',
      attributes: { brand: 'Acme', color: 'blue', mpn: 'AC-1' },
    });
    expect(found?.variant?.prices).toContainEqual({
      currency: 'eur',
      amount: 1_999,
      compare_at_amount: null,
      cost_amount: null,
    });
    expect(found?.variant?.other_listings).toContainEqual(expect.objectContaining({ id: other, status: 'active' }));
    expect(await findListingForReading(db, uuidv7())).toBeUndefined();
  });

  it('is found by what it is filtered by', async () => {
    const site = await seedCompetitor(db, { domain: 'filter.test' });
    const tied = await seedListing(db, site, variants.get('TEE-M')!, { tags: ['top'], owner: 'ada@shop.test' });
    const loose = await seedListing(db, site, null);
    const ids = async (filter: listings.ListingFilter) =>
      (await listings.listListings(db, { competitor: site.id, ...filter }, { limit: 10 })).map(({ id }) => id);
    expect(await ids({})).toEqual([tied, loose]);
    for (const filter of [{ linked: true }, { tag: 'top' }, { owner: 'ada@shop.test' }, { sku: 'TEE-M' }])
      expect(await ids(filter)).toEqual([tied]);
    expect(await ids({ linked: false })).toEqual([loose]);
    expect(await ids({ status: 'paused' })).toEqual([]);
    const [second] = await listings.listListings(db, { competitor: site.id }, { after: tied, limit: 10 });
    expect(second?.id).toBe(loose);
  });
});
