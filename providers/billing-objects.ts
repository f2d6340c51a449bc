/** Stripe's subscriptions and previewed invoices as ours. */
import type Stripe from 'stripe';
import type { BilledItem } from '../domain/subscriptions/items.ts';
import type { IntervalUnit } from '../domain/subscriptions/plan.ts';
import type { InvoicePreview, PreviewedLine, ProviderSubscription } from './billing-types.ts';

const toDate = (seconds: number) => new Date(seconds * 1_000);
const toDateOrNull = (seconds: number | null | undefined) => (seconds ? toDate(seconds) : null);
const idOf = (value: string | { id: string } | null | undefined) =>
  (typeof value === 'string' ? value : value?.id) ?? null;

export function toSubscription(subscription: Stripe.Subscription): ProviderSubscription {
  const items = subscription.items.data;
  // All our items have one rhythm.
  const [first] = items;
  return {
    id: subscription.id,
    subscriptionId: subscription.metadata.subscription_id ?? null,
    customerId: idOf(subscription.customer) ?? '',
    status: subscription.status as ProviderSubscription['status'],
    items: items.map(toItem),
    currentPeriodStart: toDateOrNull(first?.current_period_start),
    currentPeriodEnd: toDateOrNull(first?.current_period_end),
    trialEnd: toDateOrNull(subscription.trial_end),
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    canceledAt: toDateOrNull(subscription.canceled_at),
    endedAt: toDateOrNull(subscription.ended_at),
    collectionPaused: subscription.pause_collection && {
      resumesAt: toDateOrNull(subscription.pause_collection.resumes_at),
    },
    paymentMethod: idOf(subscription.default_payment_method),
    latestInvoice: idOf(subscription.latest_invoice),
    createdAt: toDate(subscription.created),
    clientSecret: secretOf(subscription),
  };
}

function toItem({ id, metadata, price, quantity = 1 }: Stripe.SubscriptionItem): BilledItem {
  return {
    id,
    lineId: metadata.line_id ?? null,
    productId: idOf(price.product) ?? '',
    quantity,
    unitAmount: price.unit_amount ?? 0,
    intervalUnit: (price.recurring?.interval ?? 'month') as IntervalUnit,
    intervalCount: price.recurring?.interval_count ?? 1,
  };
}

function secretOf({ latest_invoice, pending_setup_intent, status }: Stripe.Subscription) {
  const invoice = typeof latest_invoice === 'object' ? latest_invoice : null;
  const payment = status === 'incomplete' ? invoice?.confirmation_secret?.client_secret : undefined;
  if (payment) return { secret: payment, kind: 'payment' } as const;
  if (status === 'incomplete' && typeof latest_invoice === 'string') return undefined;
  if (typeof pending_setup_intent === 'string') return undefined;
  const setup = pending_setup_intent?.client_secret;
  return setup ? ({ secret: setup, kind: 'setup' } as const) : null;
}

export function toPreview(invoice: Stripe.Invoice): InvoicePreview {
  return {
    currency: invoice.currency,
    subtotal: invoice.subtotal,
    discount: (invoice.total_discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0),
    total: invoice.total,
    amountDue: invoice.amount_due,
    at: toDate(invoice.period_end),
    lines: invoice.lines.data.map(toPreviewedLine),
  };
}

function toPreviewedLine(line: Stripe.InvoiceLineItem): PreviewedLine {
  const { subscription_item_details: item, invoice_item_details: invoiceItem } = line.parent ?? {};
  return {
    lineId: line.metadata.line_id ?? null,
    description: line.description,
    quantity: line.quantity,
    amount: line.amount,
    isProration: item?.proration ?? invoiceItem?.proration ?? false,
    periodStart: toDate(line.period.start),
    periodEnd: toDate(line.period.end),
  };
}
