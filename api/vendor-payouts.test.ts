import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { insertApiKey } from '../db/api-keys.ts';
import { keepAccountMovements, keepVendorPayouts } from '../db/vendor-account-money.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { type SeedVendor, seedVendors } from '../test/support/vendor-orders.ts';

let api: TestApi;
let mine: SeedVendor;
let other: SeedVendor;
let key: string;
const at = (day: number) => new Date(Date.UTC(2026, 0, day));

beforeAll(async () => {
  api = await startApi();
  [mine, other] = (await seedVendors(api.db, 2)) as [SeedVendor, SeedVendor];
  const made = { name: 'theirs', kind: 'secret', mode: 'test', scopes: ['vendors:read'], vendorId: mine.id } as const;
  key = (await insertApiKey(api.db, { ...made, scopes: [...made.scopes] })).key;
  const payout = (id: string, accountId: string, day: number, status = 'paid') => ({
    ...{ id, accountId, status, amount: 900, currency: 'usd', automatic: true, reconciliationStatus: 'completed' },
    ...{ failureCode: null, arrivalAt: at(day), createdAt: at(day) },
  });
  await keepVendorPayouts(api.db, mine.id, [payout('po_1', 'acct_1', 1), payout('po_2', 'acct_1', 2)], at(9));
  await keepVendorPayouts(api.db, other.id, [payout('po_3', 'acct_2', 3)], at(9));
  // A reading of an earlier state that comes late changes nothing.
  await keepVendorPayouts(api.db, mine.id, [payout('po_2', 'acct_1', 2, 'pending')], at(10));
  const moved = {
    amount: 900,
    fee: 0,
    net: 900,
    currency: 'usd',
    reversalId: null,
    createdAt: at(1),
    availableAt: at(1),
  };
  const movement = { ...moved, id: 'txn_1', type: 'payment', sourceId: 'py_1', transferId: 'tr_1' };
  const own = { ...moved, id: 'txn_2', type: 'payout', sourceId: 'po_1', transferId: null, amount: -900, net: -900 };
  const account = { account_id: 'acct_1', vendor_id: mine.id };
  await keepAccountMovements(api.db, account, [movement, own], { readAt: at(9), payoutId: 'po_1' });
});
afterAll(() => api.close());

async function ask(path: string, as = key) {
  const response = await fetch(`${api.apiUrl}${path}`, { headers: { authorization: `Bearer ${as}` } });
  return {
    status: response.status,
    body: (await response.json()) as { data: { id: string }[] } & Record<string, string>,
  };
}

it('lists a vendor’s payouts to its key, newest first, page by page, and one with what it consists of', async () => {
  const first = await ask(`/v1/vendors/${mine.id}/payouts?limit=1`);
  expect(first.body.data).toEqual([expect.objectContaining({ id: 'po_2', status: 'paid', amount: 900 })]);
  const next = await ask(`/v1/vendors/${mine.id}/payouts?limit=1&cursor=${first.body.next_cursor}`);
  expect(next.body).toMatchObject({ data: [{ id: 'po_1' }], has_more: false });
  const one = await ask(`/v1/vendors/${mine.id}/payouts?payout_id=po_1`);
  expect(one.body.data).toEqual([
    expect.objectContaining({ lines: [expect.objectContaining({ type: 'payment', amount: 900 })] }),
  ]);
});

it('shows nobody’s but its own', async () => {
  expect((await ask(`/v1/vendors/${other.id}/payouts`)).status).toBe(404);
  expect((await ask(`/v1/vendors/${mine.id}/payouts?payout_id=po_3`)).body.data).toEqual([]);
  expect((await ask(`/v1/vendors/${other.id}/payouts`, api.secretKey)).body.data).toHaveLength(1);
});
