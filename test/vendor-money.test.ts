/** Vendors paid by the running system: orders over its API, money at the sandbox, transfers and reversals by its workers. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { checkInvariants } from '../db/invariants.ts';
import { settle } from '../faults/settle.ts';
import { buyFrom, checkVendors, openVendors, settleVendors } from '../faults/vendors.ts';
import { seedVariants } from './support/catalogue.ts';
import { call } from './support/client.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type System, startSystem } from './support/system.ts';
import type { TestVendor } from './support/vendor-shop.ts';

jest.setTimeout(180_000);

let database: TestDatabase;
let system: System;
let vendors: TestVendor[];
beforeAll(async () => {
  database = await createTestDatabase();
  system = await startSystem({
    databaseUrl: database.url,
    env: { STOCKROOM_SWEEP_INTERVAL_SECONDS: '1', SANDBOX_CARRIER_SPEED: '20' },
  });
  await seedVariants(system.db, [{ sku: 'OWN', units: 1_000 }]);
  vendors = await openVendors(system, 4);
});
afterAll(async () => {
  await system?.stop();
  await database?.drop();
});

it('orders of several vendors, some refunded and one disputed: each has what is its own, and Stripe has made each transfer once', async () => {
  const ways = ['good', 'refunded_in_part', 'returned', 'disputed_and_lost', 'good', 'canceled_when_paid'] as const;
  expect(await buyFrom(system, vendors, { orders: 12, ways, sku: 'OWN' })).toEqual([]);
  expect(await settle(system)).toMatchObject({ open: {} });
  const checks = [await settleVendors(system), ...(await checkVendors(system))];
  expect(checks.filter(({ held }) => !held)).toEqual([]);
  const findings = await checkInvariants(system.db, { graceSeconds: 0, waitSeconds: 5 });
  expect(findings.filter(({ held }) => !held)).toEqual([]);
  for (const { id } of vendors) {
    const path = `/v1/vendors/${id}`;
    const { body } = await call<{ balances: Record<string, number>[] }>(system, 'GET', `${path}/balance`);
    expect(body.balances[0]).toMatchObject({ pending: 0, due: 0, owed: 0, transferred: body.balances[0]!.payable });
    const statement = await call<{ currencies: Record<string, number>[] }>(system, 'GET', `${path}/statements`);
    expect(statement.body.currencies[0]).toMatchObject({ opening: 0, closing: 0 });
  }
});
