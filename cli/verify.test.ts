import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedSoundOrders } from '../test/support/sound-orders.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'verify-test' });
  await seedSoundOrders(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function verify(...options: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(
    ['verify', ...options],
    () => ({ databaseUrl: database.url, redisUrl: undefined }),
    streams,
  );
  return { code, out: out.join(''), err: err.join('') };
}

it('ends with 0 when all holds, and names each of the seven', async () => {
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out.match(/^\d {2}.*held$/gm)).toHaveLength(7);
});

it('ends with 1 and shows the row when one is broken, also as JSON', async () => {
  await db.rows(statement('verify_break', 'update stock_levels set on_hand = on_hand + 1'));
  const told = await verify('--examples', '1');
  expect(told).toMatchObject({ code: 1, err: 'Broken: 3.\n' });
  expect(told.out).toMatch(/3 {2}Stock is conserved +BROKEN 2×\n +\{"rule":"level_is_not_the_sum_of_its_movements"/);
  const json = await verify('--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)[2]).toMatchObject({ invariant: 3, held: false, violations: 2 });
});
