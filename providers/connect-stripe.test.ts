import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { charge } from '../sandbox/stripe/connect/connect-for-test.ts';
import { refusal, startSandbox, type TestSandbox } from '../sandbox/stripe/start-for-test.ts';
import type { ConnectProvider } from './connect.ts';
import { createStripeConnect } from './connect-stripe.ts';
import { PaymentRefusedError, PaymentStuckError } from './payments.ts';

let test: TestSandbox;
let connect: ConnectProvider;
const BEGIN = new Date(0);

beforeAll(async () => {
  test = await startSandbox({ settings: { automaticPayouts: false } });
  connect = createStripeConnect({ secretKey: 'sk_test_connect', apiBase: test.url, timeoutMs: 5_000 });
});
afterAll(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const about = (vendorId: string) => ({ vendorId, email: 'v@example.com', country: 'US', businessName: 'Greta' });
async function openAccount(vendorId: string): Promise<string> {
  const { id } = await connect.createAccount(about(vendorId), `account-${vendorId}`);
  await test.control(`accounts/${id}/onboard`, {});
  return id;
}
const transfer = (accountId: string, id: string, amount = 700) => ({
  ...{ id, vendorId: 'v', vendorOrderId: 'vo', orderId: `o-${id}`, orderNumber: 'ORD-1' },
  ...{ accountId, amount, currency: 'usd' },
});
async function all<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe("a vendor's account", () => {
  it('is opened once for a key, found by the vendor, and read with what is due', async () => {
    const made = await connect.createAccount(about('v1'), 'k1');
    expect((await connect.createAccount(about('v1'), 'k1')).id).toBe(made.id);
    expect(made).toMatchObject({
      vendorId: 'v1',
      transfersEnabled: false,
      payoutsEnabled: false,
      detailsSubmitted: false,
    });
    expect(made.requirements).toMatchObject({ disabledReason: 'requirements.past_due' });
    expect(made.requirements.currentlyDue).toContain('external_account');
    expect((await connect.findAccount('v1', BEGIN))?.id).toBe(made.id);
    expect(await connect.findAccount('nobody', BEGIN)).toBeUndefined();
    await test.control(`accounts/${made.id}/onboard`, {});
    const open = await connect.retrieveAccount(made.id);
    expect(open).toMatchObject({ transfersEnabled: true, payoutsEnabled: true, requirements: { currentlyDue: [] } });
    expect(await connect.updateAccount(made.id, { email: 'new@example.com' }, 'k2')).toMatchObject({
      email: 'new@example.com',
    });
  });

  it('is led to pages of Stripe’s', async () => {
    const { id } = await connect.createAccount(about('v2'), 'k3');
    const link = await connect.accountLink({
      accountId: id,
      returnUrl: 'http://a.test/',
      refreshUrl: 'http://b.test/',
    });
    expect(link.url).toContain('/connect/setup/');
    expect(link.expiresAt.getTime()).toBeGreaterThan(Date.now());
    await expect(connect.loginLink(id)).rejects.toBeInstanceOf(PaymentRefusedError);
    await test.control(`accounts/${id}/onboard`, {});
    expect((await connect.loginLink(id)).url).toContain('/connect/express/');
  });

  it('that is not connected any more refuses, also its lists', async () => {
    const { id } = await connect.createAccount(about('v3'), 'k4');
    await test.stripe.accounts.del(id);
    expect(await refusal(connect.retrieveAccount(id))).toMatchObject({ name: 'PaymentRefusedError' });
    expect(await refusal(all(connect.listPayouts(id, BEGIN)))).toMatchObject({ code: 'account_invalid' });
    expect(await refusal(connect.balance(id))).toMatchObject({ code: 'account_invalid' });
  });
});

describe('a transfer', () => {
  it('is made once for a key, found by our id, and shows in the account; a reversal likewise', async () => {
    const account = await openAccount('v4');
    const source = await charge(test, 5_000);
    const given = { ...transfer(account, 'row-1'), sourceCharge: source };
    const made = await connect.createTransfer(given, 't1');
    expect((await connect.createTransfer(given, 't1')).id).toBe(made.id);
    expect(made).toMatchObject({ accountId: account, rowId: 'row-1', orderId: 'o-row-1', sourceCharge: source });
    expect((await connect.findTransfer('o-row-1', 'row-1'))?.id).toBe(made.id);
    expect(await connect.findTransfer('o-row-1', 'row-2')).toBeUndefined();
    const back = { id: 'row-3', transferId: made.id, orderId: 'o-row-1', amount: 200 };
    const reversal = await connect.reverseTransfer(back, 't2');
    expect((await connect.findReversal(made.id, 'row-3'))?.id).toBe(reversal.id);
    expect(await connect.retrieveTransfer(made.id)).toMatchObject({ amountReversed: 200 });
    const moved = await all(connect.listBalanceTransactions(account, { since: BEGIN }));
    expect(moved.map(({ amount, transferId, reversalId }) => [amount, transferId, reversalId])).toEqual([
      [-200, null, reversal.id],
      [700, made.id, null],
    ]);
    expect(await connect.balance(account)).toMatchObject({ available: [{ amount: 500, currency: 'usd' }] });
    expect((await all(connect.listTransfers({ since: BEGIN, accountId: account }))).map(({ id }) => id)).toEqual([
      made.id,
    ]);
    await test.stripe.payouts.create({ amount: 500, currency: 'usd' }, { stripeAccount: account });
    const [payout] = await all(connect.listPayouts(account, BEGIN));
    expect(payout).toMatchObject({ accountId: account, amount: 500, automatic: false });
    expect(await connect.retrievePayout(account, payout!.id)).toEqual(payout);
  });

  it('is refused, stuck or unknown, as Stripe answers', async () => {
    const account = await openAccount('v5');
    const poor = connect.createTransfer(transfer(account, 'row-5', 99_999_999), 't5');
    await expect(poor).rejects.toMatchObject({ name: 'PaymentRefusedError', code: 'balance_insufficient' });
    // Stripe keeps the refusal under its key, whatever comes in the meantime.
    await charge(test, 5_000);
    await expect(connect.createTransfer(transfer(account, 'row-6'), 't6')).resolves.toBeDefined();
    await expect(connect.createTransfer(transfer(account, 'row-7'), 't6')).rejects.toBeInstanceOf(PaymentStuckError);
  });
});
