import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { insertRule, type RuleFields } from '../db/alert-rules.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { insertMute } from '../db/price-mutes.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, priceFields, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { seedVariant } from '../test/support/seed-orders.ts';
import { createJudgePrice, type JudgePriceDeps } from './judge-price.ts';

let home: TestDatabase;
let db: Database;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'judge-price-test', max: 10 });
});
beforeEach(() =>
  db.pool.query(
    'delete from alert_rules; delete from notifications; delete from price_alerts; delete from price_mutes',
  ),
);
afterAll(async () => {
  await db.close();
  await home.drop();
});

const NOW = Date.now();
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

const rule = (changes: Partial<RuleFields> = {}) =>
  insertRule(db, {
    ...{
      name: 'Cheaper than we are',
      kind: 'undercut',
      scope: 'all',
      scope_value: null,
      percent: null,
      amount: null,
      rank: null,
    },
    ...{ delivery: 'immediate', hysteresis_percent: 1, cool_down_hours: 24, cap: 10, escalate_after_hours: null },
    ...{ only_in_stock: true, enabled: true },
    ...changes,
  });

const deps = (changes: Partial<JudgePriceDeps> = {}): JudgePriceDeps => ({
  ...{ db, merchandiserEmail: 'merch@shop.example', recheckSeconds: 600, taxPercent: 0, withShipping: false },
  ...changes,
});
const judge = (listing: WatchedListing, changes?: Partial<JudgePriceDeps>) =>
  createJudgePrice(deps(changes))({ listing_id: listing.listingId }, { log: undefined as never });

let seeded = 0;
/** Of a variant that costs 20.00 with us, and 25.00 there since two looks ago. */
async function watched(amounts: number[] = [2_500, 2_500], competitor?: { id?: string; currency?: string }) {
  const { id } = await seedVariant(db, `KETTLE-${++seeded}`, {});
  await db.pool.query(
    `insert into prices (variant_id, currency, amount, cost_amount) values ($1, 'eur', 2000, 1500)
     on conflict (variant_id, currency) do update set amount = 2000, cost_amount = 1500`,
    [id],
  );
  const listing = await watchListing(db, id, competitor);
  for (const [n, amount] of amounts.entries()) await observe(db, listing, minutesAgo(1_000 - n), amount);
  await judge(listing);
  return listing;
}

interface Alert {
  id: string;
  status: string;
  kind: string;
  resolution: string | null;
  held_reasons: string[];
  delivery: string | null;
  facts: Record<string, unknown>;
}
const alertsOf = async ({ listingId }: WatchedListing) =>
  (await db.pool.query<Alert>('select * from price_alerts where listing_id = $1 order by id', [listingId])).rows;
const mails = async () =>
  (
    await db.pool.query(
      "select cause, recipient, topic, urgency, data from notifications where template = 'price-alert' order by id",
    )
  ).rows;
const rechecks = async ({ listingId }: WatchedListing) =>
  (await db.pool.query("select 1 from scrapes where listing_id = $1 and reason = 'recheck'", [listingId])).rowCount;
const historyOf = async (id: string) =>
  (
    await db.pool.query<{ type: string }>('select type from price_alert_events where alert_id = $1 order by sequence', [
      id,
    ])
  ).rows.map(({ type }) => type);

describe('a price that crosses ours', () => {
  it('is one alert and one mail, with all that explains it; judged again it is nothing new', async () => {
    await rule({ percent: 5, amount: 50 });
    const listing = await watched();
    const seen = await observe(db, listing, minutesAgo(5), 1_800);
    for (let run = 0; run < 3; run++) expect(await judge(listing)).toMatchObject({ kind: 'done' });
    const [alert, ...others] = await alertsOf(listing);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      status: 'open',
      observation_id: seen,
      facts: {
        theirs: { amount: 1_800, currency: 'eur' },
        ours: { amount: 2_000, currency: 'eur' },
        previous: { amount: 2_500, currency: 'eur' },
        lowest_30_days: { amount: 2_500, currency: 'eur' },
        margin_percent: 25,
        margin_after_percent: 16.7,
        match: { by: 'url' },
      },
    });
    expect(await mails()).toEqual([
      expect.objectContaining({
        cause: `price_alert.opened/${alert!.id}`,
        recipient: 'merch@shop.example',
        topic: 'price_alert',
      }),
    ]);
    expect(await historyOf(alert!.id)).toEqual(['opened']);
    const webhooks = await db.pool.query(
      "select type from shop_events where object = 'price_alert' and object_id = $1",
      [alert!.id],
    );
    expect(webhooks.rows).toEqual([{ type: 'price_alert.opened' }]);
  });

  it('is judged once by any number of runs at the same time, whatever was seen meanwhile', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 1_800);
    await observe(db, listing, minutesAgo(4), { reason: 'captcha' });
    await observe(db, listing, minutesAgo(3), 1_790);
    await Promise.all(Array.from({ length: 6 }, () => judge(listing)));
    expect(await alertsOf(listing)).toHaveLength(1);
    expect(await mails()).toHaveLength(1);
  });

  it('ends by itself, and a failed look ends nothing', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 1_800);
    await observe(db, listing, minutesAgo(4), { reason: 'blocked' });
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'open' }]);
    await observe(db, listing, minutesAgo(3), 2_100);
    await judge(listing);
    const [alert] = await alertsOf(listing);
    expect(alert).toMatchObject({ status: 'resolved', resolution: 'over' });
    expect(await historyOf(alert!.id)).toEqual(['opened', 'resolved']);
  });
});

describe('one look that fires several rules', () => {
  it('is several alerts and one mail, of what presses most, which names them all', async () => {
    await rule({ kind: 'price_drop', percent: 10, name: 'A tenth off' });
    await rule({ percent: 5, name: 'Below us' });
    await rule({ kind: 'position', percent: null, rank: 1, name: 'First', delivery: 'digest' });
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 1_800);
    for (let run = 0; run < 2; run++) await judge(listing);
    const alerts = await alertsOf(listing);
    const first = alerts.find(({ kind }) => kind === 'undercut')!;
    expect(alerts.map(({ kind, status }) => [kind, status]).toSorted()).toEqual([
      ['position', 'open'],
      ['price_drop', 'open'],
      ['undercut', 'open'],
    ]);
    const cause = `price_alert.opened/${first.id}`;
    const also = [
      expect.objectContaining({ rule: 'price_drop', ruleName: 'A tenth off', limitPercent: 10 }),
      expect.objectContaining({ rule: 'position', ruleName: 'First', limitRank: 1 }),
    ];
    expect(await mails()).toEqual([
      expect.objectContaining({ cause, data: expect.objectContaining({ rule: 'undercut', also }) }),
    ]);
    for (const { id } of alerts)
      expect(await historyOf(id)).toEqual(id === first.id ? ['opened'] : ['opened', 'told_with']);
  });
});

describe('what waits to be told', () => {
  const waiting = async () =>
    (
      await db.pool.query<{ status: string; code: string | null }>(
        "select status, error ->> 'code' as code from notifications where template = 'price-alert' order by id",
      )
    ).rows;

  it('is not told when it is over by then, and is when it goes on', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(9), 1_800);
    await judge(listing);
    await db.pool.query("update notifications set status = 'held', due_at = now() + interval '1 hour'");
    await observe(db, listing, minutesAgo(7), 2_100);
    await judge(listing);
    expect(await waiting()).toEqual([{ status: 'suppressed', code: 'alert_over' }]);
    await observe(db, listing, minutesAgo(5), 1_800);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'open' }]);
    expect(await waiting()).toEqual([{ status: 'held', code: 'held' }]);
  });

  it('is told as long as one of the alerts that it tells of goes on, and what was sent stays as it is', async () => {
    await rule();
    await rule({ kind: 'price_drop', percent: 10 });
    const listing = await watched();
    await observe(db, listing, minutesAgo(9), 1_980);
    await judge(listing);
    await db.pool.query("update notifications set status = 'held', due_at = now() + interval '1 hour'");
    await observe(db, listing, minutesAgo(7), 2_100);
    await judge(listing);
    const statuses = (await alertsOf(listing)).map(({ kind, status }) => [kind, status]).toSorted();
    expect(statuses).toEqual([
      ['price_drop', 'open'],
      ['undercut', 'resolved'],
    ]);
    expect(await waiting()).toMatchObject([{ status: 'held' }]);
    await db.pool.query("update notifications set status = 'delivered'");
    await observe(db, listing, minutesAgo(5), 2_490);
    await judge(listing);
    expect(await waiting()).toMatchObject([{ status: 'delivered' }]);
  });
});

describe('what is doubted', () => {
  it('is held, looked at again, and told when that says the same', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 900);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'held', held_reasons: ['large_change'] }]);
    expect([await mails(), await rechecks(listing)]).toEqual([[], 1]);
    await observe(db, listing, minutesAgo(1), 900);
    await judge(listing);
    const [alert, ...others] = await alertsOf(listing);
    expect([alert?.status, others]).toEqual(['open', []]);
    expect(await historyOf(alert!.id)).toEqual(['held', 'opened']);
    expect(await mails()).toHaveLength(1);
  });

  it('is never told when the second look says otherwise', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 900);
    await judge(listing);
    await observe(db, listing, minutesAgo(1), 2_500);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'resolved', resolution: 'not_confirmed' }]);
    expect(await mails()).toEqual([]);
    const webhooks = await db.pool.query('select 1 from shop_events where object_id = $1', [
      (await alertsOf(listing))[0]!.id,
    ]);
    expect(webhooks.rowCount).toBe(0);
  });

  it('many of a site at once: from the third on they are looked at again', async () => {
    await rule();
    const first = await watched();
    const all = [first];
    for (let n = 1; n < 9; n++) all.push(await watched(undefined, { id: first.competitorId }));
    for (const listing of all) {
      await observe(db, listing, minutesAgo(5), 1_900);
      await judge(listing);
    }
    const statuses = await Promise.all(all.map(async (listing) => (await alertsOf(listing))[0]?.status));
    expect(statuses).toEqual([...Array(2).fill('open'), ...Array(7).fill('held')]);
    expect((await alertsOf(all[8]!))[0]?.held_reasons).toEqual(['many_at_once']);
  });
});

describe('which rules', () => {
  it('cover a listing by its scope; a tag is of the listing or of its site', async () => {
    const listing = await watched();
    const product = (await db.pool.query('select product_id from variants where id = $1', [listing.variantId])).rows[0]
      .product_id;
    await db.pool.query("update listings set tags = '{kitchen}' where id = $1", [listing.listingId]);
    await rule({ scope: 'product', scope_value: product });
    await rule({ scope: 'tag', scope_value: 'kitchen' });
    await rule({ scope: 'variant', scope_value: listing.variantId });
    await rule({ scope: 'competitor', scope_value: listing.competitorId });
    await rule({ scope: 'tag', scope_value: 'garden' });
    await rule({ enabled: false });
    await observe(db, listing, minutesAgo(5), 1_800);
    await judge(listing);
    expect(await alertsOf(listing)).toHaveLength(4);
  });

  it('are muted for a while, and told when it is over', async () => {
    await rule();
    const listing = await watched();
    const mute = await insertMute(db, {
      scope: 'listing',
      scope_value: listing.listingId,
      rule_id: null,
      reason: null,
      actor: null,
      hours: 24,
    });
    await observe(db, listing, minutesAgo(5), 1_800);
    await judge(listing);
    expect(await alertsOf(listing)).toEqual([]);
    await db.pool.query(
      "update price_mutes set created_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where id = $1",
      [mute.id],
    );
    await observe(db, listing, minutesAgo(1), 1_800);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'open' }]);
  });

  it('tell so many in an hour by themselves, the rest together', async () => {
    await rule({ cap: 2 });
    const all = [await watched(), await watched(), await watched()];
    for (const listing of all) {
      await observe(db, listing, minutesAgo(5), 1_800);
      await judge(listing);
    }
    const deliveries = await Promise.all(all.map(async (listing) => (await alertsOf(listing))[0]?.delivery));
    expect(deliveries).toEqual(['immediate', 'immediate', 'hourly']);
    expect((await mails()).map(({ data }) => data.together ?? 'alone')).toEqual(['alone', 'alone', 'hourly']);
  });

  it('a page that is tied to nothing any more is kept, and its alerts end', async () => {
    await rule();
    const listing = await watched();
    await observe(db, listing, minutesAgo(5), 1_800);
    await judge(listing);
    await db.pool.query('update listings set variant_id = null, linked_by = null where id = $1', [listing.listingId]);
    await observe(db, { ...listing, variantId: null }, minutesAgo(1), 1_700);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'resolved', resolution: 'unlinked' }]);
  });
});

describe('a page that is tied to another variant', () => {
  it('ends what was told of the former one, and is judged for the new one', async () => {
    await rule();
    const listing = await watched();
    const other = await watched();
    await observe(db, listing, minutesAgo(9), 1_800);
    await judge(listing);
    await db.pool.query('update listings set variant_id = $2 where id = $1', [listing.listingId, other.variantId]);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'resolved', resolution: 'unlinked' }]);
    for (const minutes of [5, 4])
      await observe(db, { ...listing, variantId: other.variantId }, minutesAgo(minutes), 1_800);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([
      { status: 'resolved' },
      { status: 'open', variant_id: other.variantId },
    ]);
  });
});

describe('what no page means', () => {
  it('a price of nothing is never told, and a pack of no whole number is none', async () => {
    await rule();
    const listing = await watched();
    for (const minutes of [5, 4, 3]) await observe(db, listing, minutesAgo(minutes), 0);
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'held' }]);
    const odd = { ...priceFields(1_800), packCount: { ...priceFields(1).title!, value: 'several' } } as never;
    await observe(db, listing, minutesAgo(1), { fields: odd });
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([{ status: 'open', facts: { comparable: { amount: 1_800 } } }]);
  });
});

describe('prices in different terms', () => {
  const dollars = (amount: number) => ({ fields: priceFields(amount, { currency: 'usd' }) });

  it('are compared by the rate of exchange, and not without one', async () => {
    await rule();
    const listing = await watched([]);
    for (const minutes of [20, 10]) await observe(db, listing, minutesAgo(minutes), dollars(2_000));
    await judge(listing);
    expect(await alertsOf(listing)).toEqual([]);
    await db.pool.query("insert into exchange_rates (base, quote, rate, as_of) values ('eur', 'usd', 1.25, now())");
    await observe(db, listing, minutesAgo(5), dollars(2_000));
    await judge(listing);
    expect(await alertsOf(listing)).toMatchObject([
      {
        facts: {
          comparable: { amount: 1_600, currency: 'eur' },
          notes: [{ kind: 'currency', from: 'usd', rate: 0.8 }],
        },
      },
    ]);
  });

  it('are compared without our tax, for one piece', async () => {
    await rule();
    const listing = await watched();
    await db.pool.query('update listings set pack_count = 2 where id = $1', [listing.listingId]);
    await observe(db, listing, minutesAgo(5), 3_000);
    await judge(listing, { taxPercent: 25 });
    expect(await alertsOf(listing)).toMatchObject([
      { facts: { comparable: { amount: 1_200 }, theirs: { amount: 3_000 } } },
    ]);
  });
});
