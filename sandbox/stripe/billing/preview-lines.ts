import type { Sandbox } from '../context.ts';
import type { Applied } from './apply-discounts.ts';
import { buildInvoice } from './build-invoice.ts';
import { nextPeriodEnd } from './calendar.ts';
import { linesOfItems, pendingItems } from './invoice-item-rows.ts';
import { itemLine } from './lines.ts';
import { copyOf, periodOf, setPeriod, spanOf, takeCustomer } from './subscription-rows.ts';
import type { Invoice, InvoiceItem, Subscription } from './types.ts';

/** The invoice of the next renewal as it would be by what is known now, with items that are not pending yet. */
export function previewRenewal(
  sandbox: Sandbox,
  subscription: Subscription,
  more: InvoiceItem[] = [],
  applied?: Applied[],
): Invoice {
  const { end, start } = periodOf(subscription);
  const next = copyOf(subscription);
  setPeriod(next, end, nextPeriodEnd(next.billing_cycle_anchor, spanOf(next), end));
  const customer = takeCustomer(sandbox, subscription.customer);
  const pending = [...pendingItems(sandbox, customer.id, subscription.id), ...more];
  const lines = [
    ...linesOfItems(pending),
    ...next.items.data.map((item) => itemLine({ sandbox, subscription: next }, item)),
  ];
  return buildInvoice(sandbox, {
    customer,
    currency: subscription.currency,
    reason: 'upcoming',
    lines,
    subscription,
    applied,
    period: { end, start },
    rest: { collection_method: subscription.collection_method, created: end, next_payment_attempt: end + 3600 },
  });
}
