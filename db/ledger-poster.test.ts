import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type SoundOrders, seedSoundOrders } from '../test/support/sound-orders.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { checkInvariants } from './invariants.ts';
import { readLedgerLag } from './ledger-due.ts';
import { bookDueFacts } from './ledger-poster.ts';
import { settleRefund } from './refunds.ts';

let database: TestDatabase;
let db: Database;
let orders: SoundOrders;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  orders = await seedSoundOrders(db);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const sql = <T>(text: string, values: unknown[] = []) =>
  db.pool.query(text, values).then((result) => result.rows as T[]);
const booked = async (orderId: string) => {
  const rows = await sql<{ cause: string; account: string; amount: number }>(
    `select t.cause_kind as cause, e.account, e.amount from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
     where t.order_id = $1 order by t.id, e.position`,
    [orderId],
  );
  return rows.map(({ cause, account, amount }) => `${cause} ${account} ${amount}`);
};
const countTransactions = async () =>
  (await sql<{ n: number }>('select count(*)::integer as n from ledger_transactions'))[0]!.n;
const violations = async () => (await checkInvariants(db))[3]!.examples.map((each) => (each as { rule: string }).rule);
const makeOld = () => sql(`update ledger_due set since = now() - interval '2 minutes'`);

const CAPTURE = ['capture stripe_balance 4600', 'capture revenue -4000', 'capture shipping_revenue -600'];

describe('the poster', () => {
  it('books captures, fees and refunds of the rows as they stand, each once', async () => {
    expect(await readLedgerLag(db)).toMatchObject({ facts: 3 });
    await sql(`update payments set fee_amount = 163, fee_currency = 'eur' where order_id = $1`, [orders.delivered]);
    expect(await bookDueFacts(db)).toBe(4);
    expect(
      await sql(
        `select sum(amount)::integer as fees from ledger_entries where currency = 'eur' and account = 'stripe_fees'`,
      ),
    ).toEqual([{ fees: 163 }]);
    expect(await booked(orders.delivered)).toEqual([...CAPTURE, 'fee stripe_fees 163', 'fee stripe_balance -163']);
    expect(await booked(orders.refunded)).toEqual([
      'capture stripe_balance 2600',
      'capture revenue -2000',
      'capture shipping_revenue -600',
      'refund refunds 2600',
      'refund stripe_balance -2600',
    ]);
    expect(await booked(orders.waiting)).toEqual([]);
    expect(await readLedgerLag(db)).toEqual({ seconds: 0, facts: 0 });
    expect(await bookDueFacts(db)).toBe(0);
    await sql(
      `insert into ledger_due (subject, subject_id) select 'payment', id from payments union all select 'refund', id from refunds`,
    );
    const made = await countTransactions();
    await bookDueFacts(db);
    expect(await countTransactions()).toBe(made);
    expect(await violations()).toEqual([]);
  });

  it('books once when several run at the same time', async () => {
    await Promise.all([bookDueFacts(db), bookDueFacts(db), bookDueFacts(db)]);
    await bookDueFacts(db);
    expect(await countTransactions()).toBe(3);
  });

  it('books nothing when it dies before the commit, and all of it afterwards', async () => {
    const dying: Database = {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('died');
        }),
    };
    await expect(bookDueFacts(dying)).rejects.toThrow('died');
    expect(await countTransactions()).toBe(0);
    await bookDueFacts(db);
    expect(await countTransactions()).toBe(3);
  });

  it('takes a refund back when the bank returns it, also before it was booked', async () => {
    await bookDueFacts(db);
    const [refund] = await sql<{ id: string }>('select id from refunds');
    await settleRefund(db, refund!.id, { providerId: `re_${refund!.id}`, status: 'failed' });
    await bookDueFacts(db);
    expect((await booked(orders.refunded)).slice(-2)).toEqual([
      'refund_failure refunds -2600',
      'refund_failure stripe_balance 2600',
    ]);
    await sql(`insert into ledger_due (subject, subject_id) select 'refund', id from refunds`);
    await bookDueFacts(db);
    expect((await booked(orders.refunded)).filter((line) => line.startsWith('refund_failure'))).toHaveLength(2);
    expect(await violations()).toEqual([]);
  });

  it('leaves a refund out that failed before anybody looked', async () => {
    const [refund] = await sql<{ id: string }>('select id from refunds');
    await settleRefund(db, refund!.id, { providerId: `re_${refund!.id}`, status: 'failed' });
    await bookDueFacts(db);
    expect((await booked(orders.refunded)).filter((line) => line.startsWith('refund'))).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it('corrects what it has booked when the payment changes afterwards, by a reversal and anew, and edits nothing', async () => {
    const change = (text: string) => sql(`update payments set ${text} where order_id = $1`, [orders.delivered]);
    const since = async (transactions: number) => (await booked(orders.delivered)).slice(transactions);
    await change('fee_amount = 163');
    await bookDueFacts(db);
    await change('fee_amount = 170');
    await Promise.all([bookDueFacts(db), bookDueFacts(db), bookDueFacts(db)]);
    await bookDueFacts(db);
    const fee = (amount: number) => [`correction stripe_fees ${amount}`, `correction stripe_balance ${-amount}`];
    expect(await since(5)).toEqual([...fee(-163), ...fee(170)]);
    await change(`fee_amount = 150, fee_currency = 'eur'`);
    await bookDueFacts(db);
    expect(await since(9)).toEqual([...fee(-170), ...fee(150)]);
    await change('captured_amount = 2300');
    await bookDueFacts(db);
    expect(await since(13)).toEqual([
      ...['correction stripe_balance -4600', 'correction revenue 4000', 'correction shipping_revenue 600'],
      ...['correction stripe_balance 2300', 'correction revenue -2000', 'correction shipping_revenue -300'],
    ]);
    await change('captured_amount = 4600');
    await bookDueFacts(db);
    expect(await violations()).toEqual([]);
    const made = await countTransactions();
    await sql(`insert into ledger_due (subject, subject_id) select 'payment', id from payments`);
    await bookDueFacts(db);
    expect(await countTransactions()).toBe(made);
  });

  it('sets aside what cannot be booked, books the rest, and comes back to it', async () => {
    await sql(`update payments set captured_amount = 0 where order_id = $1`, [orders.delivered]);
    await sql(`update payments set currency = 'US$', captured_amount = 4600 where order_id = $1`, [orders.delivered]);
    await bookDueFacts(db);
    expect(await booked(orders.refunded)).toHaveLength(5);
    expect(await booked(orders.delivered)).toEqual([]);
    const open = `select subject from exceptions where code = 'ledger_not_booked' and resolved_at is null`;
    expect(await sql(open)).toHaveLength(1);
    await makeOld();
    expect(await violations()).toContain('not_booked_for_a_minute');
    await sql(`update payments set currency = 'usd' where order_id = $1`, [orders.delivered]);
    await sql('update ledger_due set available_at = now()');
    await bookDueFacts(db);
    expect(await booked(orders.delivered)).toEqual(CAPTURE);
    expect(await sql(open)).toEqual([]);
  });
});

describe('invariant 4 finds', () => {
  /** What no client can do: the tables' owner switches the checks off. */
  const unchecked = (text: string) =>
    sql(`alter table ledger_entries disable trigger all; alter table ledger_transactions disable trigger all; ${text}`);

  it('what was never noted, or is booked otherwise than the rows say', async () => {
    await bookDueFacts(db);
    await sql('alter table payments disable trigger all');
    await sql('update payments set fee_amount = 99 where order_id = $1', [orders.delivered]);
    await sql(`update payments set captured_amount = captured_amount - 1 where order_id = $1`, [orders.delivered]);
    expect(await violations()).toEqual(['ledger_differs_from_payment', 'ledger_differs_from_fee']);
  });

  it('an entry that was changed, and one that is gone', async () => {
    await bookDueFacts(db);
    await unchecked(`update ledger_entries set amount = amount - 1 where account = 'shipping_revenue'`);
    expect(await violations()).toEqual(['transaction_does_not_balance', 'transaction_does_not_balance']);
    await unchecked(`delete from ledger_entries where account = 'stripe_balance'`);
    expect(new Set(await violations())).toEqual(
      new Set(['transaction_does_not_balance', 'transaction_is_not_whole', 'ledger_differs_from_payment']),
    );
  });
});

it('money for an order that had ended is owed to the customer, and no sale', async () => {
  const waiting = statement('test_late', `select id from payments where order_id = $1`);
  const [payment] = await db.rows<{ id: string }>(waiting, [orders.waiting]);
  await sql(`update payments set captured_amount = amount where id = $1`, [payment!.id]);
  await sql(
    `insert into refunds (id, order_id, payment_id, cause, amount, currency)
     select gen_random_uuid(), order_id, id, 'late_payment', amount, currency from payments where id = $1`,
    [payment!.id],
  );
  await bookDueFacts(db);
  await sql(`update refunds set status = 'succeeded' where payment_id = $1`, [payment!.id]);
  await bookDueFacts(db);
  expect(await booked(orders.waiting)).toEqual([
    'capture stripe_balance 6600',
    'capture customer_receivable -6600',
    'refund customer_receivable 6600',
    'refund stripe_balance -6600',
  ]);
});
