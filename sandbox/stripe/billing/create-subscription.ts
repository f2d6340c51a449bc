import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import type { Call } from '../routes.ts';
import { insertAddedItems } from './added-items.ts';
import { buildSubscription, firstLines } from './build-subscription.ts';
import { chargeInvoice, requirePaid } from './collect-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { issueInvoice } from './issue-invoice.ts';
import { planPeriod, planTrialEnd } from './renew-subscription.ts';
import { askForCard } from './set-up-subscription.ts';
import type { CreateSubscription } from './subscription-params.ts';
import { getSubscription, methodOf, takeCustomer } from './subscription-rows.ts';
import { checkSubscriptions } from './test-clock-limits.ts';
import { onClock, plan } from './time.ts';
import type { Invoice, Subscription } from './types.ts';

const INCOMPLETE_SECONDS = 23 * 3600;

export function createSubscription({ sandbox, params }: Call<CreateSubscription>): Subscription {
  if (!params.customer) throw badParam('Missing required param: customer.', 'customer', 'parameter_missing');
  if (!params.items) throw badParam('Missing required param: items.', 'items', 'parameter_missing');
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw badParam(
      '`payment_behavior=pending_if_incomplete` is only supported when updating a subscription.',
      'payment_behavior',
    );
  }
  const customer = takeCustomer(sandbox, params.customer);
  const then = onClock(sandbox, customer.test_clock);
  checkSubscriptions(then, customer);
  const subscription = buildSubscription(then, customer, params, true);
  const trialing = subscription.trial_end !== null;
  subscription.status = trialing
    ? 'trialing'
    : subscription.collection_method === 'send_invoice'
      ? 'active'
      : 'incomplete';
  insertAddedItems(then, subscription, params.add_invoice_items);
  const lines = firstLines({ sandbox: then, subscription }, params.proration_behavior);
  const now = then.now();
  sandbox.objects.insert(subscription);
  const invoice = issueInvoice(then, {
    subscription,
    reason: 'subscription_create',
    lines,
    period: { end: now, start: now },
    waits: subscription.collection_method === 'send_invoice' && !trialing,
  });
  sandbox.objects.update(subscription);
  sandbox.emit('customer.subscription.created', subscription);
  planPeriod(then, subscription);
  planTrialEnd(then, subscription);
  if (subscription.cancel_at !== null) plan(then, 'cancel', subscription.id, subscription.cancel_at);
  payFirst(then, subscription, invoice, params);
  return getSubscription(sandbox, subscription.id);
}

const noMethod = () =>
  refuse(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
    { code: 'resource_missing' },
  );

/** The first invoice is final at once, and charged unless the client wants to have it confirmed by the customer. */
function payFirst(sandbox: Sandbox, subscription: Subscription, draft: Invoice, params: CreateSubscription): void {
  if (draft.automatically_finalizes_at !== null) return;
  const { payment_behavior: behavior = 'allow_incomplete' } = params;
  const invoice = finalizeInvoice(sandbox, draft);
  if (invoice.status === 'paid' && behavior === 'default_incomplete') askForCard(sandbox, subscription.id);
  if (invoice.status !== 'open' || subscription.collection_method === 'send_invoice') return;
  if (subscription.status === 'incomplete')
    plan(sandbox, 'expire_incomplete', subscription.id, sandbox.now() + INCOMPLETE_SECONDS);
  if (behavior === 'default_incomplete') return;
  const method = methodOf(subscription, takeCustomer(sandbox, subscription.customer));
  if (method === null) throw noMethod();
  const result = chargeInvoice(sandbox, invoice, method, !params.off_session);
  if (behavior === 'error_if_incomplete') requirePaid(result);
}
