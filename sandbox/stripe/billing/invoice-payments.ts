import { noSuch } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { route } from '../routes.ts';
import { linesOf } from './build-invoice.ts';
import { getInvoice } from './invoice-rows.ts';

const payment = p.hash({ type: p.oneOf('payment_intent') }, { payment_intent: p.filled() });
const listFields = {
  created: p.timestampRange,
  invoice: p.text(),
  payment,
  status: p.oneOf('canceled', 'open', 'paid'),
  ...p.listParams,
};

export const invoicePaymentRoutes = [
  route('GET', '/v1/invoice_payments', {}, listFields, ({ sandbox, params }) => {
    const { created, invoice, payment: by, status, ...page } = params;
    const where = { invoice, 'payment.payment_intent': by?.payment_intent, status };
    const and = sql.within('created', created);
    return listObjects(sandbox.objects, 'invoice_payment', '/v1/invoice_payments', page, where, and);
  }),
  route('GET', '/v1/invoice_payments/:id', {}, p.expand, ({ sandbox, ids }) => {
    const found = sandbox.objects.find(ids[0]!, 'invoice_payment');
    if (!found) throw noSuch('invoice_payment', ids[0]!);
    return found;
  }),
  route('GET', '/v1/invoices/:id/lines', {}, p.listParams, ({ sandbox, ids, params }) => {
    const invoice = getInvoice(sandbox, ids[0]!);
    const lines = linesOf(sandbox, invoice);
    const limit = p.pageSize(params.limit);
    const at = (id: string, param: string) => {
      const found = lines.findIndex((line) => line.id === id);
      if (found < 0) throw noSuch('line item', id, param);
      return found;
    };
    const { starting_after: after, ending_before: before } = params;
    const rest = before
      ? lines.slice(0, at(before, 'ending_before'))
      : lines.slice(after ? at(after, 'starting_after') + 1 : 0);
    const data = before ? rest.slice(-limit) : rest.slice(0, limit);
    const url = `/v1/invoices/${invoice.id}/lines`;
    return { object: 'list', data, has_more: rest.length > data.length, total_count: lines.length, url };
  }),
];
