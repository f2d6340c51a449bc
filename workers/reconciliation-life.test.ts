/** The life of a run: dry, interrupted, doubled, refused; and what the schedule and finance get of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { listFindings } from '../db/finding-list.ts';
import { decideFinding, recordFindings } from '../db/findings.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { claimRun, findRun, openRun } from '../db/reconciliation-runs.ts';
import { keepStripeObjects } from '../db/stripe-objects.ts';
import { finding } from '../domain/reconciliation.ts';
import type { StripeObject } from '../domain/stripe-objects.ts';
import { makeJob } from '../queues/define-queue.ts';
import { reconcilePayments } from '../queues/reconcile-payments.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertPaidOrders, makePaidOrders } from '../test/support/paid-orders.ts';
import { createTestReconciler, type TestReconciler } from '../test/support/reconcile.ts';
import { type StripeBooks, startStripeBooks } from '../test/support/stripe-books.ts';
import { addCharge, addPayout, failPayout } from '../test/support/stripe-records.ts';
import { createReconcilePayments } from './reconcile-payments.ts';
import { lookForDue } from './reconciliation-schedule.ts';

const ORDERS = 1_250;
const created = Math.floor(Date.now() / 1_000) - 86_400;
const log = pino({ level: 'silent' });
const job = (id: string) => makeJob(reconcilePayments, { run_id: id });
const count = (table: string) => statement(`test_count_${table}`, `select count(*)::integer as n from ${table}`);
const forget = statement('test_forget', 'delete from reconciliation_cursors');
const silence = statement(
  'test_silence',
  `update reconciliation_runs set noted_at = now() - make_interval(secs => $2) where id = $1`,
);
const giveUp = statement(
  'test_give_up',
  `update outbox set status = 'failed', finished_at = now() where job_id = 'run-' || $1::text`,
);
const mails = statement(
  'test_mails',
  `select data, recipient from notifications where template = 'reconciliation-summary'`,
);
const bankOf = statement(
  'test_bank',
  `select coalesce(sum(amount), 0)::integer as n from ledger_entries where account = 'bank'`,
);

describe('a run of reconciliation', () => {
  let database: TestDatabase;
  let db: Database;
  let stripe: StripeBooks;
  let reconciler: TestReconciler;
  const rows = async (table: string) => (await db.rows<{ n: number }>(count(table)))[0]!.n;
  const open = async () =>
    (await listFindings(db, { status: 'open' }, { limit: 1_000 })).map(({ code, subject }) => `${code} ${subject}`);

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    stripe = await startStripeBooks();
    reconciler = createTestReconciler(db, stripe.url);
    const orders = makePaidOrders(ORDERS);
    await insertPaidOrders(db, orders, new Date(created * 1_000));
    for (const { name, amount, currency, fee, id: orderId } of orders)
      addCharge(stripe, { name, amount, currency, fee, created, orderId });
    addCharge(stripe, { name: 'foreign', amount: 700, currency: 'eur', fee: 50, created });
    await bookDueFacts(db);
  });
  beforeEach(async () => {
    stripe.requests.length = 0;
    stripe.onRequest = () => {};
    await db.rows(forget);
  });
  afterAll(async () => {
    await stripe.close();
    await db.close();
    await database.drop();
  });

  it('that is dry tells what it would find, and leaves no finding, booking, exception or cursor', async () => {
    const before = await rows('ledger_transactions');
    const run = await reconciler.run('balance', { dryRun: true });
    expect(run).toMatchObject({
      status: 'done',
      findings: 1,
      sample: [{ code: 'charge_foreign', subject: 'ch_foreign' }],
    });
    expect([await rows('findings'), await rows('exceptions'), await rows('reconciliation_cursors')]).toEqual([0, 0, 0]);
    expect(await rows('ledger_transactions')).toBe(before);
  });

  it('goes on behind what it has kept when its process was lost, and finds the same', async () => {
    let pages = 0;
    // The connection is cut in the middle of the list, and whenever the client tries again.
    stripe.onRequest = () => {
      if (++pages > 11) throw new Error('cut');
    };
    const { run } = await openRun(db, { kind: 'balance', dryRun: false }, job);
    const lost = reconciler.carryOut(run.id).catch((error: Error) => error);
    expect(await lost).toBeInstanceOf(Error);
    const halfWay = (await findRun(db, run.id))!;
    expect(halfWay).toMatchObject({
      status: 'running',
      done: 1_000,
      cursor: { phase: 'read' },
      error: expect.any(String),
    });
    stripe.onRequest = () => {};
    stripe.requests.length = 0;
    await reconciler.carryOut(run.id);
    expect(stripe.requests[0]).toContain(`starting_after=${halfWay.cursor.after}`);
    expect(await findRun(db, run.id)).toMatchObject({
      status: 'done',
      findings: 1,
      error: null,
      counters: { movements: ORDERS + 1 },
    });
    expect(await open()).toEqual(['charge_foreign ch_foreign']);
  });

  it('is one of its kind: a second is not opened, a silent one is taken over, the loser stops', async () => {
    const { run } = await openRun(db, { kind: 'orders', dryRun: false }, job);
    expect(await openRun(db, { kind: 'orders', dryRun: true }, job)).toMatchObject({
      opened: false,
      run: { id: run.id },
    });
    await claimRun(db, run.id, '00000000-0000-7000-8000-000000000001', 120);
    expect(await reconciler.carryOut(run.id)).toMatchObject({ kind: 'later' });
    await db.rows(silence, [run.id, 20]);
    expect(await reconciler.carryOut(run.id)).toMatchObject({ kind: 'later', delayMs: 10_000 });
    const soon = createReconcilePayments({ ...reconciler.deps, silentSeconds: 5 });
    expect(await soon({ run_id: run.id }, { log })).toMatchObject({ kind: 'done' });
    expect(await findRun(db, run.id)).toMatchObject({ status: 'done' });
    expect(await reconciler.carryOut(run.id)).toMatchObject({ kind: 'done', note: 'the run has ended' });
  });

  it('waits when Stripe says that it asks too often', async () => {
    stripe.refuse = 2;
    expect(await reconciler.run('balance')).toMatchObject({ status: 'done', error: null });
  });

  it('reads only what is new, and still looks at what is open', async () => {
    await reconciler.run('balance');
    const later = created + 7_200;
    addCharge(stripe, { name: 'later', amount: 900, currency: 'eur', fee: 50, created: later });
    await reconciler.run('balance');
    const run = await reconciler.run('balance');
    expect(run.since.getTime()).toBe((later - 3_600) * 1_000);
    expect(run.counters.movements).toBe(1);
    expect(await open()).toEqual(expect.arrayContaining(['charge_foreign ch_foreign', 'charge_foreign ch_later']));
  });

  it('leaves what was accepted, and opens again what was resolved and is still so', async () => {
    const [first, second] = await listFindings(db, { code: 'charge_foreign', status: 'open' }, { limit: 10 });
    await decideFinding(db, first!.id, 'accepted', 'test', 'a donation');
    await decideFinding(db, second!.id, 'resolved', 'test', 'refunded, they say');
    await reconciler.run('balance');
    expect(await open()).toEqual([`charge_foreign ${second!.subject}`]);
  });

  it('closes what is gone', async () => {
    const { run } = await openRun(db, { kind: 'payouts', dryRun: true }, job);
    const gone = finding({
      code: 'payout_failed',
      subject: 'po_gone',
      explanation: 'It failed.',
      occurredAt: new Date(),
    });
    await recordFindings(db, 'payouts', run.id, [gone]);
    await reconciler.carryOut(run.id);
    expect(await open()).toContain('payout_failed po_gone');
    await reconciler.run('payouts');
    expect(await open()).not.toContain('payout_failed po_gone');
  });

  it('books a payout once, and back when it fails', async () => {
    const payout = addPayout(stripe, { name: 'booked', lines: [], amount: 5_000, created });
    const bank = async () => (await db.rows<{ n: number }>(bankOf))[0]!.n;
    const before = await bank();
    await reconciler.run('payouts');
    await reconciler.run('payouts');
    expect((await bank()) - before).toBe(5_000);
    failPayout(stripe, payout, created + 60);
    await reconciler.run('payouts');
    expect((await bank()) - before).toBe(0);
  });

  it('is opened by the schedule when it is due, and ended when its job gave up', async () => {
    const intervals = { events: 60, orders: 0, balance: 3_600, payouts: 0, objects: 0 };
    const options = { db, log, intervals, financeEmail: undefined };
    expect(await lookForDue(options)).toEqual(['events']);
    expect(await lookForDue(options)).toEqual([]);
    const { run } = await openRun(db, { kind: 'events', dryRun: false }, job);
    await db.rows(giveUp, [run.id]);
    await db.rows(silence, [run.id, 3_600]);
    await lookForDue(options);
    expect(await findRun(db, run.id)).toMatchObject({ status: 'failed', error: 'The job gave up.' });
  });

  it('tells finance once a day what is open', async () => {
    const intervals = { events: 0, orders: 0, balance: 0, payouts: 0, objects: 0 };
    const options = { db, log, intervals, financeEmail: 'finance@example.com' };
    await lookForDue(options);
    await lookForDue(options);
    const told = await db.rows<{ recipient: string; data: { open: number } }>(mails);
    expect(told).toMatchObject([{ recipient: 'finance@example.com', data: { open: (await open()).length } }]);
  });
});

describe("Stripe's objects as rows", () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const status = statement('test_payout_status', `select status, amount from stripe_payouts where id = 'po_1'`);
  const payout = (state: string, amount = 100): StripeObject => ({
    id: 'po_1',
    type: 'payout',
    status: state,
    amount,
    currency: 'usd',
    createdAt: new Date(),
    intentId: null,
    chargeId: null,
    balanceTransactionId: null,
    orderId: null,
    data: {},
  });

  it('never go back to an earlier state, and of two readings of one state keep the later', async () => {
    const [early, late] = [new Date(1_000), new Date(2_000)];
    await keepStripeObjects(db, [payout('paid')], early);
    await keepStripeObjects(db, [payout('in_transit')], late);
    expect(await db.rows(status)).toEqual([{ status: 'paid', amount: 100 }]);
    await keepStripeObjects(db, [payout('paid', 101)], late);
    await keepStripeObjects(db, [payout('paid', 99)], early);
    expect(await db.rows(status)).toEqual([{ status: 'paid', amount: 101 }]);
    await keepStripeObjects(db, [payout('failed')], early);
    expect(await db.rows(status)).toEqual([{ status: 'failed', amount: 100 }]);
  });
});
