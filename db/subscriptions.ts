/** Subscriptions as rows: what they were last seen as at Stripe, and the plan that is billed. */
import type { IntervalUnit, OutOfStockChoice, Plan, PlanTotals } from '../domain/subscriptions/plan.ts';
import { totalsOf } from '../domain/subscriptions/plan.ts';
import type { SubscriptionStatus } from '../domain/subscriptions/status.ts';
import { type Executor, statement } from './database.ts';

export interface SubscriptionRow {
  id: string;
  number: string;
  customer_id: string;
  provider_id: string | null;
  status: SubscriptionStatus;
  currency: string;
  interval_unit: IntervalUnit;
  interval_count: number;
  customer_email: string;
  customer_name: string | null;
  customer_phone: string | null;
  locale: string | null;
  shipping_address: Record<string, string>;
  billing_address: Record<string, string> | null;
  shipping_method: string;
  out_of_stock: OutOfStockChoice;
  subtotal_amount: number;
  shipping_amount: number;
  tax_amount: number;
  total_amount: number;
  coupon: string | null;
  payment_method: string | null;
  client_secret: string | null;
  client_secret_kind: 'payment' | 'setup' | null;
  trial_end: Date | null;
  cancel_at_period_end: boolean;
  paused_until: Date | null;
  paused_at: Date | null;
  skip_until: Date | null;
  current_period_start: Date | null;
  current_period_end: Date | null;
  canceled_at: Date | null;
  ended_at: Date | null;
  cancel_reason: string | null;
  latest_invoice: string | null;
  metadata: Record<string, string>;
  livemode: boolean;
  reading: number;
  last_event: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const columns = `s.id, s.number, s.customer_id, s.provider_id, s.status, s.currency, s.interval_unit, s.interval_count, s.customer_email,
  s.customer_name, s.customer_phone, s.locale, s.shipping_address, s.billing_address, s.shipping_method, s.out_of_stock, s.subtotal_amount,
  s.shipping_amount, s.tax_amount, s.total_amount, s.coupon, s.payment_method, s.client_secret, s.client_secret_kind, s.trial_end,
  s.cancel_at_period_end, s.paused_until, s.paused_at, s.skip_until, s.current_period_start, s.current_period_end, s.canceled_at,
  s.ended_at, s.cancel_reason, s.latest_invoice, s.metadata, s.livemode, s.reading, s.last_event, s.version, s.created_at, s.updated_at`;

export interface NewSubscriptionRow {
  id: string;
  customerId: string;
  customer: { email: string; name: string | null; phone: string | null };
  locale: string | undefined;
  plan: Plan;
  billingAddress: object | undefined;
  paymentMethod: string | null;
  trialEnd: Date | null;
  metadata: object;
  livemode: boolean;
}

const insert = statement(
  'insert_subscription',
  `insert into subscriptions (id, customer_id, customer_email, customer_name, customer_phone, locale, currency, interval_unit,
     interval_count, shipping_address, billing_address, shipping_method, out_of_stock, subtotal_amount, shipping_amount, tax_amount,
     total_amount, coupon, payment_method, trial_end, metadata, livemode)
   select id, customer_id, email, name, phone, locale, currency, interval_unit, interval_count, shipping_address, billing_address,
     shipping_method, out_of_stock, subtotal, shipping, tax, total, coupon, payment_method, trial_end, metadata, livemode
   from json_to_record($1) as item (id uuid, customer_id uuid, email text, name text, phone text, locale text, currency text,
     interval_unit text, interval_count integer, shipping_address jsonb, billing_address jsonb, shipping_method text, out_of_stock text,
     subtotal bigint, shipping bigint, tax bigint, total bigint, coupon text, payment_method text, trial_end timestamptz,
     metadata jsonb, livemode boolean)`,
);

/** Writes the row; its lines are {@link writePlan}'s. */
export async function insertSubscription(tx: Executor, row: NewSubscriptionRow): Promise<void> {
  const { plan, customer } = row;
  const item = {
    id: row.id,
    customer_id: row.customerId,
    ...customer,
    locale: row.locale,
    ...termsOf(plan, totalsOf(plan)),
    billing_address: row.billingAddress,
    payment_method: row.paymentMethod,
    trial_end: row.trialEnd,
    metadata: row.metadata,
    livemode: row.livemode,
  };
  await tx.rows(insert, [JSON.stringify(item)]);
}

const termsOf = (plan: Plan, totals: PlanTotals) => ({
  currency: plan.currency,
  interval_unit: plan.intervalUnit,
  interval_count: plan.intervalCount,
  shipping_address: plan.shippingAddress,
  shipping_method: plan.shippingMethod,
  out_of_stock: plan.outOfStock,
  coupon: plan.coupon,
  ...totals,
});

const writeTerms = statement(
  'write_subscription_terms',
  `update subscriptions s
   set interval_unit = item.interval_unit, interval_count = item.interval_count, shipping_address = item.shipping_address,
     shipping_method = item.shipping_method, out_of_stock = item.out_of_stock, coupon = item.coupon, subtotal_amount = item.subtotal,
     shipping_amount = item.shipping, tax_amount = item.tax, total_amount = item.total, version = version + 1, updated_at = now()
   from json_to_record($2) as item (interval_unit text, interval_count integer, shipping_address jsonb, shipping_method text,
     out_of_stock text, coupon text, subtotal bigint, shipping bigint, tax bigint, total bigint)
   where s.id = $1`,
);

export async function writeSubscriptionTerms(tx: Executor, id: string, plan: Plan): Promise<void> {
  await tx.rows(writeTerms, [id, JSON.stringify(termsOf(plan, totalsOf(plan)))]);
}

const find = statement('find_subscription', `select ${columns} from subscriptions s where s.id = $1`);

export async function findSubscription(db: Executor, id: string): Promise<SubscriptionRow | undefined> {
  const [row] = await db.rows<SubscriptionRow>(find, [id]);
  return row;
}

const lock = statement('lock_subscription', `select ${columns} from subscriptions s where s.id = $1 for no key update`);

/** Whoever changes a subscription, its lines or its changes holds this until the end of the transaction. */
export async function lockSubscription(tx: Executor, id: string): Promise<SubscriptionRow | undefined> {
  const [row] = await tx.rows<SubscriptionRow>(lock, [id]);
  return row;
}

const lockByProvider = statement(
  'lock_subscription_of_provider',
  `select ${columns} from subscriptions s where s.provider_id = $1 or (s.id = $2 and s.provider_id is null)
   for no key update`,
);

/** By Stripe's id, or by ours where Stripe's is not known yet. */
export async function lockSubscriptionOf(
  tx: Executor,
  providerId: string,
  id: string | null,
): Promise<SubscriptionRow | undefined> {
  const [row] = await tx.rows<SubscriptionRow>(lockByProvider, [providerId, id]);
  return row;
}

const pausedUntil = statement(
  'note_paused_until',
  `update subscriptions set paused_until = $2 where id = $1 and status = 'paused'`,
);

/** When the schedule resumes it; null: somebody does. */
export async function notePausedUntil(tx: Executor, id: string, until: string | null): Promise<void> {
  await tx.rows(pausedUntil, [id, until]);
}

const cancelReason = statement('note_cancel_reason', 'update subscriptions set cancel_reason = $2 where id = $1');

export async function noteCancelReason(tx: Executor, id: string, reason: string | null): Promise<void> {
  await tx.rows(cancelReason, [id, reason]);
}

export interface SubscriptionFilter {
  status?: SubscriptionStatus | undefined;
  customerId?: string | undefined;
  email?: string | undefined;
  sku?: string | undefined;
  /** Undefined: both modes. */
  livemode?: boolean | undefined;
  createdFrom?: string | undefined;
  createdTo?: string | undefined;
  /** The last id of the page before. */
  after?: string | undefined;
  limit: number;
}

const list = statement(
  'list_subscriptions',
  `select ${columns} from subscriptions s
   where ($1::boolean is null or s.livemode = $1) and ($2::subscription_status is null or s.status = $2) and ($3::uuid is null or s.customer_id = $3)
     and ($4::text is null or lower(s.customer_email) = lower($4))
     and ($5::text is null or exists (
       select from subscription_lines l where l.subscription_id = s.id and l.sku = $5 and l.removed_at is null
     ))
     and ($6::timestamptz is null or s.created_at >= $6) and ($7::timestamptz is null or s.created_at < $7)
     and ($8::uuid is null or s.id < $8)
   order by s.id desc limit $9`,
);

/** Newest first. */
export function listSubscriptions(db: Executor, filter: SubscriptionFilter): Promise<SubscriptionRow[]> {
  const { status, customerId, email, sku, livemode, createdFrom, createdTo, after, limit } = filter;
  const given = [status, customerId, email, sku, createdFrom, createdTo, after].map((value) => value ?? null);
  return db.rows<SubscriptionRow>(list, [livemode ?? null, ...given, limit]);
}
