import type { Sandbox } from '../context.ts';
import { newId } from '../ids.ts';
import { type LineContext, lineOfItem, type Proration, pricingOf } from './lines.ts';
import type { InvoiceItem, InvoiceLine } from './types.ts';

type NewInvoiceItem = Partial<InvoiceItem> & Pick<InvoiceItem, 'amount' | 'currency' | 'customer' | 'period'>;

/** Something to be on an invoice: one that is named, or the customer's next. */
export const buildInvoiceItem = (sandbox: Sandbox, given: NewInvoiceItem): InvoiceItem => {
  const quantity = given.quantity ?? 1;
  return {
    id: newId('ii'),
    object: 'invoiceitem',
    customer_account: null,
    date: sandbox.now(),
    description: null,
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    net_amount: given.amount,
    parent: null,
    pricing: null,
    proration: false,
    quantity_decimal: String(quantity),
    tax_rates: [],
    test_clock: sandbox.clock ?? null,
    ...given,
    quantity,
  };
};

/** The pending item that a proration is until an invoice takes it. */
export function prorationItem({ sandbox, subscription }: LineContext, of: Proration): InvoiceItem {
  const { item, amount, description, period } = of;
  return buildInvoiceItem(sandbox, {
    amount,
    currency: item.price.currency,
    customer: subscription.customer,
    description,
    discountable: false,
    metadata: { ...subscription.metadata },
    parent: {
      subscription_details: { subscription: subscription.id, subscription_item: item.id },
      type: 'subscription_details',
    },
    period,
    pricing: pricingOf(item.price),
    proration: true,
    proration_details: { credited_items: null, discount_amounts: [] },
    quantity: item.quantity,
  });
}

export function insertInvoiceItem(sandbox: Sandbox, item: InvoiceItem): InvoiceItem {
  sandbox.objects.insertTimeless(item);
  sandbox.emit('invoiceitem.created', item);
  return item;
}

export const findInvoiceItem = (sandbox: Sandbox, id: string): InvoiceItem | undefined =>
  sandbox.objects.find(id, 'invoiceitem') as InvoiceItem | undefined;

/** What waits for this customer's next invoice of this subscription; what names no subscription goes on any. */
export function pendingItems(sandbox: Sandbox, customer: string, subscription: string | null): InvoiceItem[] {
  const rows = sandbox.objects.page({
    kind: 'invoiceitem',
    where: { customer },
    order: 'ASC',
    limit: 250,
    and: 'AND k2 IS NULL',
  });
  return rows
    .map((row): InvoiceItem => JSON.parse(row.body))
    .filter(({ parent }) => !parent || parent.subscription_details.subscription === subscription);
}

/** Puts pending items on an invoice. */
export function takeItems(sandbox: Sandbox, items: InvoiceItem[], invoice: string): void {
  for (const item of items) {
    item.invoice = invoice;
    sandbox.objects.update(item);
  }
}

export const linesOfItems = (items: InvoiceItem[]): InvoiceLine[] => items.map(lineOfItem);
