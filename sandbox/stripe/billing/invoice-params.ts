import * as p from '../params.ts';
import { discountsRule } from './apply-discounts.ts';

const customField = p.hash({ name: p.filled(40), value: p.text(140) }, {});

/** What can be said of an invoice while it is a draft. */
const common = {
  auto_advance: p.boolean,
  automatically_finalizes_at: p.integer(0),
  collection_method: p.oneOf('charge_automatically', 'send_invoice'),
  custom_fields: p.emptyOr(p.list(customField)),
  days_until_due: p.integer(0),
  default_payment_method: p.filled(),
  description: p.text(1500),
  discounts: discountsRule,
  due_date: p.integer(0),
  footer: p.text(),
  metadata: p.metadata,
  number: p.text(26),
  statement_descriptor: p.text(22),
  ...p.expand,
};
export const createFields = {
  ...common,
  currency: p.filled(3),
  customer: p.filled(),
  pending_invoice_items_behavior: p.oneOf('exclude', 'include'),
  subscription: p.filled(),
};
export const updateFields = common;
export const payFields = {
  forgive: p.boolean,
  off_session: p.boolean,
  paid_out_of_band: p.boolean,
  payment_method: p.filled(),
  ...p.expand,
};
export const listFields = {
  collection_method: p.oneOf('charge_automatically', 'send_invoice'),
  created: p.timestampRange,
  customer: p.text(),
  due_date: p.timestampRange,
  status: p.oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  subscription: p.text(),
  ...p.listParams,
};

type None = Record<never, never>;
export type CreateInvoice = p.Params<None, typeof createFields>;
export type UpdateInvoice = p.Params<None, typeof updateFields>;
export type PayInvoice = p.Params<None, typeof payFields>;
export type ListInvoices = p.Params<None, typeof listFields>;
