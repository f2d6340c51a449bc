/** What a run notes on a payment around its calls to the provider: which intent is the order's, which key comes next. */

import type { Intent } from '../domain/judge-intent.ts';
import { type Executor, FEW, setStatement, statement } from './database.ts';
import type { PaymentRow } from './payments.ts';

interface Adoption {
  order_id: string;
  provider_id: string;
  client_secret: string | null;
}

// A run beside this one may have tied the same intent; an order that ended meanwhile ties none.
const adopt = setStatement<Adoption>(
  'adopt_intent',
  (item) => item.order_id,
  // The order's state is asked of rows that were found by their key: as a condition of the search it would offer the planner
  // the partial index of all unsettled orders.
  `with o as materialized (
     select item.*, o.status
     from json_to_recordset($1) as item (n integer, order_id uuid, provider_id text, client_secret text)
     join orders o on o.id = item.order_id where ${FEW}
   )
   update payments p set provider_id = o.provider_id, client_secret = o.client_secret, updated_at = now()
   from o
   where p.order_id = o.order_id and o.status in ('pending', 'awaiting_payment')
     and (p.provider_id is null or p.provider_id = o.provider_id)
   returning o.n`,
);

/**
 * Ties an intent to its order before it is confirmed: from here on no other intent can take this order's money. False
 * when the order has ended or another intent is its own.
 */
export async function adoptIntent(
  db: Executor,
  orderId: string,
  { id, clientSecret }: Pick<Intent, 'id' | 'clientSecret'>,
): Promise<boolean> {
  const tied = await db.each(adopt, { order_id: orderId, provider_id: id, client_secret: clientSecret });
  return tied.length > 0;
}

const rotate = statement('rotate_payment_key', 'update payments set tries = tries + 1 where id = $1 and tries = $2');
const rotateAttempt = statement(
  'rotate_attempt_key',
  'update payment_attempts set tries = tries + 1 where id = $1 and tries = $2',
);

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateIntentKey(db: Executor, payment: Pick<PaymentRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [payment.id, payment.tries]);
}

export async function rotateAttemptKey(
  db: Executor,
  payment: Pick<PaymentRow, 'attempt_id' | 'attempt_tries'>,
): Promise<void> {
  await db.rows(rotateAttempt, [payment.attempt_id, payment.attempt_tries]);
}

const touch = statement('touch_payment', 'update payments set updated_at = now() where order_id = $1');

/** Notes that the provider was asked, so that the next question comes later. */
export async function touchPayment(db: Executor, orderId: string): Promise<void> {
  await db.rows(touch, [orderId]);
}

const settleAttempt = statement(
  'settle_attempt',
  // The cause of the last decline stays: by it late news of that decline are known.
  `with attempt as (
     update payment_attempts set status = $2, error = $3, settled_at = now() where id = $1 and status = 'pending'
     returning payment_id
   )
   update payments p set last_error = coalesce(p.last_error, '{}') - 'decline_code' || $3::jsonb, updated_at = now() from attempt a
   where p.id = a.payment_id and p.status not in ('succeeded', 'canceled')`,
);

/** Ends an attempt that the provider refused outright, and tells why; the payment itself stays as it is. The caller holds the order's lock. */
export async function failAttempt(db: Executor, attemptId: string, error: object): Promise<void> {
  await db.rows(settleAttempt, [attemptId, 'failed', JSON.stringify(error)]);
}
