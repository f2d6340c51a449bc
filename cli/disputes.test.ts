import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { findDisputeByProviderId, insertDispute } from '../db/disputes.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let disputeId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
  const variants = await seedVariants(db, [{ sku: 'TEE', units: 1 }]);
  const facts = { reason: 'fraudulent', amount: 2_000, currency: 'usd', chargeId: 'ch_1', isChargeRefundable: false };
  const times = { evidenceDueBy: null, openedAt: new Date(), movements: [] };
  const orderId = await insertTestOrder(db, { variants });
  await insertDispute(db, orderId, { id: 'du_1', status: 'needs_response', ...facts, ...times });
  await insertDispute(db, orderId, { id: 'du_2', status: 'lost', ...facts, ...times });
  disputeId = (await findDisputeByProviderId(db, 'du_1'))!.id;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(args, () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}

it('lists what the bank has still to decide, and on request all', async () => {
  const ids = async (...args: string[]) =>
    (JSON.parse((await run('disputes', 'list', '--json', ...args)).out) as { provider_id: string }[]).map(
      (row) => row.provider_id,
    );
  expect(await ids()).toEqual(['du_1']);
  expect((await ids('--all')).sort()).toEqual(['du_1', 'du_2']);
});

it('gives the evidence as a page or as JSON, and says when there is none', async () => {
  expect((await run('disputes', 'evidence', disputeId)).out).toMatch(/^<!doctype html>[\s\S]*du_1/);
  const asked = [['--format', 'json'], ['--json']];
  for (const args of asked) {
    const { out } = await run('disputes', 'evidence', disputeId, ...args);
    expect(JSON.parse(out)).toMatchObject({
      dispute: { provider_id: 'du_1' },
      texts: { product_description: '1 × TEE (TEE)' },
    });
  }
  const nobody = await run('disputes', 'evidence', '0191f0e4-7d3c-7a40-9c1d-0123456789ab');
  expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('no dispute') });
});
