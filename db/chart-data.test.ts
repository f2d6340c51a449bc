/** What a chart shows of a variant that is watched at more pages than there is room for. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, watchListing } from '../test/support/observed.ts';
import { seedVariant } from '../test/support/seed-orders.ts';
import { readPriceChart } from './chart-data.ts';
import { type Database, openDatabase } from './database.ts';

let home: TestDatabase;
let db: Database;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'chart-data-test', max: 2 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

it('shows the pages that were seen, however many were not, and calls none of those left out', async () => {
  const { id: variantId } = await seedVariant(db, 'KETTLE', {});
  const { competitorId } = await watchListing(db, variantId);
  await db.pool.query(
    `insert into listings (id, competitor_id, variant_id, linked_by, url, priority)
     select gen_random_uuid(), $1, $2, 'url', 'https://rival.example/unseen/' || i, 9 from generate_series(1, 60) i`,
    [competitorId, variantId],
  );
  const seen = await watchListing(db, variantId, { name: 'Seen', domain: 'seen.example' });
  await observe(db, seen, new Date(Date.now() - 3_600_000), 1_900);
  await db.pool.query(
    'insert into price_watches (listing_id, competitor_id, judged_at) values ($1, $2, now()) on conflict (listing_id) do update set judged_at = now()',
    [seen.listingId, seen.competitorId],
  );
  const chart = await readPriceChart(
    db,
    { kind: 'variant', id: variantId },
    { days: 7, taxPercent: 0, shopName: 'We' },
  );
  expect(chart?.series.map(({ name }) => name)).toContain('Seen');
  expect(chart?.note).toBeUndefined();
});
