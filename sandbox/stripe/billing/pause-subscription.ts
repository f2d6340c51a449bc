import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import * as p from '../params.ts';
import type { Call } from '../routes.ts';
import { addSpans } from './calendar.ts';
import { billRest, creditRest } from './cancel-subscription.ts';
import { chargeInvoice, methodFor } from './collect-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { issueInvoice } from './issue-invoice.ts';
import { itemLine } from './lines.ts';
import { planPeriod } from './renew-subscription.ts';
import { tellFailure } from './settle-invoice.ts';
import { prorationBehavior } from './subscription-params.ts';
import { copyOf, getSubscription, periodOf, saveSubscription, setPeriod, spanOf } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Subscription } from './types.ts';

const typed = <T extends string>(...types: T[]) => p.hash({}, { type: p.oneOf(...types) });

export const pauseFields = {
  bill_for: p.hash(
    {},
    {
      outstanding_usage_through: typed('none', 'now'),
      unused_time_from: typed('item_current_period_start', 'none', 'now'),
    },
  ),
  invoicing_behavior: p.oneOf('invoice', 'pending_invoice_item'),
  type: p.oneOf('subscription'),
  ...p.expand,
};
export const resumeFields = {
  billing_cycle_anchor: typed('now', 'unchanged'),
  payment_behavior: p.oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
  proration_behavior: prorationBehavior,
  proration_date: p.integer(0),
  ...p.expand,
};
type None = Record<never, never>;

/** Stops a subscription until it is resumed: no invoices, and the unused rest of the period is credited. */
export function pauseSubscription({ sandbox, ids, params }: Call<p.Params<None, typeof pauseFields>>): Subscription {
  const subscription = getSubscription(sandbox, ids[0]!);
  if (!['active', 'past_due'].includes(subscription.status))
    throw refuse(`You cannot pause a subscription with a status of ${subscription.status}.`);
  const then = onClock(sandbox, subscription.test_clock);
  const before = copyOf(subscription);
  const from = params.bill_for?.unused_time_from?.type ?? 'now';
  if (from !== 'none') creditRest(then, subscription, from === 'now' ? then.now() : periodOf(subscription).start);
  if (params.invoicing_behavior === 'invoice') billRest(then, subscription);
  subscription.status = 'paused';
  subscription.status_details = {
    paused: { subscription: { type: 'pause_requested' }, transitioned_at: then.now(), type: 'subscription' },
  };
  saveSubscription(then, subscription, before);
  sandbox.emit('customer.subscription.paused', subscription);
  return subscription;
}

/** Goes on with a new period from now, or within the period that the pause fell into. */
export function resumeSubscription({ sandbox, ids, params }: Call<p.Params<None, typeof resumeFields>>): Subscription {
  const subscription = getSubscription(sandbox, ids[0]!);
  if (subscription.status !== 'paused') throw refuse('Only paused subscriptions can be resumed.');
  const then = onClock(sandbox, subscription.test_clock);
  const before = copyOf(subscription);
  const anew = params.billing_cycle_anchor?.type !== 'unchanged' || periodOf(subscription).end <= then.now();
  subscription.status = 'active';
  delete subscription.status_details;
  if (!anew) return finish(then, subscription, before);
  subscription.billing_cycle_anchor = then.now();
  setPeriod(subscription, then.now(), addSpans(then.now(), spanOf(subscription), 1));
  billResumption(then, subscription, before);
  planPeriod(then, subscription);
  return getSubscription(sandbox, subscription.id);
}

function finish(sandbox: Sandbox, subscription: Subscription, before: Subscription): Subscription {
  saveSubscription(sandbox, subscription, before);
  sandbox.emit('customer.subscription.resumed', subscription);
  return subscription;
}

function billResumption(sandbox: Sandbox, subscription: Subscription, before: Subscription): void {
  const now = sandbox.now();
  const lines = subscription.items.data.map((item) => itemLine({ sandbox, subscription }, item));
  const period = { end: now, start: now };
  const draft = issueInvoice(sandbox, { subscription, reason: 'subscription_update', lines, period });
  finish(sandbox, subscription, before);
  const invoice = finalizeInvoice(sandbox, draft);
  if (invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return;
  const method = methodFor(sandbox, invoice);
  if (method === null) tellFailure(sandbox, invoice, false);
  else chargeInvoice(sandbox, invoice, method, true);
}
