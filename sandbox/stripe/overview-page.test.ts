import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type TestSandbox } from './start-for-test.ts';

let test: TestSandbox;

beforeEach(async () => {
  test = await startSandbox();
});

afterEach(() => {
  test.close();
});

const page = async (path = '') => (await fetch(`${test.url}/sandbox/stripe${path}`)).text();

describe('the page of the sandbox Stripe', () => {
  it('shows payments, events and faults, and never takes data for markup', async () => {
    const intent = await test.stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://x.test',
      metadata: { note: '<script>alert(1)</script>' },
    });
    await test.control('faults', { kind: 'slow', match: { path: '/v1/<b>' } });
    const html = await page();
    for (const part of [
      intent.id,
      '$19.99',
      `/sandbox/stripe/3ds/${intent.id}`,
      'payment_intent.requires_action',
      '&lt;b&gt;',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain('<script>alert');
    expect(await page(`/objects/${intent.id}`)).toContain('&quot;requires_action&quot;');
    expect(await page('/objects/pi_none')).toContain('no such object');
  });
});
