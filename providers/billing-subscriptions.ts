/** Subscriptions and their products at Stripe. */
import type Stripe from 'stripe';
import type { ItemWish } from '../domain/subscriptions/items.ts';
import { toPreview, toSubscription } from './billing-objects.ts';
import type {
  BillingProvider,
  InvoicePreview,
  NewSubscription,
  ProviderSubscription,
  SubscriptionUpdate,
} from './billing-types.ts';
import { call, PaymentRefusedError } from './stripe-call.ts';
import { walk } from './stripe-pages.ts';

/** With what a first payment or a card is confirmed by the storefront. */
const expand = ['latest_invoice.confirmation_secret', 'pending_setup_intent'];

export function createStripeSubscriptions(stripe: Stripe): BillingProvider {
  const update = async (id: string, params: Stripe.SubscriptionUpdateParams, idempotencyKey: string) =>
    toSubscription(await call(() => stripe.subscriptions.update(id, { ...params, expand }, { idempotencyKey })));

  return {
    ensureProduct: (id, name) => ensureProduct(stripe, id, name),
    async createSubscription(wish, idempotencyKey) {
      return toSubscription(await call(() => stripe.subscriptions.create(toCreateParams(wish), { idempotencyKey })));
    },
    retrieveSubscription: (id) => retrieve(stripe, id),
    findSubscription: (customerId, subscriptionId) => find(stripe, customerId, subscriptionId),
    async *listSubscriptions({ since, after }) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      const pages = walk((cut) => stripe.subscriptions.list({ status: 'all', created, ...cut }), after);
      for await (const page of pages) yield page.map(toSubscription);
    },
    updateSubscription: (id, wish, key) => update(id, toUpdateParams(wish), key),
    async pauseSubscription(id, idempotencyKey) {
      // What was delivered in this period stays paid: no credit for the time that is left of it.
      const params: Stripe.SubscriptionPauseParams = { bill_for: { unused_time_from: { type: 'none' } }, expand };
      return toSubscription(await call(() => stripe.subscriptions.pause(id, params, { idempotencyKey })));
    },
    async resumeSubscription(id, type, idempotencyKey) {
      const params: Stripe.SubscriptionResumeParams = {
        billing_cycle_anchor: { type },
        ...(type === 'unchanged' ? { proration_behavior: 'none' } : {}),
        expand,
      };
      return toSubscription(await call(() => stripe.subscriptions.resume(id, params, { idempotencyKey })));
    },
    voidInvoicesUntil: (id, until, key) =>
      update(id, { pause_collection: until ? { behavior: 'void', resumes_at: toSeconds(until) } : '' }, key),
    cancelSubscription: (id, comment, key) => cancel(stripe, id, comment, key),
    setCancelAtPeriodEnd: (id, atPeriodEnd, comment, key) =>
      update(id, { cancel_at_period_end: atPeriodEnd, ...detailsOf(comment) }, key),
    setPaymentMethod: (id, method, key) => update(id, { default_payment_method: method }, key),
    payInvoice: (invoiceId, key) => pay(stripe, invoiceId, key),
    previewUpdate: (id, wish) => preview(stripe, id, wish),
  };
}

const toSeconds = (date: Date) => Math.floor(date.getTime() / 1_000);
const detailsOf = (comment: string | null) => (comment ? { cancellation_details: { comment } } : {});

/** An id is taken once: that it is there is what was wanted. */
async function ensureProduct(stripe: Stripe, id: string, name: string): Promise<void> {
  try {
    await call(() => stripe.products.create({ id, name, metadata: { made_by: 'stockroom' } }));
  } catch (error) {
    if (!(error instanceof PaymentRefusedError && error.code === 'resource_already_exists')) throw error;
  }
}

function toCreateParams(wish: NewSubscription): Stripe.SubscriptionCreateParams {
  const { paymentMethod, coupon, trialEnd } = wish;
  return {
    customer: wish.customerId,
    currency: wish.currency,
    items: wish.items.map(toItem),
    description: `Subscription ${wish.number}`,
    metadata: { subscription_id: wish.subscriptionId, subscription_number: wish.number },
    payment_settings: { save_default_payment_method: 'on_subscription' },
    ...(paymentMethod
      ? { default_payment_method: paymentMethod, payment_behavior: 'allow_incomplete', off_session: true }
      : { payment_behavior: 'default_incomplete' }),
    ...(coupon ? { discounts: [{ coupon }] } : {}),
    ...(trialEnd
      ? { trial_end: toSeconds(trialEnd), trial_settings: { end_behavior: { missing_payment_method: 'pause' } } }
      : {}),
    expand,
  };
}

function toItem({ id, lineId, kind, price, quantity }: ItemWish) {
  return {
    ...(id ? { id } : {}),
    ...(price
      ? {
          price_data: {
            currency: price.currency,
            product: price.productId,
            unit_amount: price.unitAmount,
            recurring: { interval: price.intervalUnit, interval_count: price.intervalCount },
          },
        }
      : {}),
    quantity,
    metadata: { line_id: lineId, kind },
  };
}

const toItems = ({ items = [], removedItems = [] }: SubscriptionUpdate) => [
  ...items.map(toItem),
  ...removedItems.map((id) => ({ id, deleted: true })),
];

const toDiscounts = ({ coupon }: SubscriptionUpdate) =>
  coupon === undefined ? {} : { discounts: coupon ? [{ coupon }] : ('' as const) };

function toUpdateParams(wish: SubscriptionUpdate): Stripe.SubscriptionUpdateParams {
  const items = toItems(wish);
  return {
    ...(items.length > 0 ? { items } : {}),
    ...toDiscounts(wish),
    proration_behavior: wish.proration,
    // What cannot be charged is owed, and told to the customer with a link to pay; the change itself holds.
    payment_behavior: 'allow_incomplete',
    off_session: true,
  };
}

async function retrieve(stripe: Stripe, id: string): Promise<ProviderSubscription | undefined> {
  try {
    return toSubscription(await call(() => stripe.subscriptions.retrieve(id, { expand })));
  } catch (error) {
    if (error instanceof PaymentRefusedError && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

async function find(stripe: Stripe, customer: string, id: string): Promise<ProviderSubscription | undefined> {
  for await (const page of walk((cut) => stripe.subscriptions.list({ customer, status: 'all', ...cut }))) {
    const found = page.find(({ metadata }) => metadata.subscription_id === id);
    // A list is not expanded as deep as one object is.
    if (found) return retrieve(stripe, found.id);
  }
  return undefined;
}

async function cancel(stripe: Stripe, id: string, comment: string | null, idempotencyKey: string) {
  try {
    return toSubscription(
      await call(() => stripe.subscriptions.cancel(id, { ...detailsOf(comment), expand }, { idempotencyKey })),
    );
  } catch (error) {
    // Stripe knows a canceled subscription no more when it is to be canceled again.
    const ended = error instanceof PaymentRefusedError && error.code === 'resource_missing';
    const found = ended ? await retrieve(stripe, id) : undefined;
    if (found) return found;
    throw error;
  }
}

async function pay(stripe: Stripe, invoiceId: string, idempotencyKey: string): Promise<void> {
  try {
    await call(() => stripe.invoices.pay(invoiceId, { off_session: true }, { idempotencyKey }));
  } catch (error) {
    // Declined, paid or void already: its events tell what became of it.
    if (!(error instanceof Error && ['DeclinedError', 'PaymentRefusedError'].includes(error.name))) throw error;
  }
}

async function preview(stripe: Stripe, id: string, wish: SubscriptionUpdate): Promise<InvoicePreview> {
  const items = toItems(wish);
  const params: Stripe.InvoiceCreatePreviewParams = {
    subscription: id,
    subscription_details: { ...(items.length > 0 ? { items } : {}), proration_behavior: wish.proration },
    ...toDiscounts(wish),
  };
  return toPreview(await call(() => stripe.invoices.createPreview(params)));
}
