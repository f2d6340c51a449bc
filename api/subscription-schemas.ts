/** The subscription as clients send and read it. */
import { z } from 'zod';
import { MAX_GOODS } from '../domain/subscriptions/plan.ts';
import { subscriptionTransitions } from '../domain/subscriptions/status.ts';
import { address, paymentMethod } from './order-schemas.ts';
import { currency, listOf, locale, metadata, money, page, sku, text } from './schemas.ts';

const outOfStock = z.enum(['wait', 'skip', 'substitute', 'refund']).meta({
  description:
    'What is done with a line of which there is not enough when its turn comes: wait for stock · skip it, its price taken off the next invoice · send the substitute · refund it',
});

const line = z
  .object({
    sku,
    quantity: z.int().min(1).max(10_000),
    out_of_stock: outOfStock.optional(),
    substitute_sku: sku.optional(),
  })
  .refine(({ out_of_stock, substitute_sku }) => out_of_stock !== 'substitute' || substitute_sku, {
    path: ['substitute_sku'],
    message: 'is needed to substitute',
  });

export type WantedLine = z.output<typeof line>;

const lines = z
  .array(line)
  .min(1)
  .max(MAX_GOODS)
  .refine((all) => new Set(all.map((each) => each.sku)).size === all.length, 'names a SKU twice');

const interval = z.enum(['day', 'week', 'month', 'year']);
/** Three years at most (https://docs.stripe.com/api/prices/create#create_price-recurring-interval_count). */
const MOST = { day: 1_095, week: 156, month: 36, year: 3 };
const intervalCount = z.int().min(1).max(MOST.day);

const coupon = text(200).meta({ description: 'A coupon at Stripe' });
const shippingMethod = z.string().min(1).max(50);

const withinThreeYears = ({
  interval: unit,
  interval_count: count,
}: {
  interval: keyof typeof MOST;
  interval_count: number;
}) => count <= MOST[unit];
const TOO_LONG = { path: ['interval_count'], message: 'comes to more than three years' };

export const newSubscription = z
  .object({
    customer: z
      .object({
        id: z.uuid().optional().meta({ description: 'A known customer; see /v1/customers' }),
        email: z.email().max(254).optional(),
        name: text(200).optional(),
        phone: text(40).optional(),
      })
      .refine(({ id, email }) => id !== undefined || email !== undefined, {
        path: ['email'],
        message: 'is needed of a customer who is not known',
      }),
    lines,
    currency,
    interval,
    interval_count: intervalCount.default(1),
    shipping_address: address,
    billing_address: address.optional(),
    shipping_method: shippingMethod.default('standard'),
    out_of_stock: outOfStock.default('wait'),
    payment_method: z
      .union([z.literal('default'), paymentMethod])
      .optional()
      .meta({
        description:
          "A saved method of the customer's, or `default` for theirs: charged at once, the customer not being there. Without it the first payment waits for the storefront to confirm it with `payment.client_secret`, and the method is kept",
      }),
    coupon: coupon.optional(),
    trial_days: z.int().min(1).max(730).optional(),
    start_at: z.iso.datetime({ offset: true }).optional().meta({ description: 'Not before this is it billed first' }),
    locale: locale.optional().meta({ description: 'What the customer is written to in' }),
    metadata: metadata.optional(),
  })
  .refine(withinThreeYears, TOO_LONG)
  .refine(({ trial_days, start_at }) => trial_days === undefined || start_at === undefined, {
    path: ['start_at'],
    message: 'goes with no trial_days: say when it starts in one way',
  })
  .meta({ id: 'NewSubscription' });

export type NewSubscriptionBody = z.output<typeof newSubscription>;

export const subscriptionChange = z
  .object({
    lines: lines
      .optional()
      .meta({ description: 'All of its goods, as they shall be; priced by the catalogue as it is now' }),
    interval: interval.optional(),
    interval_count: intervalCount.optional(),
    shipping_address: address.optional().meta({ description: 'Of the next orders; shipping and tax follow it' }),
    shipping_method: shippingMethod.optional(),
    out_of_stock: outOfStock.optional(),
    coupon: coupon.nullable().optional().meta({ description: 'null: none any more' }),
    proration: z.enum(['create_prorations', 'always_invoice', 'none']).default('create_prorations').meta({
      description:
        'Where the difference for the rest of the period goes: onto the next invoice, onto one of its own at once, or nowhere',
    }),
  })
  .refine(({ proration: _, ...wish }) => Object.values(wish).some((value) => value !== undefined), 'changes nothing')
  .meta({ id: 'SubscriptionChangeRequest' });

export type SubscriptionChangeBody = z.output<typeof subscriptionChange>;
export const isTooLong = (unit: keyof typeof MOST, count: number) =>
  !withinThreeYears({ interval: unit, interval_count: count });

const shownLine = z.object({
  id: z.uuid(),
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  unit_amount: z.int(),
  total_amount: z.int(),
  out_of_stock: outOfStock.nullable().meta({ description: "null: the subscription's" }),
  substitute_sku: z.string().nullable(),
});
const totals = z.object({ subtotal: money, shipping: money, tax: money, total: money });
const plan = z.object({
  interval,
  interval_count: z.int(),
  shipping_method: z.string(),
  lines: z.array(shownLine),
  totals,
});
const kind = z.enum(['create', 'plan', 'pause', 'resume', 'skip', 'unskip', 'cancel', 'reactivate', 'payment_method']);
const at = z.string().nullable();

export const subscription = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ example: 'SUB-1001' }),
    status: z.enum(Object.keys(subscriptionTransitions) as [string, ...string[]]).meta({
      description: "pending: not at Stripe yet · rejected: Stripe refused it · all others are Stripe's words",
    }),
    provider_id: z.string().nullable().meta({ description: "Stripe's id of it" }),
    customer: z.object({ id: z.uuid(), email: z.string(), name: z.string().nullable(), phone: z.string().nullable() }),
    currency: z.string(),
    ...plan.shape,
    out_of_stock: outOfStock,
    shipping_address: z.record(z.string(), z.string()),
    billing_address: z.record(z.string(), z.string()).nullable(),
    coupon: z.string().nullable(),
    payment: z.object({
      payment_method: z.string().nullable(),
      client_secret: z
        .string()
        .nullable()
        .meta({ description: 'What the storefront confirms with, while something is to be confirmed' }),
      client_secret_kind: z
        .enum(['payment', 'setup'])
        .nullable()
        .meta({ description: 'Of a PaymentIntent, or of a SetupIntent before a trial' }),
    }),
    trial_end: at,
    current_period: z.object({ start: z.string(), end: z.string() }).nullable(),
    next_payment_at: at.meta({ description: 'null while nothing is to be billed' }),
    skip_until: at.meta({ description: 'What would be billed before then is skipped' }),
    paused_at: at,
    paused_until: at.meta({ description: 'It goes on by itself then; null: when somebody resumes it' }),
    cancel_at_period_end: z.boolean(),
    cancel_reason: z.string().nullable(),
    canceled_at: at,
    ended_at: at,
    pending_changes: z
      .array(
        z.object({
          id: z.uuid(),
          kind,
          plan: plan.nullable().meta({ description: 'What it will be, of a change of the plan' }),
          created_at: z.string(),
        }),
      )
      .meta({ description: 'What was asked and is on its way to Stripe, in the order in which it is made' }),
    last_refusal: z
      .object({ change_id: z.uuid(), kind, code: z.string(), message: z.string(), at: z.string() })
      .nullable()
      .meta({ description: 'The last change that could not be made, and why' }),
    subscription_token: z
      .string()
      .meta({ description: 'Opens this subscription with a publishable key, in the header Subscription-Token' }),
    metadata: z.record(z.string(), z.string()),
    locale: z.string().nullable(),
    livemode: z.boolean(),
    created_at: z.string(),
    updated_at: z.string(),
    version: z.int(),
  })
  .meta({ id: 'Subscription' });

export const subscriptionList = listOf('SubscriptionList', subscription);

export const subscriptionQuery = z.object({
  ...page,
  status: subscription.shape.status.optional(),
  customer_id: z.uuid().optional(),
  email: z.string().max(254).optional(),
  sku: z.string().max(64).optional(),
  created_from: z.iso.datetime({ offset: true }).optional(),
  created_to: z.iso.datetime({ offset: true }).optional(),
});

export const subscriptionEvent = z
  .object({
    sequence: z.int(),
    type: z.string(),
    actor: z.string().meta({ description: '`customer`, `schedule`, `stripe` or `api_key/<id>`' }),
    data: z.record(z.string(), z.unknown()),
    created_at: z.string(),
  })
  .meta({ id: 'SubscriptionEvent' });

export const subscriptionEventList = listOf('SubscriptionEventList', subscriptionEvent);

export const subscriptionPreview = z
  .object({
    plan: plan.meta({ description: 'What each period is and costs from then on, coupons aside' }),
    invoice: z
      .object({
        at: z.string().meta({ description: 'When it would be made' }),
        subtotal: money,
        discount: money,
        total: money,
        amount_due: money.meta({ description: "After the customer's balance" }),
        lines: z.array(
          z.object({
            line_id: z.uuid().nullable(),
            description: z.string().nullable(),
            quantity: z.int().nullable(),
            amount: z.int(),
            is_proration: z.boolean(),
            period: z.object({ start: z.string(), end: z.string() }),
          }),
        ),
      })
      .meta({ description: 'The next invoice, as Stripe would make it' }),
  })
  .meta({ id: 'SubscriptionPreview' });

export const subscriptionHeaders = z.object({
  'Subscription-Token': z.string().optional().meta({ description: 'With a publishable key' }),
});
