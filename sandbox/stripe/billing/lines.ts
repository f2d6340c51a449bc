import type { Sandbox } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { newId } from '../ids.ts';
import { type Applied, netOf } from './apply-discounts.ts';
import { amountOf } from './price-rows.ts';
import { nameOf } from './product-rows.ts';
import type { InvoiceItem, InvoiceLine, Price, Subscription, SubscriptionItem } from './types.ts';

interface NewLine {
  amount: number;
  currency: string;
  description: string | null;
  discountable?: boolean;
  discounts?: string[];
  metadata?: InvoiceLine['metadata'];
  parent: InvoiceLine['parent'];
  period: { end: number; start: number };
  pricing: InvoiceLine['pricing'];
  quantity: number;
  subscription: string | null;
}

/** A line as an invoice shows it; it belongs to one once that is made. */
export const buildLine = (given: NewLine): InvoiceLine => ({
  id: newId('il'),
  object: 'line_item',
  amount: given.amount,
  currency: given.currency,
  description: given.description,
  discount_amounts: [],
  discountable: given.discountable ?? true,
  discounts: given.discounts ?? [],
  invoice: null,
  livemode: false,
  metadata: given.metadata ?? {},
  parent: given.parent,
  period: given.period,
  pretax_credit_amounts: [],
  pricing: given.pricing,
  quantity: given.quantity,
  quantity_decimal: String(given.quantity),
  subscription: given.subscription,
  subtotal: given.amount,
  taxes: [],
});

export const pricingOf = (price: Price): InvoiceLine['pricing'] => ({
  price_details: { price: price.id, product: price.product },
  type: 'price_details',
  unit_amount_decimal: price.unit_amount_decimal,
});

export function parentOfItem(item: SubscriptionItem): InvoiceLine['parent'] {
  const details = {
    invoice_item: null,
    proration: false,
    proration_details: { credited_items: null },
    subscription: item.subscription,
    subscription_item: item.id,
  };
  return { invoice_item_details: null, subscription_item_details: details, type: 'subscription_item_details' };
}

export interface LineContext {
  sandbox: Sandbox;
  subscription: Subscription;
}

/** An item's price for a whole period of it; nothing for one of trial. */
export function itemLine({ sandbox, subscription }: LineContext, item: SubscriptionItem, trial = false): InvoiceLine {
  const { price, quantity } = item;
  const { interval, interval_count: every } = price.recurring!;
  const span = every === 1 ? interval : `every ${every} ${interval}s`;
  const name = nameOf(sandbox, price);
  const cost = `(at ${formatAmount(price.unit_amount ?? 0, price.currency)} / ${span})`;
  return buildLine({
    amount: trial ? 0 : amountOf(price, quantity),
    currency: price.currency,
    description: trial ? `Trial period for ${name}` : `${quantity} × ${name} ${cost}`,
    discounts: item.discounts,
    metadata: { ...subscription.metadata },
    parent: parentOfItem(item),
    period: { end: item.current_period_end, start: item.current_period_start },
    pricing: pricingOf(price),
    quantity,
    subscription: subscription.id,
  });
}

/** What unused or remaining time of an item is worth: negative for the one that goes, positive for the one that comes. */
export interface Proration {
  item: SubscriptionItem;
  amount: number;
  description: string;
  period: { end: number; start: number };
}

export function prorate(
  { sandbox }: LineContext,
  item: SubscriptionItem,
  sign: 1 | -1,
  from: number,
  discounts: Applied[],
): Proration {
  const { current_period_end: end, current_period_start: start, price, quantity } = item;
  const left = Math.max(0, end - Math.max(from, start));
  const whole = netOf(amountOf(price, quantity), discounts);
  const on = new Date(from * 1000).toUTCString().slice(5, 16);
  const what = `${quantity === 1 ? '' : `${quantity} × `}${nameOf(sandbox, price)}`;
  return {
    item,
    amount: sign * Math.round((whole * left) / (end - start)),
    description: `${sign < 0 ? 'Unused' : 'Remaining'} time on ${what} after ${on}`,
    period: { end, start: from },
  };
}

/** A pending item on an invoice. One of a proration points to its subscription's item. */
export function lineOfItem(item: InvoiceItem): InvoiceLine {
  const of = item.parent?.subscription_details;
  const details = {
    invoice_item: item.id,
    proration: item.proration,
    proration_details: { credited_items: null },
    subscription: of?.subscription ?? null,
  };
  return buildLine({
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    discountable: item.discountable,
    discounts: item.discounts,
    metadata: item.metadata,
    parent: of?.subscription_item
      ? {
          invoice_item_details: null,
          subscription_item_details: { ...details, subscription_item: of.subscription_item },
          type: 'subscription_item_details',
        }
      : { invoice_item_details: details, subscription_item_details: null, type: 'invoice_item_details' },
    period: item.period,
    pricing: item.pricing,
    quantity: item.quantity,
    subscription: of?.subscription ?? null,
  });
}
