import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEDGER_ACCOUNTS, LEDGER_CAUSES, type LedgerBooking, payoutEntries } from '../domain/ledger.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { findTransactionId, postBookings } from './ledger.ts';

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

/** Runs SQL as a hand would write it. */
const sql = <T>(text: string) => db.pool.query(text).then((result) => result.rows as T[]);
const payout = (id: string, amount = 500, day = '2026-01-05'): LedgerBooking => ({
  cause: { kind: 'payout', id },
  occurredAt: new Date(`${day}T12:00:00Z`),
  entries: payoutEntries(amount, 'usd'),
});
const entriesOf = (id: number) =>
  db.rows(
    statement(
      'test_entries',
      'select account, currency, amount from ledger_entries where transaction_id = $1 order by position',
    ),
    [id],
  );

describe('a booking', () => {
  it('is made once for its cause, in a set, again, and by two at once', async () => {
    const set = [payout('once-1'), payout('once-2'), payout('once-1')];
    const [first, second, third] = await postBookings(db, set);
    expect([first!.booked, second!.booked]).toEqual([true, true]);
    expect(third!.transaction_id).toBe(first!.transaction_id);
    expect(await postBookings(db, [payout('once-2', 999)])).toEqual([
      { transaction_id: second!.transaction_id, booked: false },
    ]);
    const many = await Promise.all(
      Array.from({ length: 8 }, () => postBookings(db, [payout('race-a'), payout('race-b')])),
    );
    expect(many.flat().filter(({ booked }) => booked)).toHaveLength(2);
    expect(new Set(many.map(([a]) => a!.transaction_id)).size).toBe(1);
    expect(await findTransactionId(db, { kind: 'payout', id: 'race-a' })).toBe(many[0]![0]!.transaction_id);
    expect(await entriesOf(first!.transaction_id!)).toEqual([
      { account: 'bank', currency: 'usd', amount: 500 },
      { account: 'stripe_balance', currency: 'usd', amount: -500 },
    ]);
  });

  it('of nothing books nothing', async () => {
    expect(await postBookings(db, [payout('nothing', 0)])).toEqual([{ transaction_id: null, booked: false }]);
  });

  it('is taken back whole, once, by one that names it', async () => {
    const [made] = await postBookings(db, [payout('back')]);
    const back = (id: string): LedgerBooking => ({
      cause: { kind: 'payout_failure', id },
      occurredAt: new Date(),
      reverses: { kind: 'payout', id: 'back' },
    });
    const [reversal] = await postBookings(db, [back('back')]);
    expect(reversal!.booked).toBe(true);
    expect(await entriesOf(reversal!.transaction_id!)).toEqual([
      { account: 'bank', currency: 'usd', amount: -500 },
      { account: 'stripe_balance', currency: 'usd', amount: 500 },
    ]);
    expect(await postBookings(db, [back('another')])).toEqual([{ transaction_id: null, booked: false }]);
    const unknown = { ...back('unknown'), reverses: { kind: 'payout', id: 'never' } as const };
    expect(await postBookings(db, [unknown])).toEqual([{ transaction_id: null, booked: false }]);
    expect(made!.booked).toBe(true);
  });
});

describe('the database refuses', () => {
  const header = (cause: string, more = { columns: '', values: '' }) => `insert into ledger_transactions
    (cause_kind, cause_id, booked_on, entries, occurred_at${more.columns})
    values ('correction', '${cause}', '2026-01-05', 2, now()${more.values}) returning id`;
  const REPLICA = 'set session_replication_role = replica;';
  const byHand = (cause: string, rows: string, more?: { columns: string; values: string }, first = '') =>
    sql(`${first} with h as (${header(cause, more)})
      insert into ledger_entries select h.id, e.* from h cross join (values ${rows}) as e`);

  it('what does not balance in each currency', async () => {
    await expect(byHand('x', `(1, 'bank', 'usd', 5), (2, 'revenue', 'usd', -4)`)).rejects.toThrow('does not balance');
    await expect(byHand('x', `(1, 'bank', 'usd', 5), (2, 'revenue', 'eur', -5)`)).rejects.toThrow('does not balance');
    await expect(byHand('x', `(1, 'bank', 'usd', 5), (2, 'revenue', 'usd', -4)`, undefined, REPLICA)).rejects.toThrow(
      'does not balance',
    );
    await expect(
      postBookings(db, [payout('half'), { ...payout('x'), entries: payoutEntries(5, 'usd').slice(1) }]),
    ).rejects.toThrow();
    expect(await findTransactionId(db, { kind: 'payout', id: 'half' })).toBeUndefined();
  });

  it('a transaction without entries, with fewer or more than it announced, or with some added later', async () => {
    await expect(sql(header('x'))).rejects.toThrow('has no entries');
    await expect(
      byHand('x', `(1, 'bank', 'usd', 5), (2, 'revenue', 'usd', -4), (3, 'refunds', 'usd', -1)`),
    ).rejects.toThrow('exactly those');
    const [known] = await postBookings(db, [payout('whole')]);
    const more = `(${known!.transaction_id}, 3, 'bank', 'usd', 5), (${known!.transaction_id}, 4, 'revenue', 'usd', -5)`;
    await expect(sql(`insert into ledger_entries values ${more}`)).rejects.toThrow('exactly those');
    await expect(
      sql(`insert into ledger_entries values (999999, 1, 'bank', 'usd', 5), (999999, 2, 'revenue', 'usd', -5)`),
    ).rejects.toThrow('does not exist');
  });

  it('an unknown account, an entry of zero, a second reversal, and a reversal that is not the opposite', async () => {
    await expect(byHand('x', `(1, 'bank', 'usd', 5), (2, 'revenues', 'usd', -5)`)).rejects.toThrow(
      'no ledger account revenues',
    );
    await expect(byHand('x', `(1, 'bank', 'usd', 0), (2, 'revenue', 'usd', 0)`)).rejects.toThrow(
      'ledger_entries_amount_not_zero',
    );
    const [known] = await postBookings(db, [payout('reversed')]);
    const names = { columns: ', reverses', values: `, ${known!.transaction_id}` };
    const partly = `(1, 'bank', 'usd', -499), (2, 'stripe_balance', 'usd', 499)`;
    await expect(byHand('x', partly, names)).rejects.toThrow('not the opposite');
    const whole = `(1, 'bank', 'usd', -500), (2, 'stripe_balance', 'usd', 500)`;
    await byHand('reversal', whole, names);
    await expect(byHand('x', whole, names)).rejects.toThrow('ledger_transactions_reverses_key');
  });

  it('every change of what is booked, also where a session has switched triggers off', async () => {
    for (const change of [
      'update ledger_entries set amount = amount',
      'delete from ledger_entries',
      'truncate ledger_entries',
      'update ledger_transactions set description = null',
      'delete from ledger_transactions',
      'truncate ledger_transactions cascade',
      `update ledger_accounts set code = 'other'`,
      'delete from ledger_accounts',
    ]) {
      await expect(sql(change)).rejects.toThrow('only ever added to');
      await expect(sql(`${REPLICA} ${change}`)).rejects.toThrow(/added to/);
    }
  });
});

it('a closed day takes no further entries: what is found later goes into the open one', async () => {
  const [before] = await postBookings(db, [payout('day-1', 500, '2026-01-05')]);
  await sql(`insert into ledger_days values ('2026-01-05')`);
  const [late, future] = await postBookings(db, [
    payout('day-2', 500, '2026-01-03'),
    payout('day-3', 500, '2999-01-01'),
  ]);
  const days = await sql<{ id: number; day: string }>(
    `select id::integer, booked_on::text as day from ledger_transactions`,
  );
  const dayOf = (id: number | null) => days.find((each) => each.id === id)?.day;
  expect(dayOf(before!.transaction_id)).toBe('2026-01-05');
  expect(dayOf(late!.transaction_id)).toBe('2026-01-06');
  expect(dayOf(future!.transaction_id)).toBe(new Date().toISOString().slice(0, 10));
  const backdated = `with h as (insert into ledger_transactions (cause_kind, cause_id, booked_on, entries, occurred_at)
    values ('correction', 'backdated', '2026-01-05', 2, now()) returning id)
    insert into ledger_entries select h.id, e.* from h cross join (values (1, 'bank', 'usd', 5), (2, 'revenue', 'usd', -5)) as e`;
  await expect(sql(backdated)).rejects.toThrow('the day 2026-01-05 is closed');
});

it('the database knows the same accounts and causes as the program', async () => {
  const codes = await sql<{ code: string }>('select code from ledger_accounts order by position');
  expect(codes.map(({ code }) => code)).toEqual(LEDGER_ACCOUNTS);
  const [check] = await sql<{ text: string }>(
    `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'ledger_transactions_cause_known'`,
  );
  expect([...check!.text.matchAll(/'(\w+)'/g)].map(([, kind]) => kind)).toEqual(LEDGER_CAUSES);
});
