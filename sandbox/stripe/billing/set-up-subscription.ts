import type { Sandbox } from '../context.ts';
import { createSetupIntent } from '../setup-intents.ts';
import type { StripeObject } from '../types.ts';
import { copyOf, getSubscription, methodOf, saveSubscription, takeCustomer } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Subscription } from './types.ts';

/** A subscription that costs nothing yet asks for a card to be charged later, unless its customer has one. */
export function askForCard(sandbox: Sandbox, id: string): void {
  const subscription = getSubscription(sandbox, id);
  if (methodOf(subscription, takeCustomer(sandbox, subscription.customer)) !== null) return;
  const intent = createSetupIntent(sandbox, { customer: subscription.customer, usage: 'off_session' });
  const before = copyOf(subscription);
  subscription.pending_setup_intent = intent.id;
  saveSubscription(sandbox, subscription, before);
}

/** The card was saved: the subscription that asked for it is charged to it from now on. */
export function followSetup(sandbox: Sandbox, intent: StripeObject): void {
  if (typeof intent.customer !== 'string') return;
  const where = { customer: intent.customer };
  for (const { body } of sandbox.objects.page({ kind: 'subscription', where, order: 'DESC', limit: 500 })) {
    const subscription: Subscription = JSON.parse(body);
    if (subscription.pending_setup_intent !== intent.id) continue;
    const before = copyOf(subscription);
    subscription.pending_setup_intent = null;
    if (typeof intent.payment_method === 'string') subscription.default_payment_method = intent.payment_method;
    saveSubscription(onClock(sandbox, subscription.test_clock), subscription, before);
  }
}
