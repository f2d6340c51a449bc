import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedLedger } from '../test/support/ledger.ts';
import { type SoundOrders, seedSoundOrders } from '../test/support/sound-orders.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let orders: SoundOrders;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
  orders = await seedSoundOrders(db);
  await seedLedger(db);
  await bookDueFacts(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(['ledger', ...args], () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}

it('tells balances, of all accounts and of one, as of a day', async () => {
  expect((await run('balance', '--date', '2026-03-03')).out).toMatch(/^stripe_balance +Stripe balance +kwd +28\.470$/m);
  expect(JSON.parse((await run('balance', 'bank', '--date', '2026-03-03', '--json')).out)).toEqual([
    { code: 'bank', name: 'Bank', currency: 'usd', balance: 1_500, amount: '15.00' },
  ]);
  expect(await run('balance', 'banks')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there are stripe_balance'),
  });
  expect(await run('balance', '--date', '2026-02-30')).toMatchObject({ code: 2 });
});

it('explains an order by its entries', async () => {
  const { out } = await run('order', orders.refunded);
  expect(out.match(/capture|refund /g)).toHaveLength(5);
  expect(out).toMatch(/refund +refunds +usd +26\.00$/m);
  expect(await run('order', 'ORD-0')).toMatchObject({ code: 1, err: 'There is no order ORD-0.\n' });
});

it('draws the trial balance with equal sums', async () => {
  const { code, out } = await run('trial-balance', '--date', '2026-03-03');
  expect(code).toBe(0);
  expect(out).toMatch(/^usd +refunds +9\.13 +-$/m);
  expect(out).toMatch(/^usd +revenue +- +20\.00$/m);
  expect(out).toMatch(/^usd +stripe_balance +2\.34 +-$/m);
  expect(out).toMatch(/^jpy += sum +2847 +2847$/m);
});

it('exports a line per entry, or the balances', async () => {
  const { out } = await run('export', '--to', '2026-03-01');
  expect(out.split('\r\n')).toHaveLength(1 + 10 + 1);
  expect((await run('export', '--balances', '--to', '2026-03-01')).out).toContain(
    '2026-03-01,stripe_fees,Stripe fees,expense,usd,1.13,',
  );
});

it('closes days up to one, shows them, and closes none twice', async () => {
  expect((await run('close', '--dry-run')).out).toBe('Would be closed next: 2026-03-01.\n');
  expect((await run('close', '--until', '2026-03-02')).out).toBe('Closed: 2026-03-01, 2026-03-02.\n');
  expect((await run('close', '--until', '2026-03-02')).out).toBe('There is no day to close.\n');
  expect((await run('days')).out).toMatch(/^2026-03-02 /m);
  expect((await run('day', '2026-03-02')).out).toMatch(/^usd +Stripe balance +27\.34 +0\.00 +0\.00 +27\.34$/m);
  expect((await run('day', '2026-03-01', '--format', 'csv')).out).toContain(
    '2026-03-01,jpy,revenue,Revenue,0,0,2000,-2000',
  );
  expect((await run('day', '2026-03-01', '--format', 'html')).out).toContain('<!doctype html>');
});

it('takes a transaction back once, with the reason kept', async () => {
  const [first] = JSON.parse((await run('order', orders.refunded, '--json')).out);
  const made = await run('reverse', String(first.transaction), '--reason', 'booked for the wrong order', '--json');
  expect(JSON.parse(made.out)).toEqual({ transaction_id: expect.any(Number), booked: true });
  expect(await run('reverse', String(first.transaction), '--reason', 'again')).toMatchObject({
    code: 1,
    err: expect.stringContaining('was reversed by'),
  });
  expect(await run('reverse', '999999', '--reason', 'none')).toMatchObject({ code: 1 });
  expect(await run('reverse', String(first.transaction))).toMatchObject({ code: 2 });
  expect((await run('export', '--account', 'shipping_revenue')).out).toContain(
    ',booked for the wrong order,shipping_revenue,usd,6.00,',
  );
});
