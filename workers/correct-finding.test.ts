/** Findings corrected in the ledger: once, balanced, into the open day, and settled for the runs that follow. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CorrectionWish, correctFinding } from '../db/correct-finding.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { listFindings, readReconciliationFigures } from '../db/finding-list.ts';
import { decideFinding, type FindingRow } from '../db/findings.ts';
import { uuidv7 } from '../db/ids.ts';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import type { LedgerAccount } from '../domain/ledger.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertPaidOrders, insertPaidRefund, makePaidOrders, type PaidOrder } from '../test/support/paid-orders.ts';
import { createTestReconciler, type TestReconciler } from '../test/support/reconcile.ts';
import { type StripeBooks, type StripeRecord, startStripeBooks } from '../test/support/stripe-books.ts';
import { addCharge, addMovement, addRefund } from '../test/support/stripe-records.ts';

const created = Math.floor(Date.now() / 1_000) - 3 * 86_400;
const at = new Date(created * 1_000);
const longAgo = statement('test_long_ago', 'update ledger_due set since = $1');
const notPosted = statement('test_not_posted', 'delete from ledger_due where subject_id = $1');
const inBalance = statement(
  'test_in_balance',
  `select currency, sum(amount)::bigint as amount from ledger_entries where account = 'stripe_balance' group by currency having sum(amount) <> 0`,
);
const onAccount = statement(
  'test_on_account',
  'select currency, sum(amount)::bigint as amount from ledger_entries where account = $1 group by currency having sum(amount) <> 0',
);
const ofCause = statement(
  'test_of_cause',
  `select t.cause_id as cause, t.reverses is not null as reverses, t.description, t.booked_on = (now() at time zone 'utc')::date as today
   from ledger_transactions t where t.cause_kind = 'correction' and t.cause_id like $1 || '%' order by t.id`,
);
const journal = statement('test_journal', 'select * from ledger_day_lines order by day, currency, account');
const closeDays = statement(
  'test_close',
  `select close_ledger_day(d::date) from generate_series($1::timestamptz, now() - interval '1 day', interval '1 day') d`,
);

describe('correcting what reconciliation found', () => {
  let database: TestDatabase;
  let db: Database;
  let stripe: StripeBooks;
  let reconciler: TestReconciler;
  let orders: PaidOrder[];

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    stripe = await startStripeBooks();
    reconciler = createTestReconciler(db, stripe.url);
    orders = makePaidOrders(100);
    await insertPaidOrders(db, orders, at);
    await makeTrouble();
    await db.rows(longAgo, [at]);
    await bookDueFacts(db);
    await reconciler.run('balance');
    await reconciler.work();
    await db.rows(closeDays, [at]);
  }, 60_000);
  afterAll(async () => {
    await stripe.close();
    await db.close();
    await database.drop();
  });

  const take = (currency: string) => {
    const found = orders.findIndex((order) => order.currency === currency);
    return orders.splice(found, 1)[0]!;
  };
  const charge = ({ name, amount, currency, fee, id: orderId }: PaidOrder, other: object = {}) =>
    addCharge(stripe, { name, amount, currency, fee, created, orderId, ...other });

  /** In each kind of currency: a wrong fee, a wrong amount, an inconsistent one, a wrong refund, money of strangers, and money that never came. */
  async function makeTrouble(): Promise<void> {
    for (const currency of ['usd', 'jpy', 'kwd']) {
      const fee = take(currency);
      charge(fee, { fee: fee.fee + 7 });
      for (const more of [110, -110]) {
        const amount = take(currency);
        const { movement } = charge(amount);
        Object.assign(movement, { amount: amount.amount + more, net: amount.amount + more - amount.fee });
      }
      const inconsistent = charge(take(currency)).movement;
      inconsistent.net = Number(inconsistent.net) - 10;
      const refunded = take(currency);
      const refundId = uuidv7();
      const refund = addRefund(stripe, { name: refunded.name, of: charge(refunded), amount: 500, created, refundId });
      await insertPaidRefund(db, refunded, { refundId, providerId: refund.id, amount: 400 });
      const foreign = charge(take(currency));
      charge({ ...take(currency), id: '' }, { name: `foreign_${currency}`, orderId: undefined });
      addRefund(stripe, {
        name: `foreign_${currency}`,
        of: { ...foreign, ...books(`foreign_${currency}`) },
        amount: 100,
        created,
      });
      const adjustment = { type: 'adjustment', amount: -900, source: null, currency, created };
      addMovement(stripe, { id: `txn_adjustment_${currency}`, ...adjustment });
      const unposted = take(currency);
      charge(unposted);
      await db.rows(notPosted, [unposted.paymentId]);
    }
    const settled = (order: PaidOrder) => ({
      settled: { amount: order.amount * 2, currency: 'usd', rate: 2 },
      fee: 50,
    });
    for (const more of [30, -30]) {
      const exchanged = take('jpy');
      const { charge: at } = charge(exchanged, settled(exchanged));
      await db.rows(
        statement('test_settled', 'update payments set fee_currency = $2, fee_amount = 40 where order_id = $1'),
        [exchanged.id, 'usd'],
      );
      at.amount = exchanged.amount + more;
    }
    for (const order of orders) if (order !== orders.at(-1)) charge(order);
  }
  const books = (name: string) => ({
    intent: stripe.find(`pi_${name}`)!,
    charge: stripe.find(`ch_${name}`)!,
    movement: stripe.find(`txn_${name}`)!,
  });

  const findings = (status?: string, code?: string) => listFindings(db, { status, code }, { limit: 1_000 });
  const correct = ({ id }: { id: string }, wish: Partial<CorrectionWish> = {}) =>
    db.transaction((tx) => correctFinding(tx, id, { who: 'a test', note: 'as Stripe says', dryRun: false, ...wish }));
  const sums = async (stmt: typeof inBalance, values: unknown[] = []) =>
    Object.fromEntries(
      (await db.rows<{ currency: string; amount: number }>(stmt, values)).map((row) => [row.currency, row.amount]),
    );
  const unexplained = async () =>
    (await readReconciliationFigures(db)).unexplained.filter(({ amount }) => amount !== 0);
  const theirs = () => {
    const held: Record<string, number> = {};
    for (const { net, currency } of stripe.lists.get('balance_transaction') as (StripeRecord & { currency: string })[])
      held[currency] = (held[currency] ?? 0) + Number(net);
    return held;
  };
  const ACCOUNTS: Record<string, LedgerAccount> = {
    charge_foreign: 'revenue',
    movement_unexplained: 'bank',
    net_inconsistent: 'stripe_fees',
  };
  const accountFor = ({ code }: FindingRow) => ({ account: ACCOUNTS[code] });

  it('shows what it would book, and books nothing unless told', async () => {
    const [found] = await findings('open', 'fee_differs');
    const before = await sums(inBalance);
    const shown = await correct(found!, { dryRun: true });
    expect(shown).toMatchObject({
      finding: { status: 'open' },
      transactions: [
        { cause: `correction/${found!.id}`, reverses: expect.stringMatching(/^fee\//) },
        { cause: `correction/${found!.id}/booked`, reverses: null },
      ],
    });
    expect(shown!.transactions[1]!.entries).toContainEqual({
      account: 'stripe_fees',
      currency: found!.currency,
      amount: found!.stripe_amount,
    });
    expect(await sums(inBalance)).toEqual(before);
    expect(await db.rows(ofCause, [found!.id])).toEqual([]);
  });

  it('asks for the account where only a person can know it, and takes none where the order says it', async () => {
    const [foreign] = await findings('open', 'charge_foreign');
    const [fee] = await findings('open', 'fee_differs');
    await expect(correct(foreign!)).rejects.toMatchObject({ code: 'account_required' });
    await expect(correct(foreign!, { account: 'stripe_balance' })).rejects.toMatchObject({
      code: 'account_not_usable',
    });
    await expect(correct(foreign!, { account: 'suspense' })).rejects.toMatchObject({ code: 'account_not_usable' });
    await expect(correct(fee!, { account: 'revenue' })).rejects.toMatchObject({ code: 'account_not_usable' });
    expect(await correct({ id: uuidv7() })).toBeUndefined();
  });

  it('does not book what is out of date by now', async () => {
    const [found] = await findings('open', 'fee_differs');
    const set = statement(
      'test_fee_now',
      'update stripe_balance_transactions set fee = fee + $2, net = net - $2 where source_id = $1',
    );
    await db.rows(set, [found!.subject, 1]);
    await expect(correct(found!)).rejects.toMatchObject({ code: 'finding_outdated' });
    await db.rows(set, [found!.subject, -1]);
  });

  it('books once, also when many do it at the same time', async () => {
    const [found] = await findings('open', 'fee_differs');
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => correct(found!)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of tries)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'finding_not_open' });
    const description = `fee_differs of ${found!.subject}, corrected by a test`;
    expect(await db.rows(ofCause, [found!.id])).toEqual([
      { cause: found!.id, reverses: true, description, today: true },
      { cause: `${found!.id}/booked`, reverses: false, description, today: true },
    ]);
    await bookDueFacts(db);
    expect(await db.rows(ofCause, ['fee/'])).toEqual([]);
  });

  it('leaves an accepted foreign charge on suspense, and takes it from there when it is explained', async () => {
    const [foreign] = await findings('open', 'charge_foreign');
    const { currency, id } = foreign!;
    const suspense = async () => (await sums(onAccount, ['suspense']))[currency!];
    const before = await suspense();
    await decideFinding(db, id, 'accepted', 'a test', 'finance is asking');
    expect(await suspense()).toBe(before);
    await correct(foreign!, { account: 'customer_receivable' });
    expect(await suspense()).toBe(before! + foreign!.stripe_amount!);
    expect((await sums(onAccount, ['customer_receivable']))[currency!]).toBe(-foreign!.stripe_amount!);
  });

  it('corrects all that a booking repairs: the next run finds it settled, and no cent is unexplained', async () => {
    const closed = await db.rows(journal);
    const open = await findings('open');
    expect(new Set(open.map(({ code }) => code))).toEqual(
      new Set([
        ...['fee_differs', 'amount_differs', 'net_inconsistent', 'refund_amount_differs', 'charge_foreign'],
        ...['charge_missing', 'movement_unexplained', 'ledger_missing'],
      ]),
    );
    for (const found of open) {
      await correct(found, accountFor(found));
      await bookDueFacts(db);
    }
    expect(await unexplained()).toEqual([]);
    for (let again = 0; again < 2; again++) {
      await reconciler.run('balance', { since: new Date(0) });
      await reconciler.work();
    }
    expect((await findings('open')).map(({ code, subject }) => `${code} ${subject}`)).toEqual([]);
    expect(await sums(inBalance)).toEqual(theirs());
    expect((await findings()).filter(({ status }) => status !== 'corrected').map(({ code }) => code)).toEqual([]);
    expect(await db.rows(journal)).toEqual(closed);
    expect(closed.length).toBeGreaterThan(0);
  });

  it('leaves a ledger that balances and says what the rows say', async () => {
    const checked = (await checkInvariants(db, { waitSeconds: 3_600, graceSeconds: 3_600 }))[3]!;
    expect(checked).toMatchObject({ examples: [], held: true });
  });

  it('follows what goes back of a charge that was explained, and finds anew what changes after its correction', async () => {
    const [fee] = await findings('corrected', 'fee_differs');
    const movement = stripe.find((fee!.stripe as { transaction: string }).transaction)!;
    const more = Number(movement.fee) + 1;
    Object.assign(movement, { fee: more, net: Number(movement.net) - 1, fee_details: [{ amount: more }] });
    const [foreign] = (await findings('corrected', 'charge_foreign')).filter(({ currency }) => currency === 'usd');
    const name = foreign!.subject.slice('ch_'.length);
    addRefund(stripe, { name: `${name}_more`, of: books(name), amount: 50, created });
    await reconciler.run('balance', { since: new Date(0) });
    const open = await findings('open');
    expect(open.map(({ id }) => id)).toEqual([fee!.id]);
    await correct(open[0]!);
    expect(
      (await db.rows<{ cause: string }>(ofCause, [fee!.id])).map(({ cause }) => cause.slice(fee!.id.length)),
    ).toEqual(['', '/booked', '/2', '/2/booked']);
    await reconciler.run('balance', { since: new Date(0) });
    expect(await findings('open')).toEqual([]);
    expect(await sums(inBalance)).toEqual(theirs());
    expect(await unexplained()).toEqual([]);
  });

  it('refuses what no booking repairs', async () => {
    const add = statement(
      'test_finding',
      `insert into findings (id, code, subject, kind, owner, explanation, repair, occurred_at, run_id)
       select $1, 'intent_doubled', 'pi_x', 'objects', 'operations', 'x', 'Cancel it.', now(), id from reconciliation_runs limit 1`,
    );
    const id = uuidv7();
    await db.rows(add, [id]);
    await expect(correct({ id })).rejects.toMatchObject({
      code: 'finding_not_correctable',
      message: expect.stringContaining('Cancel it'),
    });
  });
});
