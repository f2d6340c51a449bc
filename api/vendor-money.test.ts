/** What vendors earn, by the API: for the shop's keys of any vendor, for a vendor's key of itself and nobody else. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { insertApiKey } from '../db/api-keys.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { settleTransfer } from '../db/settle-vendor-transfer.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { decideTransfer } from '../db/vendor-transfers.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';
import { type SeedVendor, seedRefunds, seedVendorOrders, seedVendors } from '../test/support/vendor-orders.ts';

let api: TestApi;
let kiln: SeedVendor;
let loom: SeedVendor;
let key: string;
beforeAll(async () => {
  api = await startApi();
  [kiln, loom] = (await seedVendors(api.db, 2)) as [SeedVendor, SeedVendor];
  const wanted = { name: 'theirs', kind: 'secret', mode: 'test', scopes: ['vendors:read', 'vendors:write'] } as const;
  key = (await insertApiKey(api.db, { ...wanted, scopes: [...wanted.scopes], vendorId: kiln.id })).key;
  const line = (vendor: SeedVendor) => ({ vendor, quantity: 2, unitAmount: 5_000 });
  const [order] = await seedVendorOrders(api.db, [{ lines: [line(kiln), line(loom)], tax: 1_600, shipping: 500 }]);
  await count();
  const { id } = (await decideTransfer(api.db, order!.parts.get(kiln.id)!))!;
  await api.db.transaction((tx) => settleTransfer(tx, id, { providerId: 'tr_1' }));
  await seedRefunds(api.db, [{ order: order!, line: { at: 0, quantity: 1 } }]);
  await count();
});
afterAll(() => api?.close());

async function count(): Promise<void> {
  await bookDueFacts(api.db);
  await countDueShares(api.db, { delaySeconds: 0 });
}

// biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
type Body = any;
const ask = (method: string, path: string, body?: object, as = api.secretKey) =>
  call<Body>({ ...api, secretKey: as }, method, path, body ? { body } : {});
const read = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.apiUrl}${path}`, { headers: { Authorization: `Bearer ${key}`, ...headers } });

it('a balance and its transfers', async () => {
  const { body } = await ask('GET', `/v1/vendors/${kiln.id}/balance`, undefined, key);
  expect(body).toMatchObject({
    vendor_id: kiln.id,
    balances: [{ currency: 'usd', payable: 4_875, transferred: 9_750, owed: 4_875, due: 0 }],
  });
  const { data } = (await ask('GET', `/v1/vendors/${kiln.id}/transfers?status=succeeded`, undefined, key)).body;
  expect(data).toMatchObject([{ kind: 'transfer', amount: 9_750, provider_id: 'tr_1' }]);
});

it('a statement as JSON, CSV and a page, of a month or of some days', async () => {
  const path = `/v1/vendors/${kiln.id}/statements`;
  const statement = (await (await read(path)).json()) as Body;
  expect(statement.currencies[0]).toMatchObject({
    opening: 0,
    closing: -4_875,
    totals: { gross: 10_000, refunded: 5_000 },
  });
  const csv = await read(`${path}?month=${statement.from.slice(0, 7)}`, { Accept: 'text/csv' });
  expect(csv.headers.get('content-disposition')).toContain(`statement-VEN-`);
  expect(await csv.text()).toContain('usd,closing,,,,,,,,,-48.75,');
  const page = await read(`${path}?from=${statement.from}&to=${statement.to}&format=html`);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('<svg');
  for (const wrong of [
    'month=2026-13',
    'from=2026-01-01',
    'from=2026-02-01&to=2026-01-01',
    'month=2026-01&from=2026-01-01',
  ])
    expect((await read(`${path}?${wrong}`)).status).toBe(400);
});

it('another vendor’s is not there for a vendor’s key, and what the shop decides is the shop’s', async () => {
  for (const what of ['balance', 'transfers', 'statements', 'payment-terms']) {
    expect((await ask('GET', `/v1/vendors/${loom.id}/${what}`, undefined, key)).status).toBe(404);
    expect((await ask('GET', `/v1/vendors/${kiln.id}/${what}`, undefined, key)).status).toBe(200);
    expect((await ask('GET', `/v1/vendors/${loom.id}/${what}`)).status).toBe(200);
  }
  expect((await ask('POST', `/v1/vendors/${kiln.id}/pay`, {}, key)).status).toBe(403);
  expect((await ask('PUT', `/v1/vendors/${kiln.id}/payment-terms`, { delay_seconds: 0 }, key)).status).toBe(403);
  expect((await ask('GET', '/v1/commission', undefined, key)).status).toBe(403);
});

it('what is not even is looked at when the shop asks for it', async () => {
  expect(await ask('POST', `/v1/vendors/${loom.id}/pay`, {})).toMatchObject({
    status: 202,
    body: { vendor_orders: 1 },
  });
  expect((await ask('POST', '/v1/vendors/01900000-0000-7000-8000-000000000000/pay', {})).status).toBe(404);
});

it('a vendor may have a delay of its own, and the shop, vendors and categories a commission', async () => {
  const terms = `/v1/vendors/${kiln.id}/payment-terms`;
  expect((await ask('PUT', terms, { delay_seconds: 604_800 })).status).toBe(200);
  expect((await ask('GET', terms)).body).toEqual({ delay_seconds: 604_800 });
  expect((await ask('PUT', terms, { delay_seconds: null })).body).toEqual({ delay_seconds: null });
  expect((await ask('GET', '/v1/commission')).body.basis_points).toBe(250);
  await ask('PUT', '/v1/commission', { basis_points: 300 });
  const set = await ask('PUT', '/v1/commission', { basis_points: 1_000, vendor_id: kiln.id });
  expect(set.body).toMatchObject({ basis_points: 300, vendors: [{ vendor_id: kiln.id, basis_points: 1_000 }] });
  const { data } = (await ask('GET', '/v1/commission/changes')).body;
  expect(data.map(({ basis_points: points }: Body) => points)).toEqual([1_000, 300]);
  for (const wrong of [
    { basis_points: null },
    { basis_points: 10_001 },
    { basis_points: 1, vendor_id: kiln.id, category_id: kiln.id },
  ])
    expect((await ask('PUT', '/v1/commission', wrong)).status).toBe(400);
  expect((await ask('PUT', '/v1/commission', { basis_points: 1, category_id: kiln.id })).status).toBe(404);
});

it('Prometheus is told what vendors are to get and owe', async () => {
  const metrics = await (await fetch(`${api.apiUrl}/metrics`)).text();
  expect(metrics).toContain('stockroom_vendor_unpaid_amount{currency="usd"} 9750');
  expect(metrics).toContain('stockroom_vendor_owed_amount{currency="usd"} 4875');
  expect(metrics).toContain('stockroom_vendor_share_lag_seconds 0');
});
