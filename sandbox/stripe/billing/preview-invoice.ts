import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { type Applied, activeDiscounts, discountsRule, previewDiscounts } from './apply-discounts.ts';
import { buildInvoice } from './build-invoice.ts';
import { buildSubscription, firstLines } from './build-subscription.ts';
import { changeSubscription } from './change-subscription.ts';
import { linesOfItems, pendingItems, prorationItem } from './invoice-item-rows.ts';
import { addedItem, addedItemFields } from './invoice-items.ts';
import { changeFields } from './items.ts';
import { prorate } from './lines.ts';
import { previewRenewal } from './preview-lines.ts';
import { prorationBehavior, trialEnd } from './subscription-params.ts';
import { getSubscription, takeCustomer } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Invoice, InvoiceItem, InvoiceLine, Subscription } from './types.ts';

const anchor = p.hash({ type: p.oneOf('now', 'unchanged') }, {});
const details = p.hash(
  {},
  {
    billing_cycle_anchor: anchor,
    cancel_at: p.emptyOr(p.integer(0)),
    cancel_at_period_end: p.boolean,
    cancel_now: p.boolean,
    items: p.list(p.hash({}, changeFields)),
    metadata: p.metadata,
    proration_behavior: prorationBehavior,
    proration_date: p.integer(0),
    trial_end: trialEnd,
  },
);
const fields = {
  currency: p.filled(3),
  customer: p.filled(),
  discounts: discountsRule,
  invoice_items: p.list(p.hash({}, addedItemFields)),
  preview_mode: p.oneOf('next', 'recurring'),
  subscription: p.filled(),
  subscription_details: details,
  ...p.expand,
};
type Preview = p.Params<Record<never, never>, typeof fields>;
type Details = NonNullable<Preview['subscription_details']>;

/** The invoice that would come, by what is known or by a change that is only tried. Nothing of it is kept. */
function preview({ sandbox, params }: Call<Preview>): Invoice {
  const known = params.subscription ? getSubscription(sandbox, params.subscription, 'subscription') : undefined;
  const id = params.customer ?? known?.customer;
  if (!id) throw badParam('Missing required param: customer.', 'customer', 'parameter_missing');
  const then = onClock(sandbox, takeCustomer(sandbox, id).test_clock);
  const added = (params.invoice_items ?? []).map((each) => addedItem(then, each, { customer: id, keep: false }));
  const discounts = params.discounts === undefined ? undefined : previewDiscounts(then, params.discounts);
  const invoice = known
    ? previewKnown(then, known, params, added, discounts)
    : previewNew(then, id, params, added, discounts);
  invoice.id = `upcoming_${invoice.id}`;
  return invoice;
}

function previewKnown(
  sandbox: Sandbox,
  subscription: Subscription,
  { preview_mode: mode, subscription_details: given = {} }: Preview,
  added: InvoiceItem[],
  discounts: Applied[] | undefined,
): Invoice {
  if (subscription.status === 'canceled')
    throw refuse('No upcoming invoices for customer', { code: 'invoice_upcoming_none' });
  if (given.cancel_now)
    return atOnce(sandbox, subscription, [...cancelCredits(sandbox, subscription, given), ...added], [], discounts);
  const { cancel_now: _now, ...change } = given;
  const { after, lines, prorations } = changeSubscription(sandbox, subscription, change, false);
  const extra = mode === 'recurring' ? [] : [...prorations, ...added];
  const paysNow = lines !== undefined || (given.proration_behavior === 'always_invoice' && prorations.length > 0);
  if (paysNow && mode !== 'recurring') return atOnce(sandbox, after, extra, lines ?? [], discounts);
  if (after.cancel_at_period_end && extra.length === 0)
    throw refuse('No upcoming invoices for customer', { code: 'invoice_upcoming_none' });
  return previewRenewal(sandbox, after, extra, discounts);
}

function cancelCredits(sandbox: Sandbox, subscription: Subscription, given: Details): InvoiceItem[] {
  if (given.proration_behavior === 'none') return [];
  const context = { sandbox, subscription };
  const discounts = activeDiscounts(sandbox, subscription.discounts);
  const from = given.proration_date ?? sandbox.now();
  return subscription.items.data.map((item) => prorationItem(context, prorate(context, item, -1, from, discounts)));
}

/** The invoice that a change brings now. */
function atOnce(
  sandbox: Sandbox,
  subscription: Subscription,
  items: InvoiceItem[],
  lines: InvoiceLine[],
  applied: Applied[] | undefined,
): Invoice {
  const customer = takeCustomer(sandbox, subscription.customer);
  const pending = pendingItems(sandbox, customer.id, subscription.id);
  return buildInvoice(sandbox, {
    customer,
    currency: subscription.currency,
    reason: 'subscription_update',
    lines: [...linesOfItems([...pending, ...items]), ...lines],
    subscription,
    applied,
    period: { end: sandbox.now(), start: sandbox.now() },
    rest: { collection_method: subscription.collection_method },
  });
}

/** The first invoice of a subscription that is not made yet, or what waits for a customer. */
function previewNew(
  sandbox: Sandbox,
  customerId: string,
  { currency, subscription_details: given }: Preview,
  added: InvoiceItem[],
  applied: Applied[] | undefined,
): Invoice {
  const customer = takeCustomer(sandbox, customerId);
  const items = [...pendingItems(sandbox, customerId, null), ...added];
  const subscription = given?.items ? newSubscription(sandbox, customerId, given) : undefined;
  const lines = subscription ? firstLines({ sandbox, subscription }, given?.proration_behavior) : [];
  if (items.length === 0 && lines.length === 0)
    throw refuse('No upcoming invoices for customer', { code: 'invoice_upcoming_none' });
  const now = sandbox.now();
  return buildInvoice(sandbox, {
    customer,
    currency: subscription?.currency ?? items[0]?.currency ?? currency ?? 'usd',
    reason: subscription ? 'subscription_create' : 'upcoming',
    lines: [...linesOfItems(items), ...lines],
    subscription,
    applied,
    period: { end: now, start: now },
  });
}

function newSubscription(sandbox: Sandbox, customer: string, given: Details) {
  const { items, proration_behavior, trial_end } = given;
  const params = { customer, items, proration_behavior, trial_end };
  return buildSubscription(sandbox, takeCustomer(sandbox, customer), params, false);
}

export const previewRoutes = [route('POST', '/v1/invoices/create_preview', {}, fields, preview)];
