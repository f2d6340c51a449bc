import type { Sandbox } from '../context.ts';
import { readCurrency } from '../currencies.ts';
import { badParam, noSuch, refuse } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { linePrice, ofSubscription } from './added-items.ts';
import { activeDiscounts, discountsRule, takeDiscounts } from './apply-discounts.ts';
import { linesOf, putLines, saveInvoice } from './build-invoice.ts';
import { buildInvoiceItem, findInvoiceItem, insertInvoiceItem } from './invoice-item-rows.ts';
import { getDraft } from './invoice-rows.ts';
import { lineOfItem, pricingOf } from './lines.ts';
import { amountOf, linePriceData } from './price-rows.ts';
import { nameOf } from './product-rows.ts';
import { getSubscription, takeCustomer } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { InvoiceItem, InvoiceLine } from './types.ts';

type None = Record<never, never>;
const period = p.hash({ end: p.integer(0), start: p.integer(0) }, {});
const common = {
  amount: p.integer(),
  description: p.text(),
  discountable: p.boolean,
  discounts: discountsRule,
  metadata: p.metadata,
  period,
  price_data: linePriceData,
  pricing: p.hash({}, { price: p.filled() }),
  quantity: p.integer(0),
  ...p.expand,
};
/** What is said of an item that is not there yet, and belongs to whom it is asked for. */
export const addedItemFields = {
  amount: p.integer(),
  currency: p.filled(3),
  description: p.text(),
  discountable: p.boolean,
  metadata: p.metadata,
  period,
  price: p.filled(),
  price_data: linePriceData,
  quantity: p.integer(0),
};
type AddedItem = p.Params<None, typeof addedItemFields>;
const createFields = {
  ...common,
  currency: p.filled(3),
  customer: p.filled(),
  invoice: p.filled(),
  subscription: p.filled(),
};
type Create = p.Params<None, typeof createFields>;
type Update = p.Params<None, typeof common>;

/** The amount that was given, or a price times a quantity. */
function worth(
  sandbox: Sandbox,
  params: Omit<Create, 'expand'>,
  keep = true,
): Pick<InvoiceItem, 'amount' | 'currency' | 'description' | 'pricing' | 'quantity'> {
  const { amount, description, price_data, pricing, quantity = 1 } = params;
  if (amount !== undefined && (price_data || pricing?.price))
    throw badParam('You may only specify one of these parameters: amount, pricing.', 'amount');
  if (amount !== undefined) {
    if (!params.currency) throw badParam('Missing required param: currency.', 'currency', 'parameter_missing');
    const currency = readCurrency(params.currency);
    const plain = { type: 'price_details', unit_amount_decimal: String(amount) } as const;
    return { amount, currency, description: description ?? null, pricing: plain, quantity: 1 };
  }
  if (!price_data && !pricing?.price) throw badParam('Missing required param: amount.', 'amount', 'parameter_missing');
  const price = linePrice(sandbox, { price: pricing?.price, price_data }, 'pricing', keep);
  return {
    amount: amountOf(price, quantity),
    currency: price.currency,
    description: description ?? nameOf(sandbox, price),
    pricing: pricingOf(price),
    quantity,
  };
}

/** An item that is not kept, for a preview or for a draft's lines. */
export function addedItem(sandbox: Sandbox, given: AddedItem, of: { customer: string; keep: boolean }): InvoiceItem {
  const { price, ...rest } = given;
  const now = sandbox.now();
  return buildInvoiceItem(sandbox, {
    ...worth(sandbox, { ...rest, ...(price ? { pricing: { price } } : {}) }, of.keep),
    customer: of.customer,
    discountable: given.discountable ?? (given.amount ?? 0) >= 0,
    metadata: p.mergeMetadata({}, given.metadata),
    period: given.period ?? { end: now, start: now },
  });
}

function create({ sandbox, params }: Call<Create>): InvoiceItem {
  const subscription = params.subscription ? getSubscription(sandbox, params.subscription, 'subscription') : undefined;
  const id = params.customer ?? subscription?.customer;
  if (!id) throw badParam('Missing required param: customer.', 'customer', 'parameter_missing');
  const customer = takeCustomer(sandbox, id);
  const then = onClock(sandbox, customer.test_clock);
  const now = then.now();
  const item = buildInvoiceItem(then, {
    ...worth(then, params),
    customer: id,
    discountable: params.discountable ?? (params.amount ?? 0) >= 0,
    discounts: takeDiscounts(then, params.discounts ?? null, { customer: id }),
    metadata: p.mergeMetadata({}, params.metadata),
    parent: subscription ? ofSubscription(subscription.id) : null,
    period: params.period ?? { end: now, start: now },
  });
  if (params.invoice) {
    const invoice = getDraft(sandbox, params.invoice, 'invoice');
    if (invoice.customer !== id) throw refuse('The invoice belongs to another customer.', { param: 'invoice' });
    item.invoice = invoice.id;
    addLines(then, invoice.id, [lineOfItem(item)]);
  }
  return insertInvoiceItem(then, item);
}

/** Puts more lines on a draft. */
export function addLines(sandbox: Sandbox, id: string, lines: InvoiceLine[]): void {
  const invoice = getDraft(sandbox, id);
  const before = { ...invoice };
  putLines(sandbox, invoice, [...linesOf(sandbox, invoice), ...lines], activeDiscounts(sandbox, invoice.discounts));
  saveInvoice(sandbox, invoice);
  sandbox.emit('invoice.updated', invoice, p.changes(before, invoice));
}

function getItem(sandbox: Sandbox, id: string): InvoiceItem {
  const item = findInvoiceItem(sandbox, id);
  if (!item) throw noSuch('invoiceitem', id);
  return item;
}

/** Replaces the line of an item on its draft; without another line it is taken off. */
function changeLine(sandbox: Sandbox, item: InvoiceItem, line: InvoiceLine | undefined): void {
  if (item.invoice === null) return;
  const invoice = getDraft(sandbox, item.invoice);
  const isOf = ({ parent }: InvoiceLine) =>
    (parent.invoice_item_details ?? parent.subscription_item_details)?.invoice_item === item.id;
  const lines = linesOf(sandbox, invoice).flatMap((each) => (isOf(each) ? (line ? [line] : []) : [each]));
  putLines(sandbox, invoice, lines, activeDiscounts(sandbox, invoice.discounts));
  saveInvoice(sandbox, invoice);
}

function update({ sandbox, ids, params }: Call<Update>): InvoiceItem {
  const item = getItem(sandbox, ids[0]!);
  const priced = params.amount !== undefined || params.price_data || params.pricing || params.quantity !== undefined;
  if (priced && item.proration) throw refuse('Prorations cannot be changed.');
  const { description, discountable, metadata, period: span } = params;
  if (params.amount !== undefined || params.price_data || params.pricing)
    Object.assign(item, worth(sandbox, { currency: item.currency, ...params }));
  else if (params.quantity !== undefined && item.pricing) {
    item.quantity = params.quantity;
    item.quantity_decimal = String(params.quantity);
    item.amount = amountOf({ unit_amount_decimal: item.pricing.unit_amount_decimal ?? '0' }, params.quantity);
  }
  item.net_amount = item.amount;
  if (description !== undefined) item.description = description || null;
  if (discountable !== undefined) item.discountable = discountable;
  if (span) item.period = span;
  item.metadata = p.mergeMetadata(item.metadata, metadata);
  sandbox.objects.update(item);
  changeLine(onClock(sandbox, item.test_clock), item, lineOfItem(item));
  return item;
}

function remove({ sandbox, ids }: Call<object>) {
  const item = getItem(sandbox, ids[0]!);
  changeLine(onClock(sandbox, item.test_clock), item, undefined);
  sandbox.objects.remove(item.id);
  sandbox.emit('invoiceitem.deleted', item);
  return { id: item.id, object: 'invoiceitem', deleted: true };
}

const listFields = {
  created: p.timestampRange,
  customer: p.text(),
  invoice: p.text(),
  pending: p.boolean,
  ...p.listParams,
};

function list({ sandbox, params }: Call<p.Params<None, typeof listFields>>) {
  const { created, customer, invoice, pending, ...page } = params;
  const open = { sql: pending ? ' AND k2 IS NULL' : ' AND k2 IS NOT NULL', values: [] };
  const and = sql.join([sql.within('date', created), ...(pending === undefined ? [] : [open])]);
  return listObjects(sandbox.objects, 'invoiceitem', '/v1/invoiceitems', page, { customer, invoice }, and);
}

export const invoiceItemRoutes = [
  route('POST', '/v1/invoiceitems', {}, createFields, create),
  route('GET', '/v1/invoiceitems', {}, listFields, list),
  route('GET', '/v1/invoiceitems/:id', {}, p.expand, ({ sandbox, ids }) => getItem(sandbox, ids[0]!)),
  route('POST', '/v1/invoiceitems/:id', {}, common, update),
  route('DELETE', '/v1/invoiceitems/:id', {}, {}, remove),
];
