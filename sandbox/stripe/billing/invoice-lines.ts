import type { Sandbox } from '../context.ts';
import { noSuch, refuse } from '../errors.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { activeDiscounts } from './apply-discounts.ts';
import { linesOf, putLines, saveInvoice } from './build-invoice.ts';
import { findInvoiceItem, insertInvoiceItem } from './invoice-item-rows.ts';
import { addedItem, addedItemFields } from './invoice-items.ts';
import { getDraft } from './invoice-rows.ts';
import { lineOfItem } from './lines.ts';
import { onClock } from './time.ts';
import type { Invoice, InvoiceItem, InvoiceLine } from './types.ts';

type None = Record<never, never>;
const { currency: _currency, price: _price, ...lineFields } = addedItemFields;
const pricing = p.hash({}, { price: p.filled() });
const added = { ...lineFields, invoice_item: p.filled(), pricing };
const changed = { ...lineFields, pricing };
type Change = p.Params<None, typeof changed>;
const addFields = { invoice_metadata: p.metadata, ...p.expand };
const removal = p.hash({ behavior: p.oneOf('delete', 'unassign'), id: p.filled() }, {});
const addRequired = { lines: p.list(p.hash({}, added)) };
const removeRequired = { lines: p.list(removal) };
const updateRequired = { lines: p.list(p.hash({ id: p.filled() }, changed)) };
type Add = p.Params<typeof addRequired, typeof addFields>;
type Remove = p.Params<typeof removeRequired, typeof addFields>;
type Update = p.Params<typeof updateRequired, typeof addFields>;

/** Gives a draft other lines, and tells it. */
function keepLines(
  sandbox: Sandbox,
  invoice: Invoice,
  lines: InvoiceLine[],
  metadata: Add['invoice_metadata'],
): Invoice {
  const before = { ...invoice };
  putLines(sandbox, invoice, lines, activeDiscounts(sandbox, invoice.discounts));
  invoice.metadata = p.mergeMetadata(invoice.metadata, metadata);
  saveInvoice(sandbox, invoice);
  sandbox.emit('invoice.updated', invoice, p.changes(before, invoice));
  return invoice;
}

/** Lines of new items, or of pending ones by their id. */
function add({ sandbox, ids, params }: Call<Add>): Invoice {
  const invoice = getDraft(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  const items = params.lines.map((line, i) => {
    const { invoice_item: pending, pricing: by, ...given } = line;
    const item = pending
      ? takePending(sandbox, pending, invoice, `lines[${i}][invoice_item]`)
      : addedItem(
          then,
          { ...given, currency: invoice.currency, price: by?.price },
          { customer: invoice.customer, keep: true },
        );
    item.invoice = invoice.id;
    if (pending) sandbox.objects.update(item);
    else insertInvoiceItem(then, item);
    return item;
  });
  return keepLines(then, invoice, [...linesOf(sandbox, invoice), ...items.map(lineOfItem)], params.invoice_metadata);
}

function takePending(sandbox: Sandbox, id: string, invoice: Invoice, name: string): InvoiceItem {
  const item = findInvoiceItem(sandbox, id);
  if (!item || item.customer !== invoice.customer) throw noSuch('invoiceitem', id, name);
  if (item.invoice !== null) throw refuse('The invoice item is already attached to an invoice.', { param: name });
  return item;
}

const itemOf = ({ parent }: InvoiceLine): string | null =>
  ((parent.invoice_item_details ?? parent.subscription_item_details)?.invoice_item as string | null) ?? null;

function findLine(lines: InvoiceLine[], id: string, name = 'id'): InvoiceLine {
  const line = lines.find((each) => each.id === id);
  if (!line) throw noSuch('line item', id, name);
  return line;
}

/** Takes lines off a draft: their items are deleted, or wait again. */
function remove({ sandbox, ids, params }: Call<Remove>): Invoice {
  const invoice = getDraft(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  const lines = linesOf(sandbox, invoice);
  const gone = params.lines.map(({ behavior, id }, i) => {
    const line = findLine(lines, id, `lines[${i}][id]`);
    const item = findInvoiceItem(sandbox, itemOf(line) ?? '');
    if (item && behavior === 'unassign') sandbox.objects.update({ ...item, invoice: null });
    else if (item) sandbox.objects.remove(item.id);
    return line;
  });
  const rest = lines.filter((line) => !gone.includes(line));
  return keepLines(then, invoice, rest, params.invoice_metadata);
}

function changeLine(sandbox: Sandbox, invoice: Invoice, line: InvoiceLine, given: Change): void {
  const { description, discountable, metadata, period, pricing: by, ...worth } = given;
  if (worth.amount !== undefined || worth.price_data || by?.price) {
    const { customer, currency } = invoice;
    const item = addedItem(sandbox, { ...worth, currency, price: by?.price }, { customer, keep: true });
    const { amount, pricing: priced, quantity } = item;
    Object.assign(line, { amount, subtotal: amount, pricing: priced, quantity, quantity_decimal: String(quantity) });
  } else if (worth.quantity !== undefined) {
    const amount = Math.round(Number(line.pricing?.unit_amount_decimal ?? 0) * worth.quantity);
    Object.assign(line, {
      amount,
      subtotal: amount,
      quantity: worth.quantity,
      quantity_decimal: String(worth.quantity),
    });
  }
  if (description !== undefined) line.description = description || null;
  if (discountable !== undefined) line.discountable = discountable;
  if (period) line.period = period;
  line.metadata = p.mergeMetadata(line.metadata, metadata);
}

function update({ sandbox, ids, params }: Call<Update>): Invoice {
  const invoice = getDraft(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  const lines = linesOf(sandbox, invoice);
  params.lines.forEach(({ id, ...given }, i) => {
    changeLine(then, invoice, findLine(lines, id, `lines[${i}][id]`), given);
  });
  return keepLines(then, invoice, lines, params.invoice_metadata);
}

function updateOne({ sandbox, ids, params }: Call<Change & { expand?: string[] | undefined }>): InvoiceLine {
  const invoice = getDraft(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  const lines = linesOf(sandbox, invoice);
  const line = findLine(lines, ids[1]!);
  const { expand: _expand, ...given } = params;
  changeLine(then, invoice, line, given);
  keepLines(then, invoice, lines, undefined);
  return line;
}

export const invoiceLineRoutes = [
  route('POST', '/v1/invoices/:id/add_lines', addRequired, addFields, add),
  route('POST', '/v1/invoices/:id/remove_lines', removeRequired, addFields, remove),
  route('POST', '/v1/invoices/:id/update_lines', updateRequired, addFields, update),
  route('POST', '/v1/invoices/:invoice/lines/:id', {}, { ...changed, ...p.expand }, updateOne),
];
