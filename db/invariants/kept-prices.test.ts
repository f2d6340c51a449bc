import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedVariants } from '../../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { observe, watchListing } from '../../test/support/observed.ts';
import { type Database, openDatabase } from '../database.ts';
import { approveReprice, proposeReprice, undoReprice } from '../reprices.ts';
import { keptPrices } from './kept-prices.ts';
import { askRule } from './rule.ts';

let home: TestDatabase;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

const broken = async () => {
  const values = { graceSeconds: 0, waitSeconds: 0, limit: 10, facts: '{}' };
  const found = await Promise.all(
    keptPrices.map(async (rule) => [rule.name, (await askRule(db, rule, values)).count] as const),
  );
  return found.filter(([, count]) => count > 0).map(([name]) => name);
};

it('hold of what is kept as it is made, and find what is wrong', async () => {
  const variantId = (await seedVariants(db, [{ sku: 'KETTLE', units: 1 }])).get('KETTLE')!;
  const listing = await watchListing(db, variantId);
  await observe(db, listing, new Date(), 1999);
  const propose = (toAmount: number) =>
    db.transaction((tx) =>
      proposeReprice(tx, { variantId, currency: 'eur', fromAmount: 2000, toAmount, rule: { kind: 'set' }, basis: {} }),
    );
  const { id } = await propose(1900);
  await db.transaction((tx) => approveReprice(tx, id, 'x'));
  await db.transaction((tx) => undoReprice(tx, id, 'x'));
  const open = await propose(1800);
  expect(await broken()).toEqual([]);

  await db.pool.query('update reprices set expires_at = $2 where id = $1', [open.id, new Date(Date.now() - 3_600_000)]);
  expect(await broken()).toEqual(['reprice_open_beyond_its_time']);
  await db.pool.query(`delete from reprices where id = $1`, [open.id]);
  await db.pool.query('delete from price_changes where reprice_id = $1 and to_amount = 1900', [id]);
  expect(await broken()).toEqual(['reprice_applied_without_a_change']);
  await db.pool.query('alter table prices disable trigger prices_update_noted');
  await db.pool.query('update prices set amount = 7 where variant_id = $1', [variantId]);
  expect(await broken()).toContain('price_that_no_change_led_to');
  await db.pool.query(
    `insert into observations (id, scrape_id, listing_id, competitor_id, observed_at, outcome, url, source)
     select gen_random_uuid(), scrape_id, listing_id, competitor_id, now(), 'observed', url, source from observations`,
  );
  expect(await broken()).toContain('two_observations_of_one_look');
});
