import type { Sandbox } from '../context.ts';
import { newId } from '../ids.ts';
import type { Customer } from '../types.ts';
import { type Applied, activeDiscounts, discountLines } from './apply-discounts.ts';
import type { Invoice, InvoiceLine, Subscription } from './types.ts';

export interface NewInvoice {
  customer: Customer;
  currency: string;
  reason: string;
  lines: InvoiceLine[];
  subscription?: Subscription | undefined;
  discounts?: string[] | undefined;
  /** What is taken off when nothing is kept, also by discounts that are not made. */
  applied?: Applied[] | undefined;
  period: { end: number; start: number };
  rest?: Partial<Invoice>;
}

/** How many lines an invoice shows itself; the others are read from its list. */
const SHOWN_LINES = 10;

const NOTHING_KNOWN = {
  account_country: 'US',
  account_name: 'Sandbox',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  custom_fields: null,
  customer_account: null,
  default_source: null,
  default_tax_rates: [],
  footer: null,
  from_invoice: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  on_behalf_of: null,
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: { amount_tax_display: null, pdf: { page_size: 'letter' }, template: null, template_version: null },
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} as const;

/** The discounts that an invoice is made with: its own, its subscription's, or its customer's. */
function discountsFor(sandbox: Sandbox, given: NewInvoice): Applied[] {
  const ofSubscription = given.subscription?.discounts ?? [];
  const ofCustomer = given.customer.discount ? [given.customer.discount.id] : [];
  const ids = given.discounts ?? (ofSubscription.length > 0 ? ofSubscription : ofCustomer);
  return activeDiscounts(sandbox, ids);
}

/** A draft with its lines and sums, kept by nobody yet. */
export function buildInvoice(sandbox: Sandbox, given: NewInvoice): Invoice {
  const { customer, subscription, period } = given;
  const id = newId('in');
  const invoice: Invoice = {
    id,
    object: 'invoice',
    ...NOTHING_KNOWN,
    amount_due: 0,
    amount_paid: 0,
    amount_remaining: 0,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatically_finalizes_at: null,
    billing_reason: given.reason,
    collection_method: subscription?.collection_method ?? 'charge_automatically',
    created: sandbox.now(),
    currency: given.currency,
    ...customerFields(customer),
    default_payment_method: null,
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    hosted_invoice_url: null,
    lines: { object: 'list', data: [], has_more: false, total_count: 0, url: `/v1/invoices/${id}/lines` },
    metadata: {},
    next_payment_attempt: null,
    number: null,
    parent: subscription ? parentOf(subscription) : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    starting_balance: customer.balance,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: sandbox.clock ?? null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    ...given.rest,
  };
  putLines(sandbox, invoice, given.lines, given.applied ?? discountsFor(sandbox, given));
  return invoice;
}

const customerFields = (customer: Customer) => ({
  customer: customer.id,
  customer_address: customer.address ?? null,
  customer_email: customer.email,
  customer_name: customer.name,
  customer_phone: customer.phone ?? null,
  customer_shipping: customer.shipping ?? null,
  customer_tax_exempt: customer.tax_exempt ?? 'none',
  customer_tax_ids: [],
});

const parentOf = (subscription: Subscription) => ({
  quote_details: null,
  subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
  type: 'subscription_details',
});

/** Gives an invoice these lines and counts it anew. Returns all of the lines, of which the invoice shows the first. */
export function putLines(
  sandbox: Sandbox,
  invoice: Invoice,
  lines: InvoiceLine[],
  discounts: Applied[],
): InvoiceLine[] {
  for (const line of lines) line.invoice = invoice.id;
  const ofLines = lines.flatMap((line) =>
    line.discounts.length > 0 ? discountLines([line], activeDiscounts(sandbox, line.discounts), invoice.currency) : [],
  );
  const plain = lines.filter((line) => line.discounts.length === 0);
  const taken = [...ofLines, ...discountLines(plain, discounts, invoice.currency)];
  const off = taken.reduce((sum, { amount }) => sum + amount, 0);
  invoice.discounts = discounts.map(({ id }) => id);
  invoice.subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  invoice.total = invoice.subtotal - off;
  invoice.total_discount_amounts = taken;
  Object.assign(invoice, { subtotal_excluding_tax: invoice.subtotal, total_excluding_tax: invoice.total });
  invoice.amount_due = Math.max(0, invoice.total + (invoice.status === 'draft' ? invoice.starting_balance : 0));
  invoice.amount_remaining = invoice.amount_due;
  const { lines: list } = invoice;
  list.data = lines.slice(0, SHOWN_LINES);
  list.has_more = lines.length > SHOWN_LINES;
  list.total_count = lines.length;
  allLines.set(invoice, lines);
  return lines;
}

/** Lines beyond those that the invoice shows, until it is kept. */
const allLines = new WeakMap<Invoice, InvoiceLine[]>();

/** Keeps an invoice, also the lines that it doesn't show. */
export function saveInvoice(sandbox: Sandbox, invoice: Invoice, isNew = false): void {
  const lines = allLines.get(invoice);
  const hidden = lines && invoice.lines.has_more ? { ...sandbox.objects.hidden(invoice.id), lines } : undefined;
  if (isNew) sandbox.objects.insert(invoice, hidden);
  else sandbox.objects.update(invoice, hidden);
}

/** All lines of an invoice. */
export function linesOf(sandbox: Sandbox, invoice: Invoice): InvoiceLine[] {
  if (!invoice.lines.has_more) return invoice.lines.data;
  return allLines.get(invoice) ?? sandbox.objects.hidden<{ lines: InvoiceLine[] }>(invoice.id).lines ?? [];
}
