import type { Sandbox } from '../context.ts';
import { DAY, nextPeriodEnd } from './calendar.ts';
import { endSubscription } from './end-subscription.ts';
import { issueInvoice } from './issue-invoice.ts';
import { itemLine } from './lines.ts';
import { previewRenewal } from './preview-lines.ts';
import {
  copyOf,
  findSubscription,
  methodOf,
  periodOf,
  saveSubscription,
  setPeriod,
  spanOf,
  takeCustomer,
} from './subscription-rows.ts';
import { plan } from './time.ts';
import type { Subscription } from './types.ts';
import { markUncollectible, voidInvoice } from './withdraw-invoice.ts';

const RENEWING = ['active', 'past_due', 'trialing', 'unpaid'];

/** Plans what a subscription's period ends with. */
export function planPeriod(sandbox: Sandbox, subscription: Subscription): void {
  const { end, start } = periodOf(subscription);
  plan(sandbox, 'renew', subscription.id, end);
  const tellAt = end - sandbox.settings.upcomingInvoiceDays * DAY;
  if (tellAt > start) plan(sandbox, 'tell_upcoming', subscription.id, tellAt);
}

/** The end of a period: the next begins, with its invoice; or the subscription ends. */
export function renewSubscription(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  if (!subscription || !RENEWING.includes(subscription.status)) return;
  const { end, start } = periodOf(subscription);
  if (sandbox.now() < end) return;
  if (subscription.cancel_at_period_end) return void endSubscription(sandbox, subscription, 'cancellation_requested');
  const before = copyOf(subscription);
  if (subscription.status === 'trialing' && !endTrial(sandbox, subscription, before)) return;
  setPeriod(subscription, end, nextPeriodEnd(subscription.billing_cycle_anchor, spanOf(subscription), end));
  billPeriod(sandbox, subscription, { end, start });
  saveSubscription(sandbox, subscription, before);
  planPeriod(sandbox, subscription);
}

/** After a trial the subscription is paid for, if there is a card; otherwise as its settings say. */
export function endTrial(sandbox: Sandbox, subscription: Subscription, before: Subscription): boolean {
  const { missing_payment_method: without } = subscription.trial_settings.end_behavior;
  const customer = takeCustomer(sandbox, subscription.customer);
  const payable = subscription.collection_method === 'send_invoice' || methodOf(subscription, customer) !== null;
  subscription.status = 'active';
  if (payable || without === 'create_invoice') return true;
  if (without === 'cancel') {
    endSubscription(sandbox, subscription, 'cancellation_requested');
    return false;
  }
  subscription.status = 'paused';
  subscription.status_details = {
    paused: {
      subscription: { type: 'trial_end_without_payment_method' },
      transitioned_at: sandbox.now(),
      type: 'subscription',
    },
  };
  saveSubscription(sandbox, subscription, before);
  sandbox.emit('customer.subscription.paused', subscription);
  return false;
}

function billPeriod(sandbox: Sandbox, subscription: Subscription, period: { end: number; start: number }): void {
  const pause = subscription.pause_collection;
  const autoAdvance = !pause && subscription.status !== 'unpaid';
  const lines = subscription.items.data.map((item) => itemLine({ sandbox, subscription }, item));
  const invoice = issueInvoice(sandbox, {
    subscription,
    reason: 'subscription_cycle',
    lines,
    period,
    waits: true,
    autoAdvance,
  });
  if (pause?.behavior === 'void') voidInvoice(sandbox, invoice);
  if (pause?.behavior === 'mark_uncollectible') markUncollectible(sandbox, invoice);
}

/** Some days before a renewal its invoice is told of as it would be, without an id. */
export function tellUpcoming(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  if (!subscription || !RENEWING.includes(subscription.status) || subscription.cancel_at_period_end) return;
  const { end } = periodOf(subscription);
  if (end - sandbox.now() > sandbox.settings.upcomingInvoiceDays * DAY) return;
  const { id: _id, ...invoice } = previewRenewal(sandbox, subscription);
  sandbox.emit('invoice.upcoming', invoice);
}

export function tellTrialEnd(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  if (subscription?.status === 'trialing') sandbox.emit('customer.subscription.trial_will_end', subscription);
}

const TRIAL_WARNING_DAYS = 3;

/** A trial's end is told three days before, or at once when it is shorter. */
export function planTrialEnd(sandbox: Sandbox, subscription: Subscription): void {
  if (subscription.trial_end === null) return;
  const at = Math.max(sandbox.now(), subscription.trial_end - TRIAL_WARNING_DAYS * DAY);
  plan(sandbox, 'tell_trial_end', subscription.id, at);
}
