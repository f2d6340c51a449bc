import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startSandbox, type TestSandbox, until } from './start-for-test.ts';

/** What the real client does with each way in which Stripe can fail: its requests are counted at the server. */

let test: TestSandbox;

beforeEach(async () => {
  test = await startSandbox();
});

afterEach(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const fault = (body: object) => test.control('faults', body);
const posts = () => test.requests.filter(({ method }) => method === 'POST');
const pay = (payment_method = 'pm_card_visa', options: object = {}) =>
  test.stripe.paymentIntents.create(
    { amount: 900, currency: 'usd', payment_method, confirm: true, return_url: 'https://x.test' },
    options,
  );
const intents = async () => (await test.stripe.paymentIntents.list()).data.length;

describe('the real client', () => {
  it('does not repeat a 429 that says nothing', async () => {
    await fault({ kind: 'rate_limit', times: 1 });
    expect(await refusal(pay())).toMatchObject({ type: 'StripeRateLimitError', code: 'rate_limit' });
    expect(posts()).toHaveLength(1);
    expect(await intents()).toBe(0);
  });

  it('repeats a 429 that asks for it, with the same key', async () => {
    await fault({ kind: 'rate_limit', times: 2, should_retry: true });
    expect((await pay()).status).toBe('succeeded');
    expect(posts()).toHaveLength(3);
    expect(new Set(posts().map(({ key }) => key)).size).toBe(1);
    await fault({ kind: 'rate_limit', should_retry: true });
    expect((await refusal(pay('pm_card_visa', { maxNetworkRetries: 0 }))).code).toBe('lock_timeout');
  });

  it('runs into the rate limit that is set', async () => {
    await test.control('settings', { rateLimitPerSecond: 1 });
    const both = await Promise.allSettled([pay(), pay()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('gets the stored 500 again when it repeats, with nothing done', async () => {
    await fault({ kind: 'server_error', times: 1 });
    expect(await refusal(pay())).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
    expect(posts()).toHaveLength(3);
    expect(await intents()).toBe(0);
  });

  it('gets a 500 although the work was done, and is replayed that 500 under its key', async () => {
    await fault({ kind: 'server_error', phase: 'after', times: 1, should_retry: false });
    await refusal(pay('pm_card_visa', { idempotencyKey: 'order-1' }));
    expect(posts()).toHaveLength(1);
    expect(await intents()).toBe(1);
    expect((await refusal(pay('pm_card_visa', { idempotencyKey: 'order-1', maxNetworkRetries: 0 }))).statusCode).toBe(
      500,
    );
    expect(await intents()).toBe(1);
  });

  it('survives a lost answer: it repeats and gets the first result', async () => {
    await fault({ kind: 'answer_lost', times: 1 });
    const intent = await pay();
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(posts()).toHaveLength(2);
    expect(await intents()).toBe(1);
  });

  it('gives up on a slow answer, and a repeat with the same key tells what became of it', async () => {
    await fault({ kind: 'slow', phase: 'after', delay_ms: 400, times: 1 });
    const error = await refusal(pay('pm_card_visa', { idempotencyKey: 'order-2', timeout: 100, maxNetworkRetries: 0 }));
    expect(error.type).toBe('StripeConnectionError');
    const intent = await pay('pm_card_visa', { idempotencyKey: 'order-2', maxNetworkRetries: 4 });
    expect(intent.status).toBe('succeeded');
    expect(await intents()).toBe(1);
  });

  it.each([500, 502, 503])('repeats a %s twice and gives up', async (status) => {
    await fault({ kind: 'server_error', status, body: '{"error":{"type":"api_error","message":"down"}}' });
    expect(await refusal(pay())).toMatchObject({ type: 'StripeAPIError', statusCode: status });
    expect(posts()).toHaveLength(3);
  });

  it('repeats a 409 twice and calls it an API error', async () => {
    const body = '{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"in use"}}';
    await fault({ kind: 'server_error', status: 409, body });
    expect(await refusal(pay())).toMatchObject({ type: 'StripeAPIError', rawType: 'idempotency_error' });
    expect(posts()).toHaveLength(3);
  });

  it('does not repeat a key that belongs to other parameters', async () => {
    await pay('pm_card_visa', { idempotencyKey: 'order-4' });
    expect((await refusal(pay('pm_card_mastercard', { idempotencyKey: 'order-4' }))).type).toBe(
      'StripeIdempotencyError',
    );
    expect(posts()).toHaveLength(2);
  });

  it('repeats a reset connection once although it was told not to, with the same key', async () => {
    await fault({ kind: 'answer_lost', phase: 'before' });
    expect((await refusal(pay('pm_card_visa', { maxNetworkRetries: 0 }))).type).toBe('StripeConnectionError');
    expect(posts()).toHaveLength(2);
    expect(new Set(posts().map(({ key }) => key)).size).toBe(1);
  });

  it('repeats a call that took too long twice', async () => {
    await fault({ kind: 'slow', delay_ms: 300 });
    expect((await refusal(test.stripe.paymentIntents.list({}, { timeout: 50 }))).type).toBe('StripeConnectionError');
    expect(test.requests).toHaveLength(3);
  });

  it('repeats a POST that took too long twice, with the same key, which is no conflict', async () => {
    await fault({ kind: 'slow', delay_ms: 300 });
    expect((await refusal(pay('pm_card_visa', { timeout: 50 }))).type).toBe('StripeConnectionError');
    expect(posts()).toHaveLength(3);
    expect(new Set(posts().map(({ key }) => key)).size).toBe(1);
  });

  it('makes a key of its own for every call', async () => {
    await pay();
    await pay();
    const [first, second] = posts().map(({ key }) => key);
    expect(first).toMatch(/^stripe-node-retry-/);
    expect(second).not.toBe(first);
  });

  it('does not repeat a decline', async () => {
    expect((await refusal(pay('pm_card_visa_chargeDeclined'))).type).toBe('StripeCardError');
    expect(posts()).toHaveLength(1);
  });

  it('repeats a 409 until the first request with its key has ended', async () => {
    await fault({ kind: 'slow', phase: 'after', delay_ms: 300, times: 1 });
    const first = pay('pm_card_visa', { idempotencyKey: 'order-3' });
    await until(() => posts().length === 1);
    const second = await pay('pm_card_visa', { idempotencyKey: 'order-3', maxNetworkRetries: 5 });
    expect(second.id).toBe((await first).id);
    expect(posts().length).toBeGreaterThan(2);
  });

  it('repeats a connection that broke before anything was done', async () => {
    await fault({ kind: 'answer_lost', phase: 'before', times: 1 });
    const intent = await pay();
    expect(intent.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect(await intents()).toBe(1);
  });

  it('takes JSON without an error for a result, and HTML for an error', async () => {
    await fault({ kind: 'server_error', status: 404, body: '{"message":"no such host"}', times: 1 });
    expect(await pay()).toMatchObject({ message: 'no such host' });
    expect(posts()).toHaveLength(1);
    await fault({ kind: 'server_error', status: 502, body: '<html>Bad Gateway</html>' });
    expect((await refusal(pay('pm_card_visa', { maxNetworkRetries: 0 }))).message).toContain('Invalid JSON');
    await test.control('faults', undefined, 'DELETE');
    expect(await intents()).toBe(0);
  });

  it('is replayed the real result after a proxy broke the answer to committed work', async () => {
    await fault({ kind: 'server_error', status: 502, body: '<html>Bad Gateway</html>', phase: 'after', times: 1 });
    const intent = await pay();
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await intents()).toBe(1);
  });

  it('is told when options are sent as parameters', async () => {
    const { id } = await pay();
    const mixed = { idempotencyKey: 'oops' } as object;
    expect(await refusal(test.stripe.paymentIntents.capture(id, mixed))).toMatchObject({
      code: 'parameter_unknown',
      param: 'idempotencyKey',
    });
  });

  it('gets an error object for a URL that the sandbox does not serve', async () => {
    expect(await refusal(test.stripe.quotes.list())).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 404,
    });
  });
});
