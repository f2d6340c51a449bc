import type { Sandbox } from '../context.ts';
import { activeDiscounts, useUp } from './apply-discounts.ts';
import { buildInvoice, type NewInvoice, saveInvoice } from './build-invoice.ts';
import { DAY } from './calendar.ts';
import { linesOfItems, pendingItems, takeItems } from './invoice-item-rows.ts';
import { takeCustomer } from './subscription-rows.ts';
import { plan } from './time.ts';
import type { Invoice, InvoiceLine, Subscription } from './types.ts';

/** How long a draft can still be changed before it is final. */
export const DRAFT_SECONDS = 3600;

/** Keeps a new invoice, whose discounts that count once are thereby used. */
export function insertInvoice(sandbox: Sandbox, given: NewInvoice): Invoice {
  const invoice = buildInvoice(sandbox, given);
  saveInvoice(sandbox, invoice, true);
  sandbox.emit('invoice.created', invoice);
  if (given.subscription) useUpDiscounts(sandbox, given.subscription, invoice);
  return invoice;
}

/** What took nothing off, as on a trial's invoice, is still to come. */
function useUpDiscounts(sandbox: Sandbox, subscription: Subscription, invoice: Invoice): void {
  const taken = new Set(invoice.total_discount_amounts.map(({ discount }) => discount));
  for (const owner of [subscription, ...subscription.items.data]) {
    if (owner.discounts.length === 0) continue;
    const used = activeDiscounts(sandbox, owner.discounts).filter(({ id }) => taken.has(id));
    owner.discounts = useUp(sandbox, owner.discounts, used);
  }
}

interface SubscriptionInvoice {
  subscription: Subscription;
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update';
  lines: InvoiceLine[];
  period: { end: number; start: number };
  /** Stays a draft for an hour, as Stripe does with renewals, unless it is not to become final by itself. */
  waits?: boolean;
  autoAdvance?: boolean;
}

/** An invoice of a subscription, with what waited for its customer, as the subscription's latest. */
export function issueInvoice(sandbox: Sandbox, given: SubscriptionInvoice): Invoice {
  const { subscription, reason, lines, period, waits = false, autoAdvance = true } = given;
  const customer = takeCustomer(sandbox, subscription.customer);
  const pending = pendingItems(sandbox, customer.id, subscription.id);
  const invoice = insertInvoice(sandbox, {
    customer,
    currency: subscription.currency,
    reason,
    lines: [...linesOfItems(pending), ...lines],
    subscription,
    period,
    rest: {
      collection_method: subscription.collection_method,
      due_date: dueDate(sandbox, subscription),
      auto_advance: autoAdvance,
      automatically_finalizes_at: waits && autoAdvance ? sandbox.now() + DRAFT_SECONDS : null,
    },
  });
  takeItems(sandbox, pending, invoice.id);
  subscription.latest_invoice = invoice.id;
  if (invoice.automatically_finalizes_at !== null)
    plan(sandbox, 'finalize', invoice.id, invoice.automatically_finalizes_at);
  return invoice;
}

const dueDate = (sandbox: Sandbox, { collection_method: how, days_until_due: days }: Subscription): number | null =>
  how === 'send_invoice' ? sandbox.now() + (days ?? 30) * DAY : null;
