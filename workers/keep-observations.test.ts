import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { proposeReprice } from '../db/reprices.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observationSteps } from './keep-observations.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 6 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const one = async <T>(sql: string): Promise<T> => (await db.pool.query(sql)).rows[0].value;

it('however many sweep, months are made ahead, evidence is cleaned once a day, and proposals end', async () => {
  const variantId = (await seedVariants(db, [{ sku: 'KETTLE', units: 1 }])).get('KETTLE')!;
  const price = { variantId, currency: 'eur', fromAmount: 2000, toAmount: 1900 };
  await db.transaction((tx) => proposeReprice(tx, { ...price, rule: { kind: 'set' }, basis: {} }));
  await db.pool.query(`update reprices set expires_at = now() - interval '1 s'`);
  const sweep = () => Promise.all(observationSteps(db).map((step) => step()));
  await Promise.all([sweep(), sweep(), sweep()]);
  await sweep();
  expect(
    await one(`select count(*)::integer as value from pg_inherits where inhparent = 'observations'::regclass`),
  ).toBe(4);
  expect(await one(`select count(*)::integer as value from outbox where queue = 'clean-evidence'`)).toBe(1);
  expect(await one('select status as value from reprices')).toBe('expired');
});
