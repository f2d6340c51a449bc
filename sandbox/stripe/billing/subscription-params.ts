import * as p from '../params.ts';
import { discountsRule } from './apply-discounts.ts';
import { changeFields, itemFields } from './items.ts';
import { linePriceData } from './price-rows.ts';

/** The parameters that the subscription endpoints take. */

export const prorationBehavior = p.oneOf('always_invoice', 'create_prorations', 'none');
export const paymentBehavior = p.oneOf(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
);
export const trialEnd: p.Rule<number | 'now'> = (value, name) => (value === 'now' ? 'now' : p.integer(0)(value, name));
const feedback = p.oneOf(
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
);
export const cancellationDetails = p.hash({}, { comment: p.emptyOr(p.text()), feedback: p.emptyOr(feedback) });

const paymentSettings = p.hash(
  {},
  {
    payment_method_options: p.anyHash,
    payment_method_types: p.emptyOr(p.list(p.text())),
    save_default_payment_method: p.oneOf('off', 'on_subscription'),
  },
);
const trialSettings = p.hash(
  {
    end_behavior: p.hash(
      {},
      {
        billing_cycle_anchor: p.oneOf('now', 'unchanged'),
        missing_payment_method: p.oneOf('cancel', 'create_invoice', 'pause'),
      },
    ),
  },
  {},
);
export const addInvoiceItem = p.hash(
  {},
  {
    metadata: p.metadata,
    price: p.filled(),
    price_data: linePriceData,
    quantity: p.integer(1),
    discountable: p.boolean,
  },
);

const common = {
  add_invoice_items: p.list(addInvoiceItem),
  cancel_at: p.emptyOr(p.integer(0)),
  cancel_at_period_end: p.boolean,
  collection_method: p.oneOf('charge_automatically', 'send_invoice'),
  days_until_due: p.integer(0),
  default_payment_method: p.filled(),
  description: p.emptyOr(p.text(500)),
  discounts: discountsRule,
  metadata: p.metadata,
  off_session: p.boolean,
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  proration_behavior: prorationBehavior,
  trial_end: trialEnd,
  trial_from_plan: p.boolean,
  trial_settings: trialSettings,
  ...p.expand,
};

export const createFields = {
  ...common,
  billing_cycle_anchor: p.integer(0),
  billing_mode: p.hash({ type: p.oneOf('classic', 'flexible') }, {}),
  currency: p.filled(3),
  customer: p.filled(),
  items: p.list(p.hash({}, itemFields)),
  trial_period_days: p.integer(1),
};

export const updateFields = {
  ...common,
  billing_cycle_anchor: p.hash({ type: p.oneOf('now', 'unchanged') }, {}),
  cancellation_details: cancellationDetails,
  items: p.list(p.hash({}, changeFields)),
  pause_collection: p.emptyOr(
    p.hash({ behavior: p.oneOf('keep_as_draft', 'mark_uncollectible', 'void') }, { resumes_at: p.integer(0) }),
  ),
  proration_date: p.integer(0),
};

type None = Record<never, never>;
export type CreateSubscription = p.Params<None, typeof createFields>;
export type UpdateSubscription = p.Params<None, typeof updateFields>;
