import type Stripe from 'stripe';
import type { TestSandbox } from '../start-for-test.ts';

/** For tests: an account as the platform makes it for a vendor; with `open` everything that Stripe asks for is given. */
export async function makeAccount(test: TestSandbox, { open = true } = {}): Promise<Stripe.Account> {
  const account = await test.stripe.accounts.create({
    country: 'US',
    email: 'vendor@example.com',
    controller: {
      fees: { payer: 'application' },
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: 'express' },
    },
    capabilities: { transfers: { requested: true } },
    business_profile: { name: 'Greta’s Goods' },
    metadata: { vendor_id: 'v1' },
  });
  if (!open) return account;
  await test.control(`accounts/${account.id}/onboard`, {});
  return test.stripe.accounts.retrieve(account.id);
}

/** A charge whose money is available at once, or after two days. */
export async function charge(
  test: TestSandbox,
  amount: number,
  { available = true, ...params }: Partial<Stripe.PaymentIntentCreateParams> & { available?: boolean } = {},
): Promise<string> {
  const intent = await test.stripe.paymentIntents.create({
    ...{ amount, currency: 'usd', confirm: true, capture_method: 'automatic' },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    payment_method: available ? 'pm_card_bypassPending' : 'pm_card_visa',
    ...params,
  });
  return String(intent.latest_charge);
}
