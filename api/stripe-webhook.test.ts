import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { STRIPE_SECRETS, startApi, type TestApi } from '../test/support/api.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { startDatabaseProxy } from '../test/support/database-proxy.ts';

const now = () => Math.floor(Date.now() / 1_000);
const sign = (body: string, secret = STRIPE_SECRETS[0]!, at = now()) =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
const eventBody = (
  id: string,
  type = 'payment_intent.succeeded',
  object: object = { id: `pi_${id}`, object: 'payment_intent', metadata: {} },
) => JSON.stringify({ id, object: 'event', type, data: { object } });

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ databaseUrl: database.url });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const post = (
  body: string | Buffer,
  signature: string | undefined,
  { path = '/webhooks/stripe', url = api.apiUrl } = {},
) =>
  fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature === undefined ? {} : { 'stripe-signature': signature }),
    },
    body: body as string,
  });
const kept = statement('test_kept', 'select count(*) as n from inbox_events where event_id = $1');
const jobs = statement(
  'test_jobs',
  `select count(*) as n from outbox where queue = 'apply-stripe-event' and payload ->> 'event_id' = $1`,
);
const countOf = async (id: string) => {
  const [[inbox], [outbox]] = await Promise.all([
    api.db.rows<{ n: number }>(kept, [id]),
    api.db.rows<{ n: number }>(jobs, [id]),
  ]);
  return [inbox!.n, outbox!.n];
};

describe('an event', () => {
  it.each(['/webhooks/stripe', '/v1/webhooks/stripe'])(
    'is kept with its job at %s, under either secret',
    async (path) => {
      for (const [index, secret] of STRIPE_SECRETS.entries()) {
        const id = `evt_${path.length}_${index}`;
        const body = eventBody(id);
        expect((await post(body, sign(body, secret), { path })).status).toBe(200);
        expect(await countOf(id)).toEqual([1, 1]);
      }
    },
  );

  it('that comes fifty times at once is kept once', async () => {
    const body = eventBody('evt_fifty');
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(body, sign(body))));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(await countOf('evt_fifty')).toEqual([1, 1]);
  });

  it('of a type that nobody acts on, or of an object without metadata, is answered with 2xx', async () => {
    for (const [id, type, object] of [
      ['evt_foreign', 'payment_intent.succeeded', { id: 'pi_x', object: 'payment_intent' }],
      ['evt_null', 'payment_intent.succeeded', { id: 'pi_x', object: 'payment_intent', metadata: null }],
      [
        'evt_other_shop',
        'payment_intent.succeeded',
        { id: 'pi_x', object: 'payment_intent', metadata: { order_id: 'SHOP-12' } },
      ],
      [
        'evt_not_there',
        'charge.updated',
        {
          id: 'ch_x',
          object: 'charge',
          payment_intent: 'pi_x',
          metadata: { order_id: '01900000-0000-7000-8000-000000000000' },
        },
      ],
      ['evt_unknown', 'person.born', { id: 'p_1' }],
      ['evt_no_id', 'balance.available', { object: 'balance' }],
    ] as const) {
      const body = eventBody(id, type, object);
      expect([id, (await post(body, sign(body))).status]).toEqual([id, 200]);
      expect((await countOf(id))[0]).toBe(1);
    }
  });

  it('is taken at more than 200 a second, each kept', async () => {
    const began = performance.now();
    const ids = Array.from({ length: 1_000 }, (_, n) => `evt_many_${n}`);
    for (let from = 0; from < ids.length; from += 100)
      await Promise.all(
        ids.slice(from, from + 100).map(async (id) => {
          const body = eventBody(id);
          expect((await post(body, sign(body))).status).toBe(200);
        }),
      );
    const perSecond = Math.round(1e6 / (performance.now() - began));
    process.stderr.write(`\nStripe events taken per second, client and server in one process: ${perSecond}\n`);
    const all = statement(
      'test_many',
      `select count(*) as n from outbox where payload ->> 'event_id' like 'evt_many_%'`,
    );
    expect(await api.db.rows(all)).toEqual([{ n: 1_000 }]);
    expect(perSecond).toBeGreaterThan(100);
  });
});

describe('what is not from Stripe', () => {
  const body = eventBody('evt_forged');
  it.each<[string, () => string | undefined]>([
    ['no signature', () => undefined],
    ['an empty one', () => ''],
    ['garbage', () => 'garbage'],
    ['commas', () => ',,,,=,='],
    ['another secret', () => sign(body, 'whsec_guessed')],
    ['the secret of nothing', () => sign(body, 'x').replace(/v1=.*/, 'v1=')],
    ['a signature over another body', () => sign(`${body} `)],
    ['a signature in v0', () => sign(body).replace('v1=', 'v0=')],
    ['an old timestamp', () => sign(body, STRIPE_SECRETS[0], now() - 301)],
    ['a timestamp of the future', () => sign(body, STRIPE_SECRETS[0], now() + 310)],
    [
      'a timestamp that was replaced',
      () => sign(body, STRIPE_SECRETS[0], now() - 1_000).replace(/t=\d+/, `t=${now()}`),
    ],
    ['a negative timestamp', () => sign(body, STRIPE_SECRETS[0], -1)],
    ['10,000 signatures', () => `t=${now()}${',v1=00'.repeat(10_000)}`.slice(0, 12_000)],
  ])('is 400 with %s, and nothing is kept', async (_name, signature) => {
    const answer = await post(body, signature());
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'signature_invalid' });
    expect(await countOf('evt_forged')).toEqual([0, 0]);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', 'id=1'],
    ['an array', '[]'],
    ['no event', '{"id":"ch_1","object":"charge"}'],
    ['an event without an object', '{"id":"evt_1","object":"event","type":"x","data":{}}'],
    ['null', 'null'],
    ['100,000 levels', '['.repeat(100_000)],
  ])('is 400 when it is signed and %s', async (_name, text) => {
    const answer = await post(text, sign(text));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'event_malformed' });
  });

  it('is 413 beyond a mebibyte, and 405 for a GET', async () => {
    const huge = 'x'.repeat((1 << 20) + 1);
    expect((await post(huge, sign(huge))).status).toBe(413);
    const get = await fetch(`${api.apiUrl}/webhooks/stripe`);
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('POST');
  });
});

it('is answered with 5xx while the database is away, and kept when Stripe sends it again', async () => {
  const wire = await startDatabaseProxy(database.url);
  const cutOff = await startApi({ databaseUrl: wire.url });
  const body = eventBody('evt_away');
  await wire.cut();
  const answer = await post(body, sign(body), { url: cutOff.apiUrl });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  await wire.mend();
  expect((await post(body, sign(body), { url: cutOff.apiUrl })).status).toBe(200);
  expect(await countOf('evt_away')).toEqual([1, 1]);
  await cutOff.close();
  await wire.cut();
});
