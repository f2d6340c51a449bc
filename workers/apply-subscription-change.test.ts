import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { recordSubscription } from '../db/record-subscription.ts';
import { takeReading } from '../db/stripe-readings.ts';
import { findChange, insertChange } from '../db/subscription-changes.ts';
import { listSubscriptionEvents } from '../db/subscription-events.ts';
import { findLiveLines, toPlan } from '../db/subscription-lines.ts';
import { findSubscription, lockSubscription, type SubscriptionRow } from '../db/subscriptions.ts';
import type { Change } from '../domain/subscriptions/change.ts';
import { skipUntil } from '../domain/subscriptions/schedule.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeBilling, type FakeBilling } from '../test/support/fake-billing.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { placeTestSubscription, planOf, type TestSubscription } from '../test/support/subscriptions.ts';
import { createApplySubscriptionChange } from './apply-subscription-change.ts';
import { findSubscriptionJobs, resumeDueSubscriptions } from './sweep-subscriptions.ts';

const run = { log: pino({ level: 'silent' }) };
const jobsOf = statement(
  'test_jobs',
  `select job_id from outbox where queue = 'apply-subscription-change' and payload ->> 'subscription_id' = $1 order by created_at`,
);
const mailsOf = statement(
  'test_mails',
  `select template from notifications where data ->> 'subscriptionId' = $1 order by created_at, id`,
);
const exceptionOf = statement('test_exception', 'select code, detail from exceptions where subject = $1');
const age = statement(
  'test_age',
  `update subscription_changes set updated_at = now() - interval '1 hour' where id = $1`,
);
const endPause = statement(
  'test_end_pause',
  `update subscriptions set paused_until = now() - interval '1 s' where id = $1`,
);
const knownProducts = statement('test_products', 'select id from billing_products');
const closeJobs = statement('test_close', 'delete from outbox where job_id = $1');

describe('changing a subscription at Stripe', () => {
  let database: TestDatabase;
  let db: Database;
  let billing: FakeBilling;
  let payments: ReturnType<typeof createFakePayments>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    await seedVariants(db, [
      { sku: 'A', units: 100 },
      { sku: 'B', units: 100, amount: 550 },
    ]);
    payments = createFakePayments();
    billing = createFakeBilling();
  });
  beforeEach(async () => {
    billing = createFakeBilling();
    await makeProducts();
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const apply = (subscriptionId: string, changeId: string) =>
    createApplySubscriptionChange({ db, payments, billing })(
      { subscription_id: subscriptionId, change_id: changeId },
      run,
    );
  const ask = (id: string, change: Change, actor = 'test') =>
    db.transaction(async (tx) => {
      await lockSubscription(tx, id);
      return insertChange(tx, id, change, actor);
    });
  const start = async (wish?: TestSubscription) => {
    const placed = await placeTestSubscription(db, wish);
    await apply(placed.id, placed.changeId);
    return placed.id;
  };
  /** The table of known products outlives a test's Stripe. */
  const makeProducts = async () => {
    for (const { id } of await db.rows<{ id: string }>(knownProducts)) await billing.ensureProduct(id, '');
  };
  const get = async (id: string) => (await findSubscription(db, id)) as SubscriptionRow;
  const at = (row: SubscriptionRow) => billing.subscriptions.get(row.provider_id!)!;
  const events = async (id: string) => (await listSubscriptionEvents(db, id, 0, 100)).map(({ type }) => type);
  const change = async (id: string, wish: Change) => {
    const changeId = await ask(id, wish);
    const outcome = await apply(id, changeId);
    return { changeId, outcome, row: await get(id) };
  };

  it('makes it once, with our prices, and tells it', async () => {
    const { id, changeId } = await placeTestSubscription(db);
    await apply(id, changeId);
    await apply(id, changeId);
    const row = await get(id);
    expect(billing.made).toEqual(['createSubscription']);
    expect(row).toMatchObject({
      status: 'active',
      subtotal_amount: 4_000,
      provider_id: expect.stringMatching(/^sub_/),
    });
    expect(at(row).items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(row.total_amount);
    const lines = await findLiveLines(db, [id]);
    expect(lines.map(({ kind }) => kind)).toEqual(['goods', 'shipping', 'tax']);
    expect(lines.every(({ provider_item_id }) => provider_item_id)).toBe(true);
    expect(await events(id)).toEqual(['subscription.created', 'subscription.started']);
    expect(await db.rows(mailsOf, [id])).toEqual([{ template: 'subscription-started' }]);
  });

  it.each(['jpy', 'kwd'])('bills in %s what an order would cost', async (currency) => {
    const row = await get(await start({ currency }));
    const billed = at(row).items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0);
    expect(billed).toBe(row.subtotal_amount + row.shipping_amount + row.tax_amount);
    expect(billed % (currency === 'kwd' ? 10 : 1)).toBe(0);
  });

  it('waits for its first payment where nothing is saved, and keeps the secret until then', async () => {
    const id = await start({ paymentMethod: null });
    const row = await get(id);
    expect(row).toMatchObject({ status: 'incomplete', client_secret: 'pi_1_secret_x', client_secret_kind: 'payment' });
    expect(await db.rows(mailsOf, [id])).toEqual([]);
    Object.assign(at(row), { status: 'active', clientSecret: null });
    await db.transaction(async (tx) => recordSubscription(tx, at(row), await takeReading(tx)));
    expect(await get(id)).toMatchObject({ status: 'active', client_secret: null });
    expect(await db.rows(mailsOf, [id])).toEqual([{ template: 'subscription-started' }]);
  });

  it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
    'makes one, whatever becomes of the answer: %s',
    async (failure) => {
      const { id, changeId } = await placeTestSubscription(db);
      billing.failNext('createSubscription', failure);
      await expect(apply(id, changeId)).rejects.toThrow();
      await apply(id, changeId);
      expect(billing.subscriptions.size).toBe(1);
      expect(await get(id)).toMatchObject({ status: 'active', provider_id: expect.stringMatching(/^sub_/) });
    },
  );

  it('finds what a killed run has made, though the keys are forgotten', async () => {
    const { id, changeId } = await placeTestSubscription(db);
    const dying = { ...db, transaction: () => Promise.reject(new Error('killed')) } as Database;
    const act = createApplySubscriptionChange({ db: dying, payments, billing });
    await expect(act({ subscription_id: id, change_id: changeId }, run)).rejects.toThrow('killed');
    const later = createFakeBilling();
    for (const [key, value] of billing.subscriptions) later.subscriptions.set(key, value);
    billing = later;
    await apply(id, changeId);
    expect(billing.made).toEqual([]);
    expect(await get(id)).toMatchObject({ status: 'active', provider_id: expect.stringMatching(/^sub_/) });
  });

  it('makes products anew that Stripe does not have after all', async () => {
    const id = await start();
    billing.products.clear();
    const next = await placeTestSubscription(db);
    await expect(apply(next.id, next.changeId)).rejects.toThrow('No such product');
    await apply(next.id, next.changeId);
    expect(await get(next.id)).toMatchObject({ status: 'active' });
    expect(id).not.toBe(next.id);
  });

  it('ends where Stripe refuses it, and says why to the customer and to the exceptions list', async () => {
    const { id, changeId } = await placeTestSubscription(db);
    billing.failNext('createSubscription', new PaymentRefusedError('resource_missing', 'No such coupon', 'discounts'));
    expect(await apply(id, changeId)).toEqual({ kind: 'done', note: 'create: refused, resource_missing' });
    expect(await get(id)).toMatchObject({ status: 'rejected' });
    expect(await findChange(db, changeId)).toMatchObject({ status: 'refused', error: { message: 'No such coupon' } });
    expect(await db.rows(exceptionOf, [changeId])).toMatchObject([{ code: 'subscription_change_refused' }]);
    expect(await events(id)).toEqual(['subscription.created', 'subscription.change_refused', 'subscription.rejected']);
  });

  const planChange = async (id: string, lines: { sku: string; quantity: number }[], more: object = {}) => {
    const earlier = toPlan(await get(id), await findLiveLines(db, [id]));
    const plan = await planOf(db, lines, {}, earlier.lines);
    return { kind: 'plan', wish: { plan, proration: 'create_prorations', setsCoupon: false, ...more } } as const;
  };

  it('changes, adds and removes items, and keeps what an old invoice may name', async () => {
    const id = await start();
    const [before] = await findLiveLines(db, [id]);
    const { row } = await change(
      id,
      await planChange(id, [
        { sku: 'A', quantity: 3 },
        { sku: 'B', quantity: 1 },
      ]),
    );
    const lines = await findLiveLines(db, [id]);
    expect(lines.filter(({ kind }) => kind === 'goods').map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['A', 3],
      ['B', 1],
    ]);
    expect(lines[0]?.provider_item_id).toBe(before?.provider_item_id);
    expect(at(row).items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(row.total_amount);
    await change(id, await planChange(id, [{ sku: 'B', quantity: 1 }]));
    expect(
      at(row)
        .items.map(({ lineId }) => lineId)
        .sort(),
    ).toEqual((await findLiveLines(db, [id])).map((line) => line.id).sort());
    const kept = statement(
      'test_kept',
      'select removed_at is not null as removed from subscription_lines where id = $1',
    );
    expect(await db.rows(kept, [before?.id])).toEqual([{ removed: true }]);
  });

  it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
    'adds an item once, whatever becomes of the answer: %s',
    async (failure) => {
      const id = await start();
      const changeId = await ask(
        id,
        await planChange(id, [
          { sku: 'A', quantity: 2 },
          { sku: 'B', quantity: 4 },
        ]),
      );
      billing.failNext('updateSubscription', failure);
      await expect(apply(id, changeId)).rejects.toThrow();
      await apply(id, changeId);
      const row = await get(id);
      expect(billing.made.filter((method) => method === 'updateSubscription')).toHaveLength(1);
      expect(at(row).items).toHaveLength(4);
      expect(await findChange(db, changeId)).toMatchObject({ status: 'applied' });
    },
  );
  it('sets a coupon once, together with items or alone', async () => {
    const id = await start();
    const wish = await planChange(id, [{ sku: 'A', quantity: 5 }], { setsCoupon: true });
    const both = { ...wish, wish: { ...wish.wish, plan: { ...wish.wish.plan, coupon: 'TEN' } } };
    const first = await ask(id, both);
    billing.failNext('updateSubscription', 'stuck_after');
    await expect(apply(id, first)).rejects.toThrow();
    await apply(id, first);
    expect(billing.coupons).toEqual(['TEN']);
    const none = await planChange(id, [{ sku: 'A', quantity: 5 }], { setsCoupon: true });
    await change(id, { ...none, wish: { ...none.wish, plan: { ...none.wish.plan, coupon: null } } });
    expect(billing.coupons).toEqual(['TEN', '']);
    expect(await get(id)).toMatchObject({ coupon: null });
  });

  it('makes changes one after the other, in the order in which they were asked', async () => {
    const id = await start();
    const first = await ask(id, { kind: 'pause', wish: { until: null } });
    const second = await ask(id, { kind: 'cancel', wish: { at: 'now', reason: 'enough' } });
    expect(await db.rows(jobsOf, [id])).not.toContainEqual({ job_id: `subscription-change-${second}` });
    expect(await apply(id, second)).toMatchObject({ kind: 'later' });
    await Promise.all([apply(id, first), apply(id, first)]);
    expect(await db.rows(jobsOf, [id])).toContainEqual({ job_id: `subscription-change-${second}` });
    await apply(id, second);
    expect(billing.made).toEqual(['createSubscription', 'pauseSubscription', 'cancelSubscription']);
    expect(await get(id)).toMatchObject({ status: 'canceled', cancel_reason: 'enough' });
    expect(await db.rows(mailsOf, [id])).toEqual([
      { template: 'subscription-started' },
      { template: 'subscription-canceled' },
    ]);
  });

  it('refuses what comes after the end, with the reason', async () => {
    const id = await start();
    await change(id, { kind: 'cancel', wish: { at: 'now', reason: null } });
    const { changeId } = await change(id, { kind: 'pause', wish: { until: null } });
    expect(await findChange(db, changeId)).toMatchObject({ status: 'refused', error: { code: 'subscription_ended' } });
  });

  it('pauses until a day, and the schedule resumes it then, once', async () => {
    const id = await start();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const { row } = await change(id, { kind: 'pause', wish: { until } });
    expect(row).toMatchObject({ status: 'paused', paused_until: new Date(until) });
    await resumeDueSubscriptions(db);
    expect(await db.rows(jobsOf, [id])).toHaveLength(2);
    await db.rows(endPause, [id]);
    await Promise.all([resumeDueSubscriptions(db), resumeDueSubscriptions(db)]);
    const jobs = await db.rows<{ job_id: string }>(jobsOf, [id]);
    expect(jobs).toHaveLength(3);
    await apply(id, jobs[2]!.job_id.slice('subscription-change-'.length));
    expect(await get(id)).toMatchObject({ status: 'active', paused_until: null, paused_at: null });
    expect((await events(id)).slice(-2)).toEqual(['subscription.paused', 'subscription.resumed']);
  });

  it('skips the next delivery, once, and not one that was billed meanwhile', async () => {
    const id = await start();
    const delivery = (await get(id)).current_period_end!;
    const until = skipUntil(delivery, { unit: 'month', count: 1 }).toISOString();
    const wish = { delivery: delivery.toISOString(), until };
    const { row } = await change(id, { kind: 'skip', wish });
    expect(row.skip_until?.getTime()).toBe(Math.floor(Date.parse(until) / 1_000) * 1_000);
    await change(id, { kind: 'skip', wish });
    expect(billing.made).toEqual(['createSubscription', 'voidInvoicesUntil']);
    await change(id, { kind: 'unskip', wish: {} });
    expect(await get(id)).toMatchObject({ skip_until: null });
    at(row).currentPeriodEnd = new Date(delivery.getTime() + 30 * 86_400_000);
    const late = await change(id, { kind: 'skip', wish });
    expect(await findChange(db, late.changeId)).toMatchObject({ error: { code: 'delivery_billed' } });
    expect((await events(id)).slice(2)).toEqual([
      'subscription.delivery_skipped',
      'subscription.delivery_unskipped',
      'subscription.change_refused',
    ]);
  });

  it('ends at the end of the period, and takes it back', async () => {
    const id = await start();
    expect((await change(id, { kind: 'cancel', wish: { at: 'period_end', reason: 'moving' } })).row).toMatchObject({
      ...{ status: 'active', cancel_at_period_end: true, cancel_reason: 'moving' },
    });
    expect((await change(id, { kind: 'reactivate', wish: {} })).row).toMatchObject({
      ...{ cancel_at_period_end: false, cancel_reason: null },
    });
    await change(id, { kind: 'cancel', wish: { at: 'period_end', reason: null } });
    expect((await db.rows(mailsOf, [id])).slice(1)).toEqual([
      { template: 'subscription-ending' },
      { template: 'subscription-ending' },
    ]);
  });

  it('tries what is owed with a new payment method', async () => {
    const id = await start();
    at(await get(id)).status = 'past_due';
    const { row } = await change(id, { kind: 'payment_method', wish: { paymentMethod: 'pm_new' } });
    expect(row.payment_method).toBe('pm_new');
    expect(billing.paid).toEqual(['in_1']);
  });

  it('never gives way to an earlier reading', async () => {
    const id = await start();
    const row = await get(id);
    const early = await takeReading(db);
    const old = structuredClone(at(row));
    await change(id, { kind: 'pause', wish: { until: null } });
    expect(await db.transaction((tx) => recordSubscription(tx, old, early))).toBeUndefined();
    expect(await get(id)).toMatchObject({ status: 'paused' });
    const foreign = { ...old, id: 'sub_other', subscriptionId: null };
    expect(await db.transaction(async (tx) => recordSubscription(tx, foreign, await takeReading(tx)))).toBeUndefined();
  });

  it('leaves nothing that waits without a job', async () => {
    const id = await start();
    const changeId = await ask(id, { kind: 'pause', wish: { until: null } });
    await ask(id, { kind: 'resume', wish: { anchor: 'now' } });
    await db.rows(closeJobs, [`subscription-change-${changeId}`]);
    await db.rows(age, [changeId]);
    const jobs = await findSubscriptionJobs(db, 60, 500);
    expect(jobs.map(({ jobId }) => jobId)).toEqual([`subscription-change-${changeId}`]);
  });
});
