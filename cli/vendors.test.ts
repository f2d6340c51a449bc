import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedVendorOrders, seedVendors } from '../test/support/vendor-orders.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let number: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  const [vendor] = await seedVendors(db, 1);
  const [row] = (await db.pool.query<{ number: string }>('select number from vendors')).rows;
  number = row!.number;
  await seedVendorOrders(db, [{ lines: [{ vendor: vendor!, quantity: 1, unitAmount: 10_000 }] }]);
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds: 0 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function cli(...args: string[]) {
  const said = { out: '', err: '' };
  const target = () => ({ databaseUrl: database.url }) as never;
  const code = await runCli(['vendors', ...args], target, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { ...said, code };
}

it('balance tells what each vendor has', async () => {
  expect((await cli('balance')).out).toMatch(new RegExp(`${number} .* usd +97\\.50 +0\\.00 +0\\.00 +97\\.50 +0\\.00`));
  expect(await cli('balance', 'VEN-0')).toMatchObject({ code: 1, err: expect.stringContaining('no vendor VEN-0') });
});

it('statement is a month as CSV, a page or JSON', async () => {
  expect((await cli('statement', number)).out).toContain('usd,closing,,,,,,,,,97.50,');
  expect((await cli('statement', number.toLowerCase(), '--format', 'html')).out).toContain('<svg');
  expect(JSON.parse((await cli('statement', number, '--month', '2000-02', '--format', 'json')).out)).toMatchObject({
    ...{ from: '2000-02-01', to: '2000-02-29', currencies: [] },
  });
  expect(await cli('statement', number, '--month', '2026-13')).toMatchObject({ code: 2 });
});

it('pay has what is not paid looked at', async () => {
  expect((await cli('pay', number)).out).toBe('1 of its orders are looked at.\n');
});

it('list, show, verify and suspend tell and move what a vendor is', async () => {
  expect((await cli('list', '--status', 'active')).out).toContain(number);
  expect((await cli('list', '--status', 'closed')).out).not.toContain(number);
  expect(await cli('verify', number)).toMatchObject({
    code: 1,
    err: expect.stringContaining('possible from verifying'),
  });
  expect((await cli('suspend', number, '--reason', 'We look.')).out).toBe(`${number} is suspended.\n`);
  expect((await cli('show', number)).out).toMatch(/suspended \(We look\.\)[\s\S]*vendor\.suspended by cli/);
  await db.pool.query(`update vendors set status = 'verifying', account_id = null`);
  expect((await cli('verify', number)).out).toBe(`${number} is onboarding.\n`);
  const { rows } = await db.pool.query(`select payload from outbox where queue = 'open-vendor-account'`);
  expect(rows).toHaveLength(1);
});
