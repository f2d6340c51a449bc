/** The routes of subscriptions through all that can be asked of them. */
import { type Database, statement } from '../../db/database.ts';
import type { PaymentProvider } from '../../providers/payments.ts';
import { createApplySubscriptionChange } from '../../workers/apply-subscription-change.ts';
import type { FakeBilling } from './fake-billing.ts';

type Use = (method: string, path: string, values: Record<string, string>, body?: unknown) => Promise<{ id: string }>;

interface Stripe {
  db: Database;
  billing: FakeBilling;
  payments: PaymentProvider;
}

const next = statement(
  'test_next_change',
  `select id from subscription_changes where subscription_id = $1 and status = 'pending' order by sequence limit 1`,
);

/** Makes all that was asked of a subscription, as the workers would. */
export async function settleSubscription(stripe: Stripe, id: string): Promise<void> {
  const apply = createApplySubscriptionChange(stripe);
  for (;;) {
    const [change] = await stripe.db.rows<{ id: string }>(next, [id]);
    if (!change) return;
    await apply({ subscription_id: id, change_id: change.id }, { log: undefined as never });
  }
}

/** Returns what says the id that a path of these takes. */
export async function useSubscriptions(
  use: Use,
  stripe: Stripe,
  sku: string,
): Promise<(path: string) => string | undefined> {
  const { id } = await use(
    'POST',
    '/v1/subscriptions',
    {},
    {
      customer: { email: 'ada@example.com', name: 'Ada' },
      lines: [{ sku, quantity: 2, out_of_stock: 'skip' }],
      currency: 'usd',
      interval: 'month',
      shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
      payment_method: 'pm_card_visa',
    },
  );
  const ask = async (method: string, word: string, body?: object) => {
    await use(method, `/v1/subscriptions/{id}${word}`, { id }, body);
    await settleSubscription(stripe, id);
  };
  await settleSubscription(stripe, id);
  await use('POST', '/v1/subscriptions/{id}/preview', { id }, { lines: [{ sku, quantity: 3 }] });
  await ask('PATCH', '', { lines: [{ sku, quantity: 3 }], proration: 'always_invoice' });
  for (const word of ['/skip', '/unskip', '/pause', '/resume', '/cancel', '/reactivate']) await ask('POST', word);
  await ask('PUT', '/payment-method', { payment_method: 'pm_card_mastercard' });
  await use('GET', '/v1/subscriptions/{id}/events', { id });
  await use('GET', '/v1/subscriptions/{id}/invoices', { id });
  return (path) => (path.startsWith('/v1/subscriptions') ? id : undefined);
}
