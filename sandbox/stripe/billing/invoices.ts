import { refuse } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { Answer, type Call, route } from '../routes.ts';
import { chargeInvoice, collectInvoice, methodFor } from './collect-invoice.ts';
import { createInvoice, updateInvoice } from './draft-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import {
  createFields,
  type ListInvoices,
  listFields,
  type PayInvoice,
  payFields,
  updateFields,
} from './invoice-params.ts';
import { getDraft, getInvoice } from './invoice-rows.ts';
import { searchRoute } from './search.ts';
import { markPaid } from './settle-invoice.ts';
import { takeMethodOf } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Invoice, InvoiceItem } from './types.ts';
import { endPayment, markUncollectible, voidInvoice } from './withdraw-invoice.ts';

function finalize({ sandbox, ids, params }: Call<{ auto_advance?: boolean | undefined }>): Invoice {
  const invoice = getInvoice(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance;
  finalizeInvoice(then, invoice);
  const goesOn = invoice.auto_advance && invoice.collection_method === 'charge_automatically';
  if (invoice.status === 'open' && goesOn) collectInvoice(then, invoice);
  return getInvoice(sandbox, invoice.id);
}

const requiresAction = (invoice: Invoice) =>
  new Answer(402, {
    type: 'card_error',
    code: 'invoice_payment_intent_requires_action',
    message: `Payment for this invoice requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with invoice ${invoice.id}.`,
  });

/** Tries to have an invoice paid now; a refusal is the answer, and the invoice stays open. */
function pay({ sandbox, ids, params }: Call<PayInvoice>): Invoice | Answer {
  const invoice = getInvoice(sandbox, ids[0]!);
  const then = onClock(sandbox, invoice.test_clock);
  if (invoice.status === 'paid') throw refuse('Invoice is already paid');
  if (invoice.status === 'void') throw refuse('This invoice can no longer be paid: it was voided.');
  if (invoice.status === 'draft') finalizeInvoice(then, invoice);
  if ((invoice.status as string) === 'paid') return invoice;
  if (params.paid_out_of_band) {
    endPayment(then, invoice);
    return markPaid(then, invoice, 'elsewhere');
  }
  const given = params.payment_method;
  const method = given ? takeMethodOf(sandbox, given, invoice.customer, 'payment_method').id : methodFor(then, invoice);
  if (method === null) {
    throw refuse(
      'There is no `default_payment_method` set on this Customer or Invoice. Please set either field prior to making a payment.',
      { code: 'resource_missing' },
    );
  }
  const result = chargeInvoice(then, invoice, method, params.off_session === false);
  if (result instanceof Answer) return result;
  if (result?.status === 'requires_action') return requiresAction(invoice);
  return getInvoice(sandbox, invoice.id);
}

function send({ sandbox, ids }: Call<object>): Invoice {
  const invoice = getInvoice(sandbox, ids[0]!);
  if (invoice.collection_method !== 'send_invoice')
    throw refuse('You can only manually send an invoice if its collection method is `send_invoice`.');
  const then = onClock(sandbox, invoice.test_clock);
  if (invoice.status === 'draft') finalizeInvoice(then, invoice);
  if (invoice.status !== 'open' && invoice.status !== 'paid')
    throw refuse('You can only send an open or a paid invoice.');
  sandbox.emit('invoice.sent', invoice);
  return invoice;
}

function withdraw({ sandbox, ids }: Call<object>): Invoice {
  const invoice = getInvoice(sandbox, ids[0]!);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw refuse(`You can only pass in open invoices. This invoice isn't open.`);
  return voidInvoice(onClock(sandbox, invoice.test_clock), invoice);
}

function giveUp({ sandbox, ids }: Call<object>): Invoice {
  const invoice = getInvoice(sandbox, ids[0]!);
  if (invoice.status !== 'open')
    throw refuse(`You can only mark open invoices as uncollectible. This invoice isn't open.`);
  return markUncollectible(onClock(sandbox, invoice.test_clock), invoice);
}

/** Drafts that no subscription made can be deleted; the items on them wait again. */
function remove({ sandbox, ids }: Call<object>) {
  const invoice = getDraft(sandbox, ids[0]!);
  if (invoice.parent) throw refuse('You can only delete draft invoices that are not tied to a subscription.');
  for (const { body } of sandbox.objects.page({
    kind: 'invoiceitem',
    where: { invoice: invoice.id },
    order: 'ASC',
    limit: 250,
  })) {
    const item: InvoiceItem = JSON.parse(body);
    item.invoice = null;
    sandbox.objects.update(item);
  }
  sandbox.objects.remove(invoice.id);
  sandbox.emit('invoice.deleted', invoice);
  return { id: invoice.id, object: 'invoice', deleted: true };
}

function list({ sandbox, params }: Call<ListInvoices>) {
  const { collection_method, created, customer, due_date, status, subscription, ...page } = params;
  const and = sql.join([
    sql.where({ collection_method }),
    sql.within('created', created),
    sql.within('due_date', due_date),
  ]);
  const where = { customer, 'parent.subscription_details.subscription': subscription, status };
  return listObjects(sandbox.objects, 'invoice', '/v1/invoices', page, where, and);
}

export const invoiceRoutes = [
  route('POST', '/v1/invoices', {}, createFields, createInvoice),
  route('GET', '/v1/invoices', {}, listFields, list),
  searchRoute('invoices', 'invoice'),
  route('GET', '/v1/invoices/:id', {}, p.expand, ({ sandbox, ids }) => getInvoice(sandbox, ids[0]!)),
  route('POST', '/v1/invoices/:id', {}, updateFields, updateInvoice),
  route('DELETE', '/v1/invoices/:id', {}, {}, remove),
  route('POST', '/v1/invoices/:id/finalize', {}, { auto_advance: p.boolean, ...p.expand }, finalize),
  route('POST', '/v1/invoices/:id/pay', {}, payFields, pay),
  route('POST', '/v1/invoices/:id/send', {}, p.expand, send),
  route('POST', '/v1/invoices/:id/void', {}, p.expand, withdraw),
  route('POST', '/v1/invoices/:id/mark_uncollectible', {}, p.expand, giveUp),
];
