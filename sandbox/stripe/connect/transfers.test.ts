import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  type Receiver,
  refusal,
  startReceiver,
  startSandbox,
  subscribe,
  type TestSandbox,
  until,
} from '../start-for-test.ts';
import { charge, makeAccount } from './connect-for-test.ts';

let test: TestSandbox;
let platform: Receiver;
let connected: Receiver;

beforeAll(async () => {
  test = await startSandbox({ settings: { settleDelayMs: 20, automaticPayouts: false } });
  platform = await startReceiver(test.violations);
  connected = await startReceiver(test.violations);
  subscribe(test, platform);
  subscribe(test, connected, ['*'], true);
});
afterAll(() => {
  test.close();
  platform.close();
  connected.close();
  expect(test.violations).toEqual([]);
});

const as = (account: Stripe.Account) => ({ stripeAccount: account.id });
const balanceOf = async (account?: Stripe.Account) => {
  const { available, pending } = await test.stripe.balance.retrieve({}, account ? as(account) : {});
  const sum = (side: Stripe.Balance.Available[]) => side.reduce((all, { amount }) => all + amount, 0);
  return { available: sum(available), pending: sum(pending as Stripe.Balance.Available[]) };
};
const told = (hook: Receiver, type: string, id: string) =>
  until(
    () =>
      hook.received.find(({ event }) => event.type === type && (event.data.object as { id: string }).id === id)?.event,
  );

describe('a transfer', () => {
  it('moves available money, with a movement on either side, and comes back in parts', async () => {
    const vendor = await makeAccount(test);
    await charge(test, 10_000);
    const before = await balanceOf();
    const given = {
      amount: 3_000,
      currency: 'usd',
      destination: vendor.id,
      transfer_group: 'order_1',
      metadata: { a: 'b' },
    };
    const transfer = await test.stripe.transfers.create(given, { idempotencyKey: 't1' });
    expect((await test.stripe.transfers.create(given, { idempotencyKey: 't1' })).id).toBe(transfer.id);
    expect(await balanceOf()).toEqual({ ...before, available: before.available - 3_000 });
    expect(await balanceOf(vendor)).toEqual({ available: 3_000, pending: 0 });
    const [left] = (await test.stripe.balanceTransactions.list({ source: transfer.id, expand: ['data.source'] })).data;
    expect(left).toMatchObject({ type: 'transfer', amount: -3_000, source: { object: 'transfer' } });
    const [came] = (await test.stripe.balanceTransactions.list({ expand: ['data.source'] }, as(vendor))).data;
    expect(came).toMatchObject({ type: 'payment', amount: 3_000, source: { source_transfer: transfer.id } });
    await told(platform, 'transfer.created', transfer.id);

    const reversal = await test.stripe.transfers.createReversal(transfer.id, { amount: 1_000, metadata: { c: 'd' } });
    expect(await balanceOf(vendor)).toEqual({ available: 2_000, pending: 0 });
    const [taken] = (await test.stripe.balanceTransactions.list({ expand: ['data.source'] }, as(vendor))).data;
    expect(taken).toMatchObject({ type: 'payment_refund', source: { source_transfer_reversal: reversal.id } });
    expect((await told(platform, 'transfer.reversed', transfer.id)).data.object).toMatchObject({
      amount_reversed: 1_000,
    });
    const more = await refusal(test.stripe.transfers.createReversal(transfer.id, { amount: 2_001 }));
    expect(more).toMatchObject({ statusCode: 400, param: 'amount' });
    await test.stripe.transfers.createReversal(transfer.id);
    expect(await test.stripe.transfers.retrieve(transfer.id)).toMatchObject({ reversed: true, amount_reversed: 3_000 });
    expect((await refusal(test.stripe.transfers.createReversal(transfer.id))).statusCode).toBe(400);
    expect((await test.stripe.transfers.listReversals(transfer.id)).data).toHaveLength(2);
    expect(await balanceOf()).toEqual(before);
    const found = await test.stripe.transfers.list({ transfer_group: 'order_1', destination: vendor.id });
    expect(found.data.map(({ id }) => id)).toEqual([transfer.id]);
    await test.stripe.transfers.update(transfer.id, { metadata: { a: 'c' } });
    expect((await told(platform, 'transfer.updated', transfer.id)).data.previous_attributes).toMatchObject({
      metadata: { a: 'b' },
    });
  });

  it('of a charge waits for that charge’s money, and all of a charge together are no more than it', async () => {
    const vendor = await makeAccount(test);
    const source = await charge(test, 5_000, { available: false });
    const before = await balanceOf();
    const of = (amount: number) =>
      test.stripe.transfers.create({ amount, currency: 'usd', destination: vendor.id, source_transaction: source });
    const transfer = await of(4_000);
    expect(transfer.transfer_group).toBe(`group_${source}`);
    expect(await balanceOf(vendor)).toEqual({ available: 0, pending: 4_000 });
    expect(await balanceOf()).toEqual({ ...before, pending: before.pending - 4_000 });
    expect(await refusal(of(1_001))).toMatchObject({ statusCode: 400, param: 'amount' });
    await of(1_000);
    await test.control('advance', { seconds: 3 * 86_400 });
    expect(await balanceOf(vendor)).toEqual({ available: 5_000, pending: 0 });
  });

  it('is refused of what is not there, to nobody, and to those who cannot take it', async () => {
    const vendor = await makeAccount(test);
    const closed = await makeAccount(test, { open: false });
    const to = (destination: string, amount = 100) =>
      test.stripe.transfers.create({ amount, currency: 'usd', destination });
    const { available } = await balanceOf();
    expect(await refusal(to(vendor.id, available + 1))).toMatchObject({
      statusCode: 400,
      code: 'balance_insufficient',
    });
    expect(await refusal(to('acct_nobody'))).toMatchObject({ code: 'resource_missing', param: 'destination' });
    expect(await refusal(to(closed.id))).toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
  });

  it('is taken back below nothing, unless the setting says that the money must be there', async () => {
    const vendor = await makeAccount(test);
    await charge(test, 2_000);
    const transfer = await test.stripe.transfers.create({ amount: 1_000, currency: 'usd', destination: vendor.id });
    await test.stripe.payouts.create({ amount: 1_000, currency: 'usd' }, as(vendor));
    await test.control('settings', { reversalsNeedAvailableBalance: true });
    const refused = await refusal(test.stripe.transfers.createReversal(transfer.id, {}, { idempotencyKey: 'r1' }));
    expect(refused).toMatchObject({ code: 'balance_insufficient' });
    await test.control('settings', { reversalsNeedAvailableBalance: false });
    await test.stripe.transfers.createReversal(transfer.id, {}, { idempotencyKey: 'r2' });
    expect((await balanceOf(vendor)).available).toBe(-1_000);
  });
});

describe('a connected account', () => {
  it('has charges, events and keys of its own', async () => {
    const vendor = await makeAccount(test);
    const params = { amount: 2_000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' };
    const methods = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const } };
    const own = await test.stripe.paymentIntents.create(
      { ...params, ...methods, capture_method: 'automatic', application_fee_amount: 150 },
      { ...as(vendor), idempotencyKey: 'own' },
    );
    const ours = await test.stripe.paymentIntents.create({ ...params, ...methods }, { idempotencyKey: 'own' });
    expect(ours.id).not.toBe(own.id);
    expect((await refusal(test.stripe.paymentIntents.retrieve(own.id))).code).toBe('resource_missing');
    expect((await test.stripe.charges.list({}, as(vendor))).data.map(({ id }) => id)).toEqual([own.latest_charge]);
    // 2,000 less Stripe's 88 and our 150, which is ours.
    expect(await balanceOf(vendor)).toEqual({ available: 0, pending: 1_762 });
    const [fee] = (await test.stripe.applicationFees.list({ charge: String(own.latest_charge) })).data;
    expect(fee).toMatchObject({ amount: 150, account: vendor.id });
    expect((await told(connected, 'payment_intent.succeeded', own.id)).account).toBe(vendor.id);
    const { data } = await test.stripe.events.list({ type: 'payment_intent.succeeded' }, as(vendor));
    expect(data.map(({ data: { object } }) => (object as Stripe.PaymentIntent).id)).toEqual([own.id]);
    const { data: events } = await test.stripe.events.list({ type: 'payment_intent.succeeded' });
    expect(events.map(({ data: { object } }) => (object as Stripe.PaymentIntent).id)).not.toContain(own.id);
  });

  it('is paid out every midnight with a list that sums to nothing, and by hand', async () => {
    const vendor = await makeAccount(test);
    await charge(test, 9_000);
    await test.stripe.transfers.create({ amount: 4_000, currency: 'usd', destination: vendor.id });
    await test.control('settings', { automaticPayouts: true });
    await test.control('advance', { seconds: 86_400 });
    await test.control('settings', { automaticPayouts: false });
    const [payout] = (await test.stripe.payouts.list({}, as(vendor))).data;
    expect(payout).toMatchObject({ amount: 4_000, automatic: true, destination: expect.stringMatching(/^ba_/) });
    expect((await told(connected, 'payout.created', payout!.id)).account).toBe(vendor.id);
    await test.control('advance', { seconds: 86_400 });
    expect(await test.stripe.payouts.retrieve(payout!.id, {}, as(vendor))).toMatchObject({ status: 'paid' });
    const lines = (await test.stripe.balanceTransactions.list({ payout: payout!.id }, as(vendor))).data;
    expect(lines.map(({ type }) => type).sort()).toEqual(['payment', 'payout']);
    expect(lines.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    expect((await refusal(test.stripe.payouts.retrieve(payout!.id))).statusCode).toBe(404);
    await charge(test, 5_000);
    await test.stripe.transfers.create({ amount: 1_000, currency: 'usd', destination: vendor.id });
    expect(await test.stripe.payouts.create({ amount: 600, currency: 'usd' }, as(vendor))).toMatchObject({
      automatic: false,
    });
    expect((await balanceOf(vendor)).available).toBe(400);
  });

  it('whose bank sends a payout back is closed until it names another', async () => {
    const vendor = await makeAccount(test);
    const bank = { object: 'bank_account', country: 'US', currency: 'usd', account_number: '000111111116' } as const;
    await test.stripe.accounts.createExternalAccount(vendor.id, { external_account: bank, default_for_currency: true });
    await charge(test, 5_000);
    await test.stripe.transfers.create({ amount: 1_500, currency: 'usd', destination: vendor.id });
    const payout = await test.stripe.payouts.create({ amount: 1_500, currency: 'usd' }, as(vendor));
    await test.control('advance', { seconds: 86_400 });
    const failed = await test.stripe.payouts.retrieve(payout.id, {}, as(vendor));
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'no_account' });
    expect((await balanceOf(vendor)).available).toBe(1_500);
    const { data } = await test.stripe.accounts.listExternalAccounts(vendor.id);
    const errored = data.filter((each) => (each as Stripe.BankAccount).status === 'errored');
    expect(errored).toHaveLength(1);
    expect(await test.stripe.accounts.retrieve(vendor.id)).toMatchObject({ payouts_enabled: false });
  });
});

describe('a destination charge', () => {
  it('goes on to the vendor less our fee, and comes back with its refunds in proportion', async () => {
    const vendor = await makeAccount(test);
    const source = await charge(test, 10_000, {
      ...{ application_fee_amount: 1_000, transfer_data: { destination: vendor.id }, on_behalf_of: vendor.id },
    });
    const made = await test.stripe.charges.retrieve(source, { expand: ['transfer', 'application_fee'] });
    expect(made.transfer).toMatchObject({ amount: 10_000, destination: vendor.id, source_transaction: source });
    expect(made.application_fee).toMatchObject({ amount: 1_000, originating_transaction: source });
    expect(await balanceOf(vendor)).toEqual({ available: 9_000, pending: 0 });
    const refund = await test.stripe.refunds.create({
      ...{ charge: source, amount: 5_000, reverse_transfer: true, refund_application_fee: true },
    });
    expect(refund.transfer_reversal).toMatch(/^trr_/);
    expect(await balanceOf(vendor)).toEqual({ available: 4_500, pending: 0 });
    const fee = made.application_fee as Stripe.ApplicationFee;
    expect(await test.stripe.applicationFees.retrieve(fee.id)).toMatchObject({ amount_refunded: 500, refunded: false });
    await test.stripe.applicationFees.createRefund(fee.id, { amount: 200 });
    await told(platform, 'application_fee.refunded', fee.id);
    expect((await refusal(test.stripe.applicationFees.createRefund(fee.id, { amount: 301 }))).statusCode).toBe(400);
    expect((await test.stripe.applicationFees.listRefunds(fee.id)).data.map(({ amount }) => amount)).toEqual([
      200, 500,
    ]);
    expect((await balanceOf(vendor)).available).toBe(4_700);
  });

  it('can send a part, and only there where money may go', async () => {
    const vendor = await makeAccount(test);
    await charge(test, 10_000, { transfer_data: { destination: vendor.id, amount: 7_500 } });
    expect((await balanceOf(vendor)).available).toBe(7_500);
    const alone = await refusal(charge(test, 1_000, { application_fee_amount: 100 }));
    expect(alone).toMatchObject({ statusCode: 400, param: 'application_fee_amount' });
    const plain = await charge(test, 1_000);
    expect((await refusal(test.stripe.refunds.create({ charge: plain, reverse_transfer: true }))).statusCode).toBe(400);
  });
});
