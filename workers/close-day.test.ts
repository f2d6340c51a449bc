import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { listDays, readDay } from '../db/daily-close.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedLedger } from '../test/support/ledger.ts';
import { seedSoundOrders } from '../test/support/sound-orders.ts';
import { createCloseDay } from './close-day.ts';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const log = pino({ level: 'silent' });
const run = (day: string, on: Database = db) => createCloseDay({ db: on, ...TELLING })({ day }, { log });
const TELLING = { financeEmail: 'finance@shop.example', publicUrl: 'https://api.shop.example/' };
const told = async () =>
  (await sql('select cause, recipient, template, data from notifications where order_id is null')).rows;
const sql = (text: string) => db.pool.query(text);

it('books what the day has left open, closes it once, and a second, early or late run changes nothing', async () => {
  await seedLedger(db);
  await seedSoundOrders(db);
  await sql(`update ledger_due set since = '2026-03-01 12:00Z'`);
  expect(await run('2026-03-01')).toEqual({ kind: 'done', note: 'closed' });
  const { lines } = await readDay(db, '2026-03-01');
  expect(lines.find(({ account, currency }) => account === 'stripe_balance' && currency === 'usd')).toMatchObject({
    debit: 2_847 + 4_600 + 2_600,
    credit: 113 + 2_600,
  });
  expect(await run('2026-03-01')).toEqual({ kind: 'done', note: 'it was closed before' });
  expect(await run('2026-03-03')).toEqual({ kind: 'done', note: 'an earlier day is open and comes first' });
  expect(await run(new Date().toISOString().slice(0, 10))).toEqual({ kind: 'done', note: 'it is not over' });
  expect(await listDays(db, 'infinity', 10)).toHaveLength(1);
  expect(await told()).toMatchObject([
    {
      cause: 'day.closed/2026-03-01',
      recipient: 'finance@shop.example',
      template: 'daily-close',
      data: {
        day: '2026-03-01',
        journalUrl: 'https://api.shop.example/v1/ledger/days/2026-03-01?format=html',
        currencies: [
          { currency: 'jpy', orders: 1, sold: 2_600, tax: 247, refunded: 0, fees: 0, disputed: 0, net: 2_847 },
          expect.objectContaining({ currency: 'usd', fees: 113, net: 2_847 + 4_600 + 2_600 - 113 - 2_600 }),
        ],
      },
    },
  ]);
});

it('comes again when another poster holds facts of the day', async () => {
  await seedLedger(db);
  await seedSoundOrders(db);
  await sql(`update ledger_due set since = '2026-03-01 12:00Z'`);
  await db.transaction(async (tx) => {
    await tx.rows({ name: 'hold_poster', text: 'select pg_advisory_xact_lock(1819567975, 1)' });
    expect(await run('2026-03-01')).toEqual({ kind: 'later', delayMs: 5_000 });
  });
  expect(await run('2026-03-01')).toEqual({ kind: 'done', note: 'closed' });
});
