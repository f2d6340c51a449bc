import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, watchListing } from '../test/support/observed.ts';
import { alertOf } from '../test/support/use-alerts.ts';
import { priceAlertSteps, watchSites } from './sweep-price-alerts.ts';

let home: TestDatabase;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'sweep-alerts-test', max: 10 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

const options = () => ({
  db,
  staleSeconds: 10,
  operationsEmail: 'ops@shop.example',
  merchandiserEmail: 'merch@shop.example',
});
const sweep = () => Promise.all(priceAlertSteps(options()).map((step) => step()));
const rows = async <T>(sql: string, values: unknown[] = []) => (await db.pool.query(sql, values)).rows as T[];
const one = async <T>(sql: string, values: unknown[] = []) => (await rows<T>(sql, values))[0];

describe('the sweep', () => {
  it('escalates what nobody has done anything about, once, urgently', async () => {
    const [due, early] = [await alertOf(db, 1_000), await alertOf(db, 1_000)];
    await db.pool.query("update price_alerts set escalate_at = now() - interval '1 minute' where id = $1", [due]);
    await db.pool.query("update price_alerts set escalate_at = now() + interval '1 hour' where id = $1", [early]);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await one('select status from price_alerts where id = $1', [due])).toEqual({ status: 'escalated' });
    expect(await one('select status from price_alerts where id = $1', [early])).toEqual({ status: 'open' });
    expect(
      await rows("select urgency, data -> 'escalated' as escalated from notifications where cause = $1", [
        `price_alert.escalated/${due}`,
      ]),
    ).toEqual([{ urgency: 'now', escalated: true }]);
    expect(await rows('select type from shop_events where object_id = $1 order by sequence', [due])).toEqual([
      { type: 'price_alert.opened' },
      { type: 'price_alert.escalated' },
    ]);
  });

  it('ends what is long known, and what is of nothing any more', async () => {
    const [old, orphan] = [await alertOf(db, 1_000), await alertOf(db, 1_000)];
    await db.pool.query(
      "update price_alerts set kind = 'price_drop', opened_at = now() - interval '31 days' where id = $1",
      [old],
    );
    await db.pool.query('update price_alerts set rule_id = null where id = $1', [orphan]);
    await sweep();
    expect(await one('select resolution from price_alerts where id = $1', [old])).toEqual({ resolution: 'aged' });
    expect(await one('select resolution from price_alerts where id = $1', [orphan])).toEqual({
      resolution: 'unlinked',
    });
  });

  it('has judged what nobody judged', async () => {
    const listing = await watchListing(db);
    await observe(db, listing, new Date(Date.now() - 600_000), 1_000);
    await sweep();
    expect(
      await rows("select 1 from outbox where queue = 'judge-price' and job_id = $1", [`listing-${listing.listingId}`]),
    ).toHaveLength(1);
  });

  it('tells of a site that cannot be seen once, and ends it when it can', async () => {
    const listing = await watchListing(db);
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    for (let n = 0; n < 6; n++) await observe(db, listing, at(100 - n), { reason: 'captcha' });
    await Promise.all([watchSites(options()), watchSites(options())]);
    await watchSites(options());
    const told = await rows<{ data: object; recipient: string }>(
      "select recipient, data from notifications where cause like 'site_failing/%'",
    );
    expect(told).toEqual([
      {
        recipient: 'ops@shop.example',
        data: expect.objectContaining({ kind: 'site_failing', looks: 6, failed: 6, cause: 'captcha' }),
      },
    ]);
    const open = () =>
      one<{ resolved_at: Date | null }>(
        "select resolved_at from exceptions where code = 'site_failing' and subject = $1",
        [listing.competitorId],
      );
    expect(await open()).toEqual({ resolved_at: null });
    for (let n = 0; n < 3; n++) await observe(db, listing, at(10 - n), 1_000);
    await watchSites(options());
    expect((await open())?.resolved_at).toBeInstanceOf(Date);
    expect(await rows('select 1 from site_failures where resolved_at is null')).toEqual([]);
  });

  it('tells of a site that fails now, however well the day went before, and of no single page', async () => {
    const first = await watchListing(db);
    const owner = { id: first.competitorId };
    const others = [await watchListing(db, null, owner), await watchListing(db, null, owner)];
    const pages = [first, ...others];
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    for (let n = 0; n < 30; n++) await observe(db, pages[n % 3]!, at(200 - n), 1_000);
    for (let n = 0; n < 10; n++) await observe(db, first, at(100 - n), { reason: 'not_found' });
    const failures = () => rows('select failed from site_failures where competitor_id = $1', [first.competitorId]);
    await watchSites(options());
    expect(await failures()).toEqual([]);
    for (let n = 0; n < 10; n++) await observe(db, pages[n % 3]!, at(50 - n), { reason: 'captcha' });
    await watchSites(options());
    expect(await failures()).toEqual([{ failed: 10 }]);
  });

  it('what we did not look at ourselves says nothing of a site', async () => {
    const listing = await watchListing(db);
    for (let n = 0; n < 6; n++)
      await observe(db, listing, new Date(Date.now() - 60_000 - n), { reason: 'robots_forbidden' });
    await watchSites(options());
    expect(await rows('select 1 from site_failures where competitor_id = $1', [listing.competitorId])).toEqual([]);
  });
});
