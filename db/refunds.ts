/**
 * Refund rows: granted in SQL against what is left of the payment, sent by a job, settled by what Stripe says. Whoever writes
 * here holds the order's lock, so that the totals of a payment follow its rows one change at a time.
 */

import { statesBefore } from '../domain/order-status.ts';
import { paymentStatusAfter, type RefundReason, type RefundStatus, refundTransitions } from '../domain/refunds.ts';
import { type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { uuidv7 } from './ids.ts';
import { appendOrderEvent, moveOrder } from './order-events.ts';

export interface RefundRow {
  id: string;
  order_id: string;
  payment_id: string;
  provider_id: string | null;
  cause: string;
  reason: RefundReason | null;
  amount: number;
  currency: string;
  status: RefundStatus;
  payment_intent: string;
  customer_email: string;
  tries: number;
  /** Stripe keeps a key for a day at least: an older one may send the money again. */
  key_may_be_gone: boolean;
}

const lock = statement('lock_order_for_money', 'select 1 from orders where id = $1 for no key update');

/** Takes the order's lock, which every change of its money begins with. */
export async function lockOrderMoney(tx: Executor, orderId: string): Promise<void> {
  await tx.rows(lock, [orderId]);
}

export interface NewRefund {
  orderId: string;
  /** Made when it is not given. */
  id?: string;
  /** What it is for, once per order: `order_canceled`, `request/<id>`, `retry/<refund id>` … */
  cause: string;
  /** Minor units. */
  amount: number;
  shippingAmount?: number;
  reason?: RefundReason | null;
  note?: string | null;
  /** It gives back what the customer is owed, and takes nothing off a sale. */
  isOwed?: boolean;
  /** The credit that it gives back. */
  creditId?: string | null;
}

// The grant is on the payment's own row: of two refunds at once the second sees what the first has left, with any lock or none.
const insert = statement(
  'insert_refund',
  `with granted as (
     update payments set refunding_amount = refunding_amount + $4, updated_at = now()
     where order_id = $1 and status = 'succeeded'
       and $4 between 1 and captured_amount - refunded_amount - refunding_amount - disputed_amount - credited_amount
       and not exists (select from refunds where order_id = $1 and cause = $3)
     returning id, order_id, currency
   )
   insert into refunds (id, order_id, payment_id, cause, amount, currency, shipping_amount, reason, note, is_owed, credit_id)
   select $2, order_id, id, $3, $4, currency, $5, $6, $7, $8, $9 from granted
   returning id, currency`,
);

/**
 * Decides a refund: reserves its amount on the payment and tells it. Undefined, and nothing is written, when that much is not
 * left or the cause has its refund. The caller's transaction holds the order's lock and writes the job.
 */
export async function insertRefund(tx: Executor, refund: NewRefund): Promise<string | undefined> {
  const { orderId, id = uuidv7(), cause, amount, shippingAmount = 0, reason = null, note = null } = refund;
  const { isOwed = false, creditId = null } = refund;
  const values = [orderId, id, cause, amount, shippingAmount, reason, note, isOwed, creditId];
  const [row] = await tx.rows<{ id: string; currency: string }>(insert, values);
  if (!row) return undefined;
  await tellRefund(tx, orderId, 'refund.created', { refund_id: row.id, amount, currency: row.currency, cause });
  return row.id;
}

const left = statement(
  'refundable_amount',
  `select captured_amount - refunded_amount - refunding_amount - disputed_amount - credited_amount as amount from payments
   where order_id = $1 and status = 'succeeded'`,
);

/** What is left of an order's own payment to give back. */
export async function refundableAmount(tx: Executor, orderId: string): Promise<number> {
  const [payment] = await tx.rows<{ amount: number }>(left, [orderId]);
  return Math.max(0, payment?.amount ?? 0);
}

/** A refund of all that is left of an order's payment, once per cause; undefined when it exists or nothing is left. */
export async function insertFullRefund(
  tx: Executor,
  orderId: string,
  cause: string,
  reason: RefundReason | null = null,
): Promise<string | undefined> {
  const amount = await refundableAmount(tx, orderId);
  return amount > 0 ? insertRefund(tx, { orderId, cause, amount, reason }) : undefined;
}

const columns = `r.id, r.order_id, r.payment_id, r.provider_id, r.cause, r.reason, r.amount, r.currency, r.status, r.tries,
  p.provider_id as payment_intent, o.customer_email, r.created_at < now() - interval '12 hours' as key_may_be_gone`;
const tables = 'refunds r join payments p on p.id = r.payment_id join orders o on o.id = r.order_id';

const get = statement('get_refund', `select ${columns} from ${tables} where r.id = $1`);

export async function findRefund(db: Executor, id: string): Promise<RefundRow | undefined> {
  const [row] = await db.rows<RefundRow>(get, [id]);
  return row;
}

const getByProvider = statement('get_refund_by_provider', `select ${columns} from ${tables} where r.provider_id = $1`);

export async function findRefundByProviderId(db: Executor, providerId: string): Promise<RefundRow | undefined> {
  const [row] = await db.rows<RefundRow>(getByProvider, [providerId]);
  return row;
}

const adopt = statement(
  'adopt_refund',
  `insert into refunds (id, order_id, payment_id, provider_id, cause, amount, currency, reason, status)
   select $2, order_id, id, $3, 'stripe/' || $3, $4, $5, $6, 'requested' from payments where order_id = $1
   on conflict do nothing
   returning id, payment_id`,
);

export interface ForeignRefund {
  providerId: string;
  amount: number;
  currency: string;
  reason: RefundReason | null;
}

/** A refund that somebody made at Stripe: a fact, so it is kept whatever else is reserved. False when it is known. */
export async function adoptRefund(tx: Executor, orderId: string, refund: ForeignRefund): Promise<boolean> {
  const { providerId, amount, currency, reason } = refund;
  const values = [orderId, uuidv7(), providerId, amount, currency, reason];
  const [row] = await tx.rows<{ id: string; payment_id: string }>(adopt, values);
  if (!row) return false;
  await tx.rows(recount, [row.payment_id]);
  await listUncovered(tx, orderId);
  const data = { refund_id: row.id, amount, currency, cause: `stripe/${providerId}` };
  await tellRefund(tx, orderId, 'refund.created', data);
  return true;
}

const uncovered = statement(
  'uncovered_credits',
  `select credited_amount as credited, captured_amount - refunded_amount - refunding_amount as kept, currency from payments
   where order_id = $1 and credited_amount > captured_amount - refunded_amount - refunding_amount`,
);

/** Money that pays for another order was given back at Stripe: that order is not wholly paid any more, and a person decides. */
async function listUncovered(tx: Executor, orderId: string): Promise<void> {
  const [detail] = await tx.rows<{ credited: number; kept: number; currency: string }>(uncovered, [orderId]);
  if (detail) await openException(tx, { code: 'credit_uncovered', subject: orderId, orderId, detail });
}

const rotate = statement('rotate_refund_key', 'update refunds set tries = tries + 1 where id = $1 and tries = $2');

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateRefundKey(db: Executor, refund: Pick<RefundRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [refund.id, refund.tries]);
}

const touch = statement('touch_refund', 'update refunds set updated_at = now() where id = $1');

/** Notes that the provider was asked, so that the next question comes later. */
export async function touchRefund(db: Executor, id: string): Promise<void> {
  await db.rows(touch, [id]);
}

const settle = statement(
  'settle_refund',
  `update refunds set provider_id = coalesce(provider_id, $2), status = $3, error = $4, updated_at = now()
   where id = $1 and status = any($5) and coalesce(provider_id, $2) is not distinct from $2
   returning payment_id`,
);
const recount = statement(
  'recount_refunds',
  `update payments p set updated_at = now(), refunded_amount = r.succeeded, refunding_amount = r.open
   from (
     select coalesce(sum(amount) filter (where status = 'succeeded'), 0)::bigint as succeeded,
       coalesce(sum(amount) filter (where status in ('pending', 'requested', 'requires_action')), 0)::bigint as open
     from refunds where payment_id = $1
   ) r
   where p.id = $1`,
);
const giveBack = statement(
  'give_back_refund_lines',
  `update order_lines l set refunded_quantity = l.refunded_quantity - r.quantity
   from refund_lines r where r.refund_id = $1 and l.id = r.line_id`,
);

export interface RefundSettlement {
  /** Null for one that never came to be at Stripe. */
  providerId: string | null;
  status: RefundStatus;
  error?: object;
}

/**
 * Records where a refund stands and what the payment then comes to; a failed one gives its amount and lines back. False,
 * and nothing changes, when that was known or is older than what is known.
 */
export async function settleRefund(tx: Executor, id: string, to: RefundSettlement): Promise<boolean> {
  const error = to.error ? JSON.stringify(to.error) : null;
  const before = statesBefore(refundTransitions, to.status);
  const [row] = await tx.rows<{ payment_id: string }>(settle, [id, to.providerId, to.status, error, before]);
  if (!row) return false;
  await tx.rows(recount, [row.payment_id]);
  if (to.status === 'failed' || to.status === 'canceled') await tx.rows(giveBack, [id]);
  return true;
}

const totals = statement(
  'refund_totals',
  `select p.amount + o.credit_amount as amount, p.captured_amount + o.credit_amount as captured, p.refunding_amount as refunding,
     p.refunded_amount + case when o.credit_amount = 0 then 0 else (
       select coalesce(sum(c.returned_amount), 0)::bigint from order_credits c where c.to_order_id = o.id
     ) end as refunded
   from payments p join orders o on o.id = p.order_id where p.order_id = $1`,
);

/** Adds an event of a refund, and puts the order's payment where all its refunds together put it, credits that paid for it included. */
export async function tellRefund(tx: Executor, orderId: string, event: string, data: object): Promise<void> {
  const [payment] = await tx.rows<Parameters<typeof paymentStatusAfter>[0]>(totals, [orderId]);
  const paymentStatus = paymentStatusAfter(payment!);
  if (!(await moveOrder(tx, { orderId, paymentStatus, event, data }))) await appendOrderEvent(tx, orderId, event, data);
}

const settleMismatch = statement(
  'settle_refunded_mismatch',
  `update exceptions x set resolved_at = now(), resolution = $2 from payments p
   where p.order_id = $1 and x.order_id = $1 and x.code = 'payment_mismatch' and x.resolved_at is null
     and p.captured_amount > 0 and p.refunded_amount = p.captured_amount`,
);

/** Why a mismatch needs nobody any more; one that ended so is not opened again for the same money. */
export const ALL_IS_BACK = 'All of the money is back with the customer.';

/** Money of a wrong amount that was given back as a whole is nothing to decide on any more. */
export async function settleRefundedMismatch(tx: Executor, orderId: string): Promise<void> {
  await tx.rows(settleMismatch, [orderId, ALL_IS_BACK]);
}
