import type { Sandbox } from '../context.ts';
import { readCurrency } from '../currencies.ts';
import { refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Customer } from '../types.ts';
import { takeDiscounts } from './apply-discounts.ts';
import { addSpans, DAY } from './calendar.ts';
import { checkItems, newItem } from './items.ts';
import { itemLine, type LineContext } from './lines.ts';
import { readCancelAt, sharedFields } from './subscription-fields.ts';
import type { CreateSubscription } from './subscription-params.ts';
import { setPeriod, spanOf } from './subscription-rows.ts';
import { requireFuture } from './time.ts';
import type { InvoiceLine, Subscription } from './types.ts';

/** A subscription as it will be. `keep` is false for what is only tried. */
export function buildSubscription(
  sandbox: Sandbox,
  customer: Customer,
  params: CreateSubscription,
  keep: boolean,
): Subscription {
  const id = newId('sub');
  const now = sandbox.now();
  const subscription: Subscription = {
    ...NOTHING_KNOWN,
    id,
    object: 'subscription',
    billing_cycle_anchor: now,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: params.billing_mode?.type ?? 'flexible' },
    created: now,
    currency: '',
    customer: customer.id,
    items: {
      object: 'list',
      data: [],
      has_more: false,
      total_count: 0,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    start_date: now,
    status: 'active',
    test_clock: sandbox.clock ?? null,
    trial_settings: { end_behavior: { billing_cycle_anchor: 'unchanged', missing_payment_method: 'create_invoice' } },
  };
  if (params.billing_mode?.type === 'classic') subscription.billing_mode = { flexible: null, type: 'classic' };
  Object.assign(subscription, sharedFields(sandbox, subscription, params));
  subscription.items.data = (params.items ?? []).map((item, i) =>
    newItem(sandbox, subscription, item, `items[${i}]`, keep),
  );
  subscription.items.total_count = subscription.items.data.length;
  checkItems(subscription.items.data);
  subscription.currency = subscription.items.data[0]!.price.currency;
  if (params.currency && readCurrency(params.currency) !== subscription.currency)
    throw refuse('The price specified only supports another currency than the one given.', { param: 'currency' });
  if (params.discounts && keep)
    subscription.discounts = takeDiscounts(sandbox, params.discounts, { customer: customer.id, subscription: id });
  setFirstPeriod(sandbox, subscription, params);
  Object.assign(subscription, readCancelAt(sandbox, subscription, params));
  return subscription;
}

function setFirstPeriod(sandbox: Sandbox, subscription: Subscription, params: CreateSubscription): void {
  const now = sandbox.now();
  const trialEnd = readTrial(sandbox, subscription, params);
  const { billing_cycle_anchor: anchor } = params;
  if (anchor !== undefined) requireFuture(sandbox, anchor, 'billing_cycle_anchor');
  const span = spanOf(subscription);
  if (anchor !== undefined && anchor > addSpans(now, span, 1))
    throw refuse('billing_cycle_anchor cannot be later than next natural billing date.', {
      param: 'billing_cycle_anchor',
    });
  subscription.trial_start = trialEnd === null ? null : now;
  subscription.trial_end = trialEnd;
  subscription.billing_cycle_anchor = trialEnd ?? anchor ?? now;
  setPeriod(subscription, now, trialEnd ?? anchor ?? addSpans(now, span, 1));
}

function readTrial(sandbox: Sandbox, subscription: Subscription, params: CreateSubscription): number | null {
  const { trial_end: end, trial_from_plan: fromPlan } = params;
  const ofPlan = fromPlan ? spanOf(subscription).trial_period_days : null;
  const days = params.trial_period_days ?? ofPlan;
  if (typeof end === 'number') {
    requireFuture(sandbox, end, 'trial_end');
    return end;
  }
  return end === 'now' || !days ? null : sandbox.now() + days * DAY;
}

const NOTHING_KNOWN = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: { enabled: false },
  metadata: {},
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  transfer_data: null,
  trial_end: null,
  trial_start: null,
} satisfies Partial<Subscription>;

/** The first period whole; up to an anchor that was asked for its share, or nothing. */
export function firstLines(context: LineContext, behavior: string | undefined): InvoiceLine[] {
  const { subscription } = context;
  const { billing_cycle_anchor: anchor, start_date: start, trial_end: trialEnd } = subscription;
  const trial = trialEnd !== null;
  const lines = subscription.items.data.map((item) => itemLine(context, item, trial));
  if (trial || anchor <= start) return lines;
  if (behavior === 'none') return [];
  const whole = anchor - addSpans(anchor, spanOf(subscription), -1);
  for (const line of lines) {
    line.amount = Math.round((line.amount * (anchor - start)) / whole);
    line.subtotal = line.amount;
  }
  return lines;
}
