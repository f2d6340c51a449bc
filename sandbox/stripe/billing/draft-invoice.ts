import type { Sandbox } from '../context.ts';
import { readCurrency } from '../currencies.ts';
import { badParam, refuse } from '../errors.ts';
import * as p from '../params.ts';
import type { Call } from '../routes.ts';
import { activeDiscounts, takeDiscounts } from './apply-discounts.ts';
import { linesOf, putLines, saveInvoice } from './build-invoice.ts';
import { DAY } from './calendar.ts';
import { linesOfItems, pendingItems, takeItems } from './invoice-item-rows.ts';
import type { CreateInvoice, UpdateInvoice } from './invoice-params.ts';
import { getInvoice } from './invoice-rows.ts';
import { DRAFT_SECONDS, insertInvoice } from './issue-invoice.ts';
import { getSubscription, takeCustomer, takeMethodOf } from './subscription-rows.ts';
import { onClock, plan } from './time.ts';
import type { Invoice } from './types.ts';

/** A draft by hand: empty, or with what waits for the customer. */
export function createInvoice({ sandbox, params }: Call<CreateInvoice>): Invoice {
  const subscription = params.subscription ? getSubscription(sandbox, params.subscription, 'subscription') : undefined;
  const id = params.customer ?? subscription?.customer;
  if (!id) throw badParam('Missing required param: customer.', 'customer', 'parameter_missing');
  const customer = takeCustomer(sandbox, id);
  const then = onClock(sandbox, customer.test_clock);
  const include = subscription !== undefined || params.pending_invoice_items_behavior === 'include';
  const found = include ? pendingItems(then, id, subscription?.id ?? null) : [];
  const currency = params.currency
    ? readCurrency(params.currency)
    : (subscription?.currency ?? found[0]?.currency ?? customer.currency ?? 'usd');
  const pending = found.filter((item) => item.currency === currency);
  if (subscription && pending.length === 0)
    throw refuse('Nothing to invoice for subscription', { code: 'invoice_no_subscription_line_items' });
  const now = then.now();
  const invoice = insertInvoice(then, {
    customer,
    currency,
    reason: subscription ? 'subscription_update' : 'manual',
    lines: linesOfItems(pending),
    subscription,
    discounts: params.discounts ? takeDiscounts(then, params.discounts, { customer: id }) : undefined,
    period: { end: now, start: now },
    rest: { auto_advance: false, ...fieldsOf(then, id, params) },
  });
  takeItems(then, pending, invoice.id);
  planAdvance(then, invoice);
  return invoice;
}

function fieldsOf(sandbox: Sandbox, customer: string, params: CreateInvoice | UpdateInvoice): Partial<Invoice> {
  const { automatically_finalizes_at, custom_fields, default_payment_method: method, days_until_due: days } = params;
  const fields: Partial<Invoice> = {};
  for (const name of ['auto_advance', 'collection_method', 'due_date'] as const)
    if (params[name] !== undefined) Object.assign(fields, { [name]: params[name] });
  for (const name of ['description', 'footer', 'number', 'statement_descriptor'] as const)
    if (params[name] !== undefined) fields[name] = params[name] || null;
  if (custom_fields !== undefined) fields.custom_fields = custom_fields;
  if (automatically_finalizes_at !== undefined) fields.automatically_finalizes_at = automatically_finalizes_at;
  if (method) fields.default_payment_method = takeMethodOf(sandbox, method, customer, 'default_payment_method').id;
  if (days !== undefined) fields.due_date = sandbox.now() + days * DAY;
  if (params.metadata !== undefined) fields.metadata = p.mergeMetadata({}, params.metadata);
  return fields;
}

/** A draft that advances by itself is final after an hour. */
function planAdvance(sandbox: Sandbox, invoice: Invoice): void {
  if (!invoice.auto_advance || invoice.status !== 'draft') return;
  invoice.automatically_finalizes_at ??= sandbox.now() + DRAFT_SECONDS;
  saveInvoice(sandbox, invoice);
  plan(sandbox, 'finalize', invoice.id, invoice.automatically_finalizes_at);
}

const AFTER_DRAFT = ['auto_advance', 'default_payment_method', 'metadata', 'expand'];

export function updateInvoice({ sandbox, ids, params }: Call<UpdateInvoice>): Invoice {
  const invoice = getInvoice(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  const refused = Object.keys(params).find((name) => !AFTER_DRAFT.includes(name));
  if (refused && invoice.status !== 'draft')
    throw refuse(`Finalized invoices can't be updated in this way`, { code: 'invoice_not_editable', param: refused });
  const before = { ...invoice };
  const { metadata, ...rest } = params;
  Object.assign(invoice, fieldsOf(then, invoice.customer, rest));
  invoice.metadata = p.mergeMetadata(invoice.metadata, metadata);
  if (params.discounts !== undefined) {
    const ids = takeDiscounts(then, params.discounts, { customer: invoice.customer, invoice: invoice.id });
    putLines(then, invoice, linesOf(sandbox, invoice), activeDiscounts(then, ids));
  }
  saveInvoice(sandbox, invoice);
  sandbox.emit('invoice.updated', invoice, p.changes(before, invoice));
  planAdvance(then, invoice);
  return invoice;
}
