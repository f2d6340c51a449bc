import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { LEDGER_ORDER, seedLedger } from '../test/support/ledger.ts';
import { closeDay, findDayToClose, listDays, readDay, readSales } from './daily-close.ts';
import { type Database, openDatabase } from './database.ts';
import { checkInvariants } from './invariants.ts';
import { postBookings } from './ledger.ts';
import { listTransactions, readBalances } from './ledger-reads.ts';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  await seedLedger(db);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const sql = <T>(text: string) => db.pool.query(text).then((result) => result.rows as T[]);
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03'];
const closeAll = async () => {
  for (const day of DAYS) expect(await closeDay(db, day)).toBeUndefined();
};
const lineOf = async (day: string, currency: string, account: string) => {
  const { lines } = await readDay(db, day);
  const found = lines.find((line) => line.currency === currency && line.account === account);
  return found && [found.opening, found.debit, found.credit, found.closing];
};
const violations = async () =>
  (await checkInvariants(db))[3]!.examples
    .map((each) => (each as { rule: string }).rule)
    .filter((rule) => rule.startsWith('day_'));

describe('the daily close', () => {
  it('goes day by day, keeps journals that sum, and opens each as the last one closed', async () => {
    expect(await findDayToClose(db, 0)).toBe('2026-03-01');
    expect(await closeDay(db, '2026-03-02')).toBe('not_next');
    await closeAll();
    expect(await lineOf('2026-03-01', 'usd', 'stripe_balance')).toEqual([0, 2_847, 113, 2_734]);
    expect(await lineOf('2026-03-02', 'usd', 'stripe_balance')).toEqual([2_734, 0, 0, 2_734]);
    expect(await lineOf('2026-03-03', 'usd', 'stripe_balance')).toEqual([2_734, 0, 2_500, 234]);
    expect(await lineOf('2026-03-03', 'kwd', 'revenue')).toEqual([0, 0, 20_000, -20_000]);
    expect(await lineOf('2026-03-02', 'kwd', 'revenue')).toBeUndefined();
    for (const day of DAYS) {
      for (const currency of ['usd', 'jpy', 'kwd']) {
        const lines = (await readDay(db, day)).lines.filter((line) => line.currency === currency);
        const sum = (column: 'opening' | 'debit' | 'credit' | 'closing') =>
          lines.reduce((all, line) => all + line[column], 0);
        expect([sum('opening'), sum('debit') - sum('credit'), sum('closing')]).toEqual([0, 0, 0]);
      }
    }
    expect((await listDays(db, 'infinity', 2)).map(({ day }) => day)).toEqual(['2026-03-03', '2026-03-02']);
    expect(await readSales(db, '2026-03-03', 30)).toContainEqual({
      day: '2026-03-01',
      currency: 'usd',
      sold: 2_600,
      refunded: 0,
    });
    expect(await violations()).toEqual(['day_not_closed_in_time']);
  });

  it('is done once, also by several at a time, and never for a day that is not over', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => closeDay(db, '2026-03-01')));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'closed')).toHaveLength(4);
    expect(await closeDay(db, new Date().toISOString().slice(0, 10))).toBe('not_over');
  });

  it('waits for a booking under way and keeps later ones out', async () => {
    const late = (id: string) => [
      {
        cause: { kind: 'correction' as const, id },
        occurredAt: new Date('2026-03-01T10:00:00Z'),
        entries: [
          { account: 'suspense' as const, currency: 'usd', amount: 7 },
          { account: 'stripe_balance' as const, currency: 'usd', amount: -7 },
        ],
      },
    ];
    let closing: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      await postBookings(tx, late('under-way'));
      closing = closeDay(db, '2026-03-01');
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect(await closing).toBeUndefined();
    expect(await lineOf('2026-03-01', 'usd', 'suspense')).toEqual([0, 7, 0, 7]);
    const before = await readDay(db, '2026-03-01');
    await postBookings(db, late('too-late'));
    expect(await readDay(db, '2026-03-01')).toEqual(before);
    expect(await lineOf('2026-03-02', 'usd', 'suspense')).toEqual([7, 7, 0, 14]);
  });

  it('waits for facts of the day, but not for one that cannot be booked', async () => {
    const due = `insert into ledger_due (subject, subject_id, since, tries) values ('payment', gen_random_uuid(), '2026-03-01 20:00Z'`;
    await sql(`${due}, 3)`);
    await sql(`${due}, 0)`);
    expect(await closeDay(db, '2026-03-01')).toBe('behind');
    await sql('delete from ledger_due where tries = 0');
    expect(await closeDay(db, '2026-03-01')).toBeUndefined();
  });

  it('cannot be changed, and the invariants see it when the owner of the tables does', async () => {
    await closeAll();
    for (const change of [
      'update ledger_day_lines set debit = 0',
      'delete from ledger_day_lines',
      'delete from ledger_days',
    ]) {
      await expect(sql(change)).rejects.toThrow('only ever added to');
    }
    await sql(`alter table ledger_day_lines disable trigger all; update ledger_day_lines set debit = debit + 1, closing = closing + 1
      where day = '2026-03-01' and currency = 'usd' and account = 'stripe_balance'`);
    expect(new Set(await violations())).toEqual(
      new Set([
        'day_does_not_sum',
        'day_differs_from_its_entries',
        'day_does_not_open_as_the_last_one_closed',
        'day_not_closed_in_time',
      ]),
    );
  });
});

it('balances are the same by journals and by entries', async () => {
  const before = await Promise.all([...DAYS, '2026-03-04'].map((day) => readBalances(db, day)));
  await closeDay(db, '2026-03-01');
  await closeDay(db, '2026-03-02');
  expect(await Promise.all([...DAYS, '2026-03-04'].map((day) => readBalances(db, day)))).toEqual(before);
  const usd = before[2]!.filter(({ currency }) => currency === 'usd').map(({ code, balance }) => [code, balance]);
  expect(usd).toEqual([
    ['stripe_balance', 234],
    ['bank', 1_500],
    ['tax_payable', -160],
    ['revenue', -2_000],
    ['shipping_revenue', -600],
    ['refunds', 913],
    ['stripe_fees', 113],
  ]);
});

it('transactions are found by order, cause, account, currency and day, newest first', async () => {
  const ids = async (filter: Parameters<typeof listTransactions>[1], before = Number.MAX_SAFE_INTEGER) =>
    (await listTransactions(db, filter, before, 10)).map(({ cause_kind, cause_id }) => `${cause_kind} ${cause_id}`);
  expect(await ids({ orderId: LEDGER_ORDER })).toEqual(['refund r1', 'fee p1', 'capture p1']);
  expect(await ids({ cause: 'capture', currency: 'kwd' })).toEqual(['capture p3']);
  expect(await ids({ account: 'bank' })).toEqual(['payout po_1']);
  expect(await ids({ from: '2026-03-02', to: '2026-03-03', account: 'stripe_balance', causeId: 'r1' })).toEqual([
    'refund r1',
  ]);
  expect(await ids({ to: '2026-03-01' })).toHaveLength(3);
});
