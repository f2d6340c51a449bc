import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startSandbox, type TestSandbox } from './start-for-test.ts';

let test: TestSandbox;

beforeEach(async () => {
  test = await startSandbox();
});

afterEach(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const create = (idempotencyKey: string, more: object = {}) =>
  test.stripe.paymentIntents.create(
    {
      amount: 2000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://shop.test',
      ...more,
    },
    { idempotencyKey, maxNetworkRetries: 0 },
  );
const intents = async () => (await test.stripe.paymentIntents.list({ limit: 100 })).data.length;

describe('an idempotency key', () => {
  it('replays the first answer, says so, and names the first request', async () => {
    const first = await create('key-1');
    const second = await create('key-1');
    expect(second).toEqual(first);
    expect(second.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
      'idempotency-key': 'key-1',
    });
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
    expect(await intents()).toBe(1);
  });

  it('is refused with other parameters and at another endpoint', async () => {
    const first = await create('key-2');
    const other = await refusal(create('key-2', { amount: 2001 }));
    expect(other).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400, code: undefined });
    expect(other.message).toContain("Try using a key other than 'key-2'");
    const elsewhere = await refusal(test.stripe.paymentIntents.cancel(first.id, {}, { idempotencyKey: 'key-2' }));
    expect(elsewhere.type).toBe('StripeIdempotencyError');
  });

  it('does not care in which order the parameters were written', async () => {
    const post = (body: string) =>
      fetch(`${test.url}/v1/customers`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_x', 'idempotency-key': 'key-3' },
        body: new URLSearchParams(body),
      });
    const first = (await (await post('email=a@b.test&name=A')).json()) as { id: string };
    expect(await (await post('name=A&email=a@b.test')).json()).toEqual(first);
  });

  it('is in use while its first request is under way', async () => {
    await test.control('faults', { kind: 'slow', phase: 'after', delay_ms: 150, times: 1 });
    const first = create('key-4');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await refusal(create('key-4'));
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect((await first).status).toBe('succeeded');
    expect((await create('key-4')).id).toBe((await first).id);
  });

  it('makes one intent of a hundred requests at once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, async () => (await create('key-5')).id));
    expect(new Set(ids).size).toBe(1);
    expect(await intents()).toBe(1);
  });

  it('replays a decline and a refusal for a state, but not a refused parameter', async () => {
    const declined = await refusal(create('key-6', { payment_method: 'pm_card_visa_chargeDeclined' }));
    const again = await refusal(create('key-6', { payment_method: 'pm_card_visa_chargeDeclined' }));
    expect(again.charge).toBe(declined.charge);
    expect(await intents()).toBe(1);
    await refusal(create('key-7', { amount: 1 }));
    expect((await create('key-7', { amount: 500 })).amount).toBe(500);
    const { id } = await create('key-8');
    const cancel = () => refusal(test.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'key-9' }));
    await cancel();
    expect((await cancel()).headers?.['idempotent-replayed']).toBe('true');
  });

  it('executes again after a day', async () => {
    const first = await create('key-10');
    await test.control('advance', { seconds: 86_401 });
    expect((await create('key-10')).id).not.toBe(first.id);
  });

  it('names the request and its key in the events it causes', async () => {
    const intent = await create('key-11');
    const [event] = (await test.stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    expect(event?.request).toEqual({ id: intent.lastResponse.requestId, idempotency_key: 'key-11' });
  });

  it('may have 255 characters', async () => {
    expect((await create('k'.repeat(255))).status).toBe('succeeded');
    expect((await refusal(create('k'.repeat(256)))).statusCode).toBe(400);
  });
});

describe('an API key', () => {
  it.each(['', 'pk_test_123', 'sk_live_123', 'nonsense'])('%j is answered 401', async (key) => {
    const answer = await fetch(`${test.url}/v1/customers`, { headers: key ? { authorization: `Bearer ${key}` } : {} });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('is taken as basic authentication as well', async () => {
    const authorization = `Basic ${Buffer.from('sk_test_1:').toString('base64')}`;
    expect((await fetch(`${test.url}/v1/customers`, { headers: { authorization } })).status).toBe(200);
  });
});
