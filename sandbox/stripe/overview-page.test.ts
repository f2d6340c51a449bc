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

  it('has a button for everything, and each of them does something', async () => {
    const pay = { amount: 5_000, currency: 'usd', confirm: true, return_url: 'https://x.test' };
    await test.stripe.paymentIntents.create({ ...pay, payment_method: 'pm_card_bypassPending' });
    const inquired = await test.stripe.paymentIntents.create({
      ...pay,
      payment_method: 'pm_card_createDisputeInquiry',
    });
    await test.stripe.disputes.list({ payment_intent: inquired.id });
    await test.control('payouts/run', {});
    const buttons = [...(await page()).matchAll(/data-post="([^"]+)" data-body="([^"]*)"(?: data-ask="(\w+)")?/g)];
    const paths = buttons.map(([, path]) => path!.replace(/\w+_\w{20,}/, ':id'));
    for (const path of ['payouts/run', 'payouts/:id/fail', 'charges/:id/dispute', 'disputes/:id/escalate']) {
      expect(paths).toContain(path);
    }
    for (const [, path, body = '', ask] of buttons.filter(([, path]) => !path?.endsWith('/resend'))) {
      const wishes = { ...JSON.parse(body.replaceAll('&quot;', '"')), ...(ask ? { [ask]: 100 } : {}) };
      const { error } = await test.control(path!, wishes);
      // One button may leave nothing to do for the next one on the same object; none leads nowhere.
      expect((error as { message?: string } | undefined)?.message ?? '').not.toMatch(/must be|Cannot POST|No such/);
    }
    for (const kind of ['payout', 'dispute', 'balance_transaction', 'event', 'customer']) {
      expect(await page(`/kinds/${kind}`)).toContain(`<h2 id="${kind}">`);
    }
  });
});
