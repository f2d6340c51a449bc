import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { tell } from '../db/tell.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { type CallOptions, call } from '../test/support/client.ts';

interface RouteJson {
  event: string;
  audience: string;
  channel: string;
  enabled: boolean;
  urgency: string;
  source: string;
  required: boolean;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());
beforeEach(async () => {
  for (const table of ['message_routes', 'recipients', 'notifications'])
    await api.db.rows(statement(`test_clear_${table}`, `delete from ${table}`));
});

const put = (path: string, body: unknown, options: CallOptions = {}) =>
  call<RouteJson & { code: string; detail: string; errors: object[] }>(api, 'PUT', `/v1/message-routes/${path}`, {
    body,
    ...options,
  });
const list = async () => (await call<{ data: RouteJson[] }>(api, 'GET', '/v1/message-routes')).body.data;
const dispute = async () => {
  const cause = `dispute.opened/${uuidv7()}`;
  await tell(api.db, { event: 'dispute.opened', orderId: null, cause, fallback: { operations: 'ops@shop.example' } });
  const rows = await api.db.rows<{ told: string }>(
    statement(
      'test_told',
      `select channel || ' ' || recipient || ' ' || urgency as told from notifications where cause = $1`,
    ),
    [cause],
  );
  return rows.map(({ told }) => told).sort();
};

describe('the routes of messages', () => {
  it('are those of the code until the shop says otherwise, and again when it takes that back', async () => {
    const before = await list();
    expect(before).toContainEqual({
      event: 'order.paid',
      audience: 'customer',
      channel: 'email',
      enabled: true,
      urgency: 'normal',
      template: 'order-confirmation',
      topic: 'order',
      source: 'default',
      required: true,
    });
    expect(before.every(({ source, enabled }) => source === 'default' && enabled)).toBe(true);
    const said = await put('dispute.opened/finance/email', { enabled: true, urgency: 'now' });
    expect(said).toMatchObject({
      status: 200,
      body: { enabled: true, urgency: 'now', source: 'shop', required: false },
    });
    expect(await list()).toHaveLength(before.length + 1);
    expect((await call(api, 'DELETE', '/v1/message-routes/dispute.opened/finance/email')).status).toBe(204);
    expect((await call(api, 'DELETE', '/v1/message-routes/dispute.opened/finance/email')).status).toBe(404);
    expect(await list()).toEqual(before);
  });

  it('count from the next message on', async () => {
    await api.db.rows(
      statement(
        'test_people',
        `insert into recipients (id, audience, email, chat_url) values
           (gen_random_uuid(), 'finance', 'f@shop.example', null), (gen_random_uuid(), 'operations', 'o@shop.example', 'https://chat.example/x')`,
      ),
    );
    expect(await dispute()).toEqual(['email o@shop.example normal']);
    await put('dispute.opened/finance/email', { enabled: true, urgency: 'now' });
    await put('dispute.opened/operations/email', { enabled: false });
    await put('dispute.opened/operations/chat', { enabled: true });
    expect(await dispute()).toEqual(['chat https://chat.example/x normal', 'email f@shop.example now']);
    await put('dispute.opened/finance/email', { enabled: false });
    await put('dispute.opened/operations/chat', { enabled: false });
    expect(await dispute()).toEqual([]);
  });

  it('are saved by many at once as one of them said', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => put('stock.low/operations/chat', { enabled: n % 2 === 0 })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await list()).filter(({ event, channel }) => event === 'stock.low' && channel === 'chat')).toHaveLength(1);
  });
});

describe('what cannot be routed', () => {
  it('is what a customer must be told', async () => {
    const refused = await put('order.paid/customer/email', { enabled: false });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/enabled', code: 'route_required' }] } });
    expect((await put('order.paid/customer/email', { enabled: true, urgency: 'now' })).status).toBe(200);
    expect((await put('order.paid/customer/sms', { enabled: false })).status).toBe(200);
  });

  it.each([
    ['order.payed/customer/email', 404, 'message_event_not_found'],
    ['__proto__/customer/email', 404, 'message_event_not_found'],
    ['order.paid/customer/pigeon', 404, 'channel_not_found'],
    ['order.paid/everybody/email', 404, 'audience_not_found'],
    ['order.paid/operations/email', 422, 'validation_failed'],
    ['dispute.opened/customer/email', 422, 'validation_failed'],
  ])('is %s', async (path, status, code) => {
    expect(await put(path, { enabled: true })).toMatchObject({ status, body: { code } });
  });

  it('is told with the nearest event', async () => {
    expect((await put('order.payed/customer/email', { enabled: true })).body.detail).toContain('order.paid?');
  });

  it.each([{}, { enabled: 'yes' }, { enabled: true, urgency: 'soon' }, { enabled: true, template: 'digest' }])(
    'is %j',
    async (body) => {
      expect((await put('dispute.opened/operations/chat', body)).status).toBe(400);
    },
  );

  it('is anything, for keys without the scope', async () => {
    const reader = await api.makeKey(['notifications:read']);
    expect((await call(api, 'GET', '/v1/message-routes', { key: reader })).status).toBe(200);
    for (const key of [reader, api.publishableKey])
      expect((await put('dispute.opened/operations/chat', { enabled: true }, { key })).status).toBe(403);
    expect((await call(api, 'GET', '/v1/message-routes', { key: api.publishableKey })).status).toBe(403);
  });
});
