import type Stripe from 'stripe';
import { startSandbox, type TestSandbox, until } from '../start-for-test.ts';

/** For tests: a sandbox with a product, and shorthands for what subscriptions need. */
export interface BillingTest {
  test: TestSandbox;
  stripe: Stripe;
  /** A customer with a card that it is charged to, on a clock when one is named; without a card when that is null. */
  customer(options?: { clock?: string; card?: string | null }): Promise<Stripe.Customer>;
  /** A clock, and its customer. */
  onClock(at: number, card?: string | null): Promise<{ clock: string; customer: Stripe.Customer }>;
  /** Moves a clock forward and waits until it is there. */
  advance(clock: string, to: number): Promise<void>;
  invoices(subscription: string): Promise<Stripe.Invoice[]>;
  close(): void;
}

export const at = (text: string): number => Date.parse(`${text}:00Z`) / 1000;

export const item = (amount: number, rest: Partial<Stripe.SubscriptionCreateParams.Item> = {}) => ({
  price_data: { currency: 'usd', product: 'coffee', recurring: { interval: 'month' as const }, unit_amount: amount },
  ...rest,
});

export async function startBilling(settings: object = {}): Promise<BillingTest> {
  const test = await startSandbox({ settings: { testClockIntervals: 0, ...settings } });
  const { stripe } = test;
  await stripe.products.create({ id: 'coffee', name: 'Coffee' });
  const customer: BillingTest['customer'] = async ({ clock, card = 'pm_card_visa' } = {}) => {
    const made = await stripe.customers.create({ name: 'Ada', ...(clock ? { test_clock: clock } : {}) });
    if (card === null) return made;
    const { id } = await stripe.paymentMethods.attach(card, { customer: made.id });
    return stripe.customers.update(made.id, { invoice_settings: { default_payment_method: id } });
  };
  const { testClocks } = stripe.testHelpers;
  return {
    test,
    stripe,
    customer,
    onClock: async (frozen_time, card) => {
      const { id: clock } = await testClocks.create({ frozen_time });
      return { clock, customer: await customer({ clock, ...(card === undefined ? {} : { card }) }) };
    },
    advance: async (clock, frozen_time) => {
      await testClocks.advance(clock, { frozen_time });
      await until(async () => (await testClocks.retrieve(clock)).status === 'ready');
    },
    invoices: async (subscription) => (await stripe.invoices.list({ subscription })).data,
    close: () => test.close(),
  };
}
