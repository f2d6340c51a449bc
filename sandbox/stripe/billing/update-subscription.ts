import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import type { Call } from '../routes.ts';
import { insertAddedItems } from './added-items.ts';
import { type Change, changeSubscription } from './change-subscription.ts';
import { chargeInvoice, methodFor, requirePaid } from './collect-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { insertInvoiceItem } from './invoice-item-rows.ts';
import { issueInvoice } from './issue-invoice.ts';
import { holdUpdate } from './pending-update.ts';
import { endTrial, planPeriod, planTrialEnd } from './renew-subscription.ts';
import { tellFailure } from './settle-invoice.ts';
import type { UpdateSubscription } from './subscription-params.ts';
import { copyOf, getSubscription, saveSubscription } from './subscription-rows.ts';
import { onClock, plan } from './time.ts';
import type { Invoice, Subscription } from './types.ts';

const OVER = ['canceled', 'incomplete_expired'];

export function updateSubscription({ sandbox, ids, params }: Call<UpdateSubscription>): Subscription {
  const before = getSubscription(sandbox, ids[0]!);
  checkChangeable(before, params);
  const then = onClock(sandbox, before.test_clock);
  if (params.trial_end === 'now' && stopsWithoutCard(then, before)) return getSubscription(sandbox, before.id);
  const change = changeSubscription(then, before, params, true);
  const { after, prorations, lines } = change;
  for (const item of prorations) insertInvoiceItem(then, item);
  insertAddedItems(then, after, params.add_invoice_items);
  const atOnce = lines !== undefined || (params.proration_behavior === 'always_invoice' && prorations.length > 0);
  if (atOnce) billChange(then, before, change, params);
  else saveSubscription(then, after, before);
  planChange(then, before, after);
  return getSubscription(sandbox, before.id);
}

/** A trial that ends without a card may pause or end its subscription; then nothing is billed. */
function stopsWithoutCard(sandbox: Sandbox, subscription: Subscription): boolean {
  if (subscription.status !== 'trialing') return false;
  const before = copyOf(subscription);
  subscription.trial_end = sandbox.now();
  if (endTrial(sandbox, subscription, before)) {
    Object.assign(subscription, before);
    return false;
  }
  return true;
}

function checkChangeable(subscription: Subscription, params: UpdateSubscription): void {
  if (OVER.includes(subscription.status)) {
    const only = Object.keys(params).every((name) => ['cancellation_details', 'metadata', 'expand'].includes(name));
    if (!only) throw refuse('A canceled subscription can only update its cancellation_details and metadata.');
  }
  if (subscription.pending_update && (params.items || params.trial_end || params.billing_cycle_anchor))
    throw refuse('This subscription has a pending update; it must be applied or expire first.');
  if (params.payment_behavior === 'pending_if_incomplete' && params.metadata)
    throw badParam('metadata is not supported with payment_behavior=pending_if_incomplete.', 'metadata');
}

/** The invoice of a change that is paid for at once. */
function billChange(sandbox: Sandbox, before: Subscription, change: Change, params: UpdateSubscription): void {
  const { after, lines = [] } = change;
  const now = sandbox.now();
  const behavior = params.payment_behavior ?? 'allow_incomplete';
  const draft = issueInvoice(sandbox, {
    subscription: after,
    reason: 'subscription_update',
    lines,
    period: { end: now, start: now },
  });
  const waits = behavior === 'pending_if_incomplete' && draft.amount_due > 0;
  // Kept before the attempt: what becomes of the invoice finds the subscription that it is for.
  if (waits) holdUpdate(sandbox, before, after, draft.id);
  else saveSubscription(sandbox, after, before);
  const invoice = finalizeInvoice(sandbox, draft);
  if (invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return;
  if (behavior === 'default_incomplete') return;
  payChange(sandbox, invoice, params);
}

function payChange(sandbox: Sandbox, invoice: Invoice, params: UpdateSubscription): void {
  const method = methodFor(sandbox, invoice);
  if (method === null) return void tellFailure(sandbox, invoice, false);
  const result = chargeInvoice(sandbox, invoice, method, !params.off_session);
  if (params.payment_behavior === 'error_if_incomplete') requirePaid(result);
}

/** What was planned for the times that a subscription had stays, and does nothing any more. */
function planChange(sandbox: Sandbox, before: Subscription, after: Subscription): void {
  const kept = getSubscription(sandbox, after.id);
  const end = kept.items.data[0]!.current_period_end;
  if (end !== before.items.data[0]!.current_period_end) planPeriod(sandbox, kept);
  if (kept.trial_end !== before.trial_end && kept.status === 'trialing') planTrialEnd(sandbox, kept);
  if (kept.cancel_at !== null && kept.cancel_at !== before.cancel_at && !kept.cancel_at_period_end)
    plan(sandbox, 'cancel', kept.id, kept.cancel_at);
  const resumes = kept.pause_collection?.resumes_at;
  if (resumes && resumes !== before.pause_collection?.resumes_at) plan(sandbox, 'resume_collection', kept.id, resumes);
}
