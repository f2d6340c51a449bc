import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import * as p from '../params.ts';
import type { Call } from '../routes.ts';
import { activeDiscounts } from './apply-discounts.ts';
import { collectInvoice } from './collect-invoice.ts';
import { endSubscription } from './end-subscription.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { insertInvoiceItem, prorationItem } from './invoice-item-rows.ts';
import { issueInvoice } from './issue-invoice.ts';
import { prorate } from './lines.ts';
import { cancellationDetails } from './subscription-params.ts';
import { getSubscription } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Invoice, Subscription } from './types.ts';
import { voidInvoice } from './withdraw-invoice.ts';

export const cancelFields = {
  cancellation_details: cancellationDetails,
  invoice_now: p.boolean,
  prorate: p.boolean,
  ...p.expand,
};
type Cancel = p.Params<Record<never, never>, typeof cancelFields>;

/** Ends a subscription at once; `prorate` gives the rest of the period back, `invoice_now` bills what waits. */
export function cancelSubscription({ sandbox, ids, params }: Call<Cancel>): Subscription {
  const subscription = getSubscription(sandbox, ids[0]!);
  if (['canceled', 'incomplete_expired'].includes(subscription.status))
    throw refuse(`No such subscription: '${subscription.id}'`, { code: 'resource_missing', param: 'id' });
  const then = onClock(sandbox, subscription.test_clock);
  if (params.cancellation_details)
    subscription.cancellation_details = { ...subscription.cancellation_details, ...params.cancellation_details };
  if (subscription.status === 'incomplete') return expire(then, subscription);
  if (params.prorate && ['active', 'past_due'].includes(subscription.status))
    creditRest(then, subscription, then.now());
  if (params.invoice_now) billRest(then, subscription);
  const latest = getSubscription(sandbox, subscription.id);
  latest.cancellation_details = subscription.cancellation_details;
  return endSubscription(then, latest, 'cancellation_requested');
}

/** One that was never paid expires, with its invoice. */
function expire(sandbox: Sandbox, subscription: Subscription): Subscription {
  const invoice = sandbox.objects.find<Invoice>(subscription.latest_invoice ?? '', 'invoice');
  if (invoice) voidInvoice(sandbox, invoice);
  return getSubscription(sandbox, subscription.id);
}

/** Credits for the unused rest of the period, pending until an invoice takes them. */
export function creditRest(sandbox: Sandbox, subscription: Subscription, from: number): void {
  const context = { sandbox, subscription };
  const discounts = activeDiscounts(sandbox, subscription.discounts);
  for (const item of subscription.items.data)
    insertInvoiceItem(sandbox, prorationItem(context, prorate(context, item, -1, from, discounts)));
}

/** Bills what is pending, unless nothing is. */
export function billRest(sandbox: Sandbox, subscription: Subscription): void {
  const now = sandbox.now();
  const period = { end: now, start: now };
  const draft = issueInvoice(sandbox, { subscription, reason: 'subscription_update', lines: [], period });
  sandbox.objects.update(subscription);
  const invoice = finalizeInvoice(sandbox, draft);
  if (invoice.status === 'open' && invoice.collection_method === 'charge_automatically')
    collectInvoice(sandbox, invoice);
}
