import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openException } from '../db/exceptions.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { insertTestOrder } from '../test/support/orders.ts';

interface Listed {
  id: string;
  code: string;
  subject: string;
  order_id: string | null;
  resolution: string | null;
}
interface Page {
  data: Listed[];
  has_more: boolean;
  next_cursor: string | null;
}

let api: TestApi;
let orderId: string;
beforeAll(async () => {
  api = await startApi();
  const variants = await seedVariants(api.db, [{ sku: 'TEE', units: 10, amount: 2_000 }]);
  orderId = await insertTestOrder(api.db, { variants });
  for (const subject of ['re_1', 're_2'])
    await openException(api.db, { code: 'refund_failed', subject, orderId, detail: { subject } });
  await openException(api.db, { code: 'payment_orphan', subject: 'pi_1', orderId: null, detail: {} });
});
afterAll(() => api?.close());

const list = async (query = '') => (await call<Page>(api, 'GET', `/v1/exceptions${query}`)).body;
const subjects = async (query?: string) => (await list(query)).data.map(({ subject }) => subject);

it('lists what is open, by code and order, in pages', async () => {
  expect(await subjects()).toEqual(['re_1', 're_2', 'pi_1']);
  expect(await subjects('?code=payment_orphan')).toEqual(['pi_1']);
  expect(await subjects(`?order_id=${orderId}`)).toEqual(['re_1', 're_2']);
  const first = await list('?limit=2');
  expect(first).toMatchObject({ has_more: true });
  expect(await subjects(`?limit=2&cursor=${first.next_cursor}`)).toEqual(['pi_1']);
  expect(await call(api, 'GET', '/v1/exceptions?cursor=nonsense')).toMatchObject({ status: 400 });
});

it('settles one with a word, once, and lists it as settled', async () => {
  const [{ id }] = (await list()).data as [Listed];
  const resolve = (body: object) => call<Listed>(api, 'POST', `/v1/exceptions/${id}/resolve`, { body });
  expect(await resolve({})).toMatchObject({ status: 400 });
  const resolution = 'Paid by bank transfer.';
  expect(await resolve({ resolution })).toMatchObject({ status: 200, body: { id, resolution } });
  expect(await resolve({ resolution: 'Again' })).toMatchObject({ status: 409, body: { code: 'exception_resolved' } });
  expect(await subjects()).toEqual(['re_2', 'pi_1']);
  expect(await subjects('?open=false')).toEqual(['re_1']);
  expect((await call<Listed>(api, 'GET', `/v1/exceptions/${id}`)).body).toMatchObject({ resolution });
});

it('asks for its scopes', async () => {
  const [{ id }] = (await list()).data as [Listed];
  const reader = await api.makeKey(['ops:read']);
  expect((await call(api, 'GET', '/v1/exceptions', { key: reader })).status).toBe(200);
  const body = { resolution: 'No.' };
  expect((await call(api, 'POST', `/v1/exceptions/${id}/resolve`, { key: reader, body })).status).toBe(403);
  expect((await call(api, 'GET', '/v1/exceptions', { key: await api.makeKey(['orders:read']) })).status).toBe(403);
  expect((await call(api, 'GET', '/v1/exceptions', { key: api.publishableKey })).status).toBe(403);
  const nobody = '01900000-0000-7000-8000-000000000000';
  expect((await call(api, 'POST', `/v1/exceptions/${nobody}/resolve`, { body })).status).toBe(404);
});
