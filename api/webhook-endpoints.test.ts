import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
type Body = any;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ webhooks: { allowedPrivateHosts: ['127.0.0.1:4010'], requireHttps: true } });
});
afterAll(() => api?.close());

const PATH = '/v1/webhook-endpoints';
const wanted = { url: 'https://shop.example/hooks', event_types: ['order.*'] };
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call<Body>(api, method, path, { ...(body === undefined ? {} : { body }), headers });
const create = async (): Promise<Body> => (await send('POST', PATH, wanted)).body;

describe('an endpoint', () => {
  it('is made with a secret that is shown this once, also for a repeated request', async () => {
    const headers = { 'idempotency-key': 'endpoint-1' };
    const made = await send('POST', PATH, wanted, headers);
    expect(made).toMatchObject({
      status: 201,
      body: { ...wanted, status: 'active', secret: expect.stringMatching(/^whsec_/) },
    });
    expect(Buffer.from(made.body.secret.slice(6), 'base64')).toHaveLength(32);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const again = await send('POST', PATH, wanted, headers);
    expect(again.body).toMatchObject({ id: made.body.id });
    const texts = await Promise.all([again, await send('GET', PATH), await send('GET', `${PATH}/${made.body.id}`)]);
    expect(JSON.stringify(texts.map(({ body }) => body))).not.toContain(made.body.secret);
    const { rows } = await api.db.pool.query('select body::text from idempotency_records');
    expect(JSON.stringify(rows)).not.toContain(made.body.secret);
  });

  it.each([
    ['no known event', { event_types: ['orders.*'] }, 400, 'event_types'],
    ['no event', { event_types: [] }, 400, 'event_types'],
    ['no URL', { url: 'shop' }, 422, 'url_invalid'],
    ['a user in its URL', { url: 'https://a:b@shop.example/' }, 422, 'url_invalid'],
    ['no https', { url: 'http://shop.example/' }, 422, 'https_required'],
    ['an address inside', { url: 'https://10.0.0.1/' }, 422, 'address_not_public'],
    ['another spelling of one', { url: 'https://0x7f.1/' }, 422, 'address_not_public'],
    ['a port of mail', { url: 'https://shop.example:25/' }, 422, 'port_refused'],
  ])('with %s is refused', async (_what, wrong, status, word) => {
    const refused = await send('POST', PATH, { ...wanted, ...wrong });
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).toContain(word);
  });

  it('of an allowed private host needs neither https nor a public address', async () => {
    expect((await send('POST', PATH, { ...wanted, url: 'http://127.0.0.1:4010/hooks' })).status).toBe(201);
    expect((await send('POST', PATH, { ...wanted, url: 'http://127.0.0.1:4011/hooks' })).status).toBe(422);
  });

  it('is changed as it was read', async () => {
    const { id } = await create();
    const etag = (await send('GET', `${PATH}/${id}`)).headers.get('etag')!;
    const changed = await send('PATCH', `${PATH}/${id}`, { event_types: ['*'] }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { event_types: ['*'], url: wanted.url } });
    expect((await send('PATCH', `${PATH}/${id}`, { description: 'x' }, { 'if-match': etag })).status).toBe(412);
    expect((await send('PATCH', `${PATH}/${id}`, { url: 'https://192.168.0.1/' })).status).toBe(422);
    expect((await send('PATCH', `${PATH}/${id}`, {})).status).toBe(400);
  });

  it('has two secrets during the overlap', async () => {
    const { id, secret } = await create();
    const rotated = await send('POST', `${PATH}/${id}/rotate-secret`, { overlap_seconds: 60 });
    expect(rotated.body.secret).not.toBe(secret);
    expect(rotated.body.secrets.map((each: Body) => each.expires_at === null)).toEqual([true, false]);
    const atOnce = await send('POST', `${PATH}/${id}/rotate-secret`, { overlap_seconds: 0 });
    expect(atOnce.body.secrets).toHaveLength(1);
  });

  it('has no more than five secrets, and a last one at any time', async () => {
    const { id } = await create();
    const rotate = (overlap_seconds: number) => send('POST', `${PATH}/${id}/rotate-secret`, { overlap_seconds });
    for (let secrets = 2; secrets <= 5; secrets++) expect((await rotate(60)).body.secrets).toHaveLength(secrets);
    expect(await rotate(60)).toMatchObject({ status: 409, body: { code: 'secrets_overlap' } });
    const { secrets } = (await rotate(0)).body;
    expect(secrets).toEqual([expect.objectContaining({ expires_at: null })]);
    expect(secrets[0].created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await rotate(60)).body.secrets).toHaveLength(2);
    const { rows } = await api.db.pool.query('select from webhook_secrets where endpoint_id = $1', [id]);
    expect(rows).toHaveLength(2);
  });

  it('is given a pace, another one, and none', async () => {
    const { body } = await send('POST', PATH, { ...wanted, max_per_second: 20 });
    expect(body.max_per_second).toBe(20);
    const change = async (wish: object) => (await send('PATCH', `${PATH}/${body.id}`, wish)).body.max_per_second;
    expect(await change({ max_per_second: 5 })).toBe(5);
    expect(await change({ description: 'slow' })).toBe(5);
    expect(await change({ max_per_second: null })).toBeNull();
    expect((await send('POST', PATH, { ...wanted, max_per_second: 0 })).status).toBe(400);
  });

  it('is paused, resumed and removed, each from where it stands', async () => {
    const { id } = await create();
    const act = (verb: string) => send('POST', `${PATH}/${id}/${verb}`);
    expect((await act('resume')).status).toBe(409);
    expect((await act('pause')).body).toMatchObject({ status: 'paused', status_reason: 'by hand' });
    expect((await act('pause')).status).toBe(409);
    expect((await act('resume')).body).toMatchObject({ status: 'active', status_reason: null });
    expect((await send('DELETE', `${PATH}/${id}`)).status).toBe(204);
    for (const verb of ['pause', 'resume', 'test']) expect((await act(verb)).status).toBe(404);
    expect((await send('DELETE', `${PATH}/${id}`)).status).toBe(404);
    expect((await send('GET', `${PATH}/${id}`)).status).toBe(404);
  });

  it('is for keys with the scope', async () => {
    const key = await api.makeKey(['orders:read']);
    expect((await call(api, 'GET', PATH, { key })).status).toBe(403);
    const reader = await api.makeKey(['webhooks:read']);
    expect((await call(api, 'GET', PATH, { key: reader })).status).toBe(200);
    expect((await call(api, 'POST', PATH, { key: reader, body: wanted })).status).toBe(403);
  });
});

describe('deliveries', () => {
  it('are listed newest first, page by page and by their status', async () => {
    const { id } = await create();
    for (let each = 0; each < 3; each++) await send('POST', `${PATH}/${id}/test`);
    const first = await send('GET', `${PATH}/${id}/deliveries?limit=2`);
    expect(first.body).toMatchObject({ has_more: true, data: [{ type: 'webhook.test', status: 'waiting' }, {}] });
    const rest = await send('GET', `${PATH}/${id}/deliveries?limit=2&cursor=${first.body.next_cursor}`);
    expect(rest.body).toMatchObject({ has_more: false, data: [{ payload: { data: { object: 'webhook_endpoint' } } }] });
    const failed = await send('GET', `${PATH}/${id}/deliveries?status=failed`);
    expect(failed.body.data).toEqual([]);
    expect((await send('GET', `${PATH}/${id}/deliveries?cursor=bm9uZQ`)).status).toBe(400);
  });

  it('of a time are replayed with what was never told, by the filter of the endpoint', async () => {
    const { id } = await create();
    await api.db.pool.query(
      `insert into order_events (order_id, sequence, type, created_at)
       select gen_random_uuid(), 1, type, '2020-01-01T12:00:00Z' from unnest(array['order.held', 'payment.failed']) as type`,
    );
    const day = { since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' };
    expect(await send('POST', `${PATH}/${id}/replay`, day)).toMatchObject({ status: 202, body: { replayed: 1 } });
    const all = { ...day, event_types: ['*'] };
    expect((await send('POST', `${PATH}/${id}/replay`, all)).body).toEqual({ replayed: 2, has_more: false });
    expect((await send('GET', `${PATH}/${id}/deliveries`)).body.data).toHaveLength(2);
    expect((await send('POST', `${PATH}/${id}/replay`, { since: day.until, until: day.since })).status).toBe(422);
    expect((await send('POST', `${PATH}/${id}/replay`, {})).status).toBe(400);
  });

  it('of a time with too many events are refused', async () => {
    const { id } = await create();
    await api.db.pool.query(
      `insert into order_events (order_id, sequence, type, created_at)
       select gen_random_uuid(), 1, 'order.held', '2021-01-01T12:00:00Z' from generate_series(1, 10001)`,
    );
    const refused = await send('POST', `${PATH}/${id}/replay`, {
      since: '2021-01-01T00:00:00Z',
      until: '2021-02-01T00:00:00Z',
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'range_too_large' } });
  });
});

it('the metrics tell how endpoints fare', async () => {
  const { id } = await create();
  await send('POST', `${PATH}/${id}/test`);
  const text = await (await fetch(`${api.apiUrl}/metrics`)).text();
  expect(text).toContain(`stockroom_webhook_waiting{endpoint="${id}"} 1`);
  expect(text).toMatch(/stockroom_webhook_endpoints\{status="active"\} [1-9]/);
  expect(text).toContain('stockroom_webhook_publisher_lag_seconds');
});
