import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  type Receiver,
  refusal,
  startReceiver,
  startSandbox,
  subscribe,
  type TestSandbox,
  until,
} from './start-for-test.ts';

const DAY = 86_400;
let test: TestSandbox;
let hook: Receiver;

beforeEach(async () => {
  test = await startSandbox();
  hook = await startReceiver(test.violations);
  subscribe(
    test,
    hook,
    ['payout.*', 'balance.available'].flatMap((type) => (type === 'payout.*' ? PAYOUT : type)),
  );
});

afterEach(() => {
  test.close();
  hook.close();
  expect(test.violations).toEqual([]);
});

const PAYOUT = ['created', 'updated', 'paid', 'failed', 'canceled', 'reconciliation_completed'].map(
  (what) => `payout.${what}`,
);
const advance = (seconds: number) => test.control('advance', { seconds });
const pay = (more: object = {}) =>
  test.stripe.paymentIntents.create({
    amount: 10_000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'https://x.test',
    capture_method: 'automatic',
    ...more,
  });
const partsOf = (payout: string) => test.stripe.balanceTransactions.list({ payout }).autoPagingToArray({ limit: 1000 });
const payouts = async () => (await test.stripe.payouts.list({ limit: 100 })).data;
const sum = (parts: Stripe.BalanceTransaction[]) => parts.reduce((total, part) => total + part.net, 0);

describe('automatic payouts', () => {
  it('pay out at midnight what has become available, and arrive a day later, each at its own time', async () => {
    const intent = await pay();
    await test.stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 });
    await advance(4 * DAY);
    const [payout, ...others] = await payouts();
    expect(others).toEqual([]);
    expect(payout).toMatchObject({ amount: 10_000 - 320 - 1_000, automatic: true, status: 'paid' });
    expect(payout!.created % DAY).toBe(0);
    expect(payout).toMatchObject({ reconciliation_status: 'completed', arrival_date: payout!.created + DAY });
    const parts = await partsOf(payout!.id);
    expect(parts.map(({ type }) => type).sort()).toEqual(['charge', 'payout', 'refund']);
    expect(sum(parts)).toBe(0);
    expect(sum(parts.filter(({ type }) => type !== 'payout'))).toBe(payout!.amount);
    await until(() => hook.types().includes('payout.paid'));
    expect(hook.types().sort()).toEqual([
      'balance.available',
      'payout.created',
      'payout.paid',
      'payout.reconciliation_completed',
      'payout.updated',
      'payout.updated',
    ]);
    const { available } = await test.stripe.balance.retrieve();
    expect(available).toMatchObject([{ amount: 0, currency: 'usd' }]);
  });

  it('are one for each currency and wait while there is less than nothing', async () => {
    await pay({ currency: 'jpy', payment_method: 'pm_card_bypassPending' });
    const spent = await pay({ payment_method: 'pm_card_bypassPending' });
    await test.stripe.refunds.create({ payment_intent: spent.id });
    await advance(DAY);
    expect(await payouts()).toMatchObject([{ currency: 'jpy', amount: 10_000 - 360 }]);
    await pay({ payment_method: 'pm_card_bypassPending' });
    await advance(DAY);
    expect((await payouts())[0]).toMatchObject({ currency: 'usd', amount: 10_000 - 2 * 320 });
  });

  it('come back when the bank refuses them, and the next one takes the money again', async () => {
    await pay({ payment_method: 'pm_card_bypassPending' });
    const { data } = (await test.control('payouts/run', {})) as unknown as { data: Stripe.Payout[] };
    const failed = await test.control(`payouts/${data[0]!.id}/fail`, { failure_code: 'no_account' });
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'no_account', amount: 9_680 });
    const back = await test.stripe.balanceTransactions.retrieve(String(failed.failure_balance_transaction));
    expect(back).toMatchObject({ type: 'payout_failure', reporting_category: 'payout_reversal', amount: 9_680 });
    await advance(DAY);
    const [next, first] = await payouts();
    expect([next!.amount, first!.status]).toEqual([9_680, 'failed']);
    expect((await partsOf(next!.id)).map(({ type }) => type).sort()).toEqual(['payout', 'payout_failure']);
    await until(() => hook.types().includes('payout.failed'));
  });

  it('are left out when they are switched off', async () => {
    await test.control('settings', { automaticPayouts: false });
    await pay();
    await advance(5 * DAY);
    expect(await payouts()).toEqual([]);
    expect((await test.stripe.balance.retrieve()).available).toMatchObject([{ amount: 9_680 }]);
  });

  it('list thousands of parts in pages', async () => {
    for (let i = 0; i < 23; i += 1) await pay({ payment_method: 'pm_card_bypassPending', amount: 1_000 + i });
    await test.control('payouts/run', {});
    const [payout] = await payouts();
    const pages = await test.stripe.balanceTransactions
      .list({ payout: payout!.id, limit: 5 })
      .autoPagingToArray({ limit: 100 });
    expect(pages).toHaveLength(24);
    expect(sum(pages)).toBe(0);
    const charges = await test.stripe.balanceTransactions.list({ payout: payout!.id, type: 'charge', limit: 100 });
    expect(charges.data).toHaveLength(23);
  });
});

describe('payouts by hand', () => {
  it('take what is available and are not listed by parts', async () => {
    expect((await refusal(test.stripe.payouts.create({ amount: 500, currency: 'usd' }))).code).toBe(
      'balance_insufficient',
    );
    await pay({ payment_method: 'pm_card_bypassPending' });
    const payout = await test.stripe.payouts.create({ amount: 500, currency: 'usd', metadata: { a: 'b' } });
    expect(payout).toMatchObject({ automatic: false, status: 'pending', reconciliation_status: 'not_applicable' });
    expect((await refusal(test.stripe.balanceTransactions.list({ payout: payout.id }))).statusCode).toBe(400);
    const bogus = await refusal(test.stripe.balanceTransactions.list({ type: 'bogus' }));
    expect(bogus).toMatchObject({ statusCode: 400, param: 'type' });
    const canceled = await test.stripe.payouts.cancel(payout.id);
    expect(canceled).toMatchObject({ status: 'canceled' });
    expect((await test.stripe.balance.retrieve()).available).toMatchObject([{ amount: 9_680 }]);
    expect((await test.stripe.payouts.list({ status: 'canceled' })).data).toHaveLength(1);
    expect((await test.stripe.payouts.list({ arrival_date: { lt: 5 } })).data).toEqual([]);
  });

  it('can be taken back when they have arrived', async () => {
    await pay({ payment_method: 'pm_card_bypassPending' });
    const { id } = await test.stripe.payouts.create({ amount: 500, currency: 'usd' });
    await advance(DAY);
    const back = await test.stripe.payouts.reverse(id);
    expect(back).toMatchObject({ amount: -500, original_payout: id });
    expect((await test.stripe.payouts.retrieve(id)).reversed_by).toBe(back.id);
    expect((await refusal(test.stripe.payouts.reverse(id))).statusCode).toBe(400);
  });
});

describe('exchanges', () => {
  it('settle every charge and refund in one currency when that is set', async () => {
    await test.control('settings', { settlementCurrency: 'usd', exchangeRates: { eur: 1.1, jpy: 0.005 } });
    const intent = await pay({ currency: 'eur', payment_method: 'pm_card_bypassPending' });
    const [charge] = (await test.stripe.balanceTransactions.list({ source: String(intent.latest_charge) })).data;
    expect(charge).toMatchObject({ amount: 11_000, currency: 'usd', exchange_rate: 1.1, fee: 349, net: 10_651 });
    await test.control('settings', { exchangeRates: { eur: 1.2 } });
    const refund = await test.stripe.refunds.create({ payment_intent: intent.id, expand: ['balance_transaction'] });
    expect(refund).toMatchObject({ amount: 10_000, currency: 'eur' });
    expect(refund.balance_transaction).toMatchObject({ amount: -12_000, currency: 'usd', exchange_rate: 1.2 });
    const yen = await pay({ currency: 'jpy', amount: 2_000, payment_method: 'pm_card_bypassPending' });
    const [booked] = (await test.stripe.balanceTransactions.list({ source: String(yen.latest_charge) })).data;
    expect(booked).toMatchObject({ amount: 1_000, currency: 'usd', exchange_rate: 0.005 });
    expect((await test.stripe.balanceTransactions.list({ currency: 'usd' })).data).toHaveLength(3);
    expect((await test.stripe.balanceTransactions.list({ currency: 'eur' })).data).toEqual([]);
  });

  it('give the bank another currency than left the balance', async () => {
    await pay({ payment_method: 'pm_card_bypassPending' });
    const payout = await test.control('payouts', { amount: 5_400, currency: 'usd', bank_currency: 'eur' });
    expect(payout).toMatchObject({ amount: 5_000, currency: 'eur' });
    const left = await test.stripe.balanceTransactions.retrieve(String(payout.balance_transaction));
    expect(left).toMatchObject({ amount: -5_400, currency: 'usd', exchange_rate: 0.925926 });
  });
});
