/** Refund rows: decided in SQL against what is left, sent by a job, settled by what Stripe says. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface RefundRow {
  id: string;
  order_id: string;
  payment_id: string;
  provider_id: string | null;
  cause: string;
  amount: number;
  currency: string;
  status: 'pending' | 'requested' | 'succeeded' | 'failed' | 'canceled';
  payment_intent: string;
  customer_email: string;
  tries: number;
}

const insertFull = statement(
  'insert_full_refund',
  `insert into refunds (id, order_id, payment_id, cause, amount, currency)
   select $2, p.order_id, p.id, $3, p.captured_amount - p.refunded_amount, p.currency
   from payments p where p.order_id = $1 and p.captured_amount > p.refunded_amount
     and not exists (select from refunds r where r.payment_id = p.id and r.status in ('pending', 'requested'))
   on conflict (order_id, cause) do nothing
   returning id`,
);

/** A refund of all that is left of an order's payment, once per cause; undefined when it exists or nothing is left. */
export async function insertFullRefund(tx: Executor, orderId: string, cause: string): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(insertFull, [orderId, uuidv7(), cause]);
  return row?.id;
}

const columns = `r.id, r.order_id, r.payment_id, r.provider_id, r.cause, r.amount, r.currency, r.status, r.tries,
  p.provider_id as payment_intent, o.customer_email`;
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

// `failed` may follow `succeeded` (a bank that sends the money back); nothing else moves a settled refund.
const settle = statement(
  'settle_refund',
  `with r as (
     update refunds set provider_id = coalesce(provider_id, $2), status = $3, error = $4, updated_at = now()
     where id = $1 and status <> $3 and (status in ('pending', 'requested') or (status = 'succeeded' and $3 = 'failed'))
     returning payment_id
   )
   update payments p set updated_at = now(),
     refunded_amount = (
       select coalesce(sum(x.amount), 0) from refunds x
       where x.payment_id = p.id and case when x.id = $1 then $3 = 'succeeded' else x.status = 'succeeded' end
     )
   from r where p.id = r.payment_id
   returning p.captured_amount, p.refunded_amount`,
);

/** Records what Stripe says of a refund. Undefined when that was known already. */
export async function settleRefund(
  tx: Executor,
  id: string,
  to: { providerId: string | null; status: RefundRow['status']; error?: object },
): Promise<{ captured_amount: number; refunded_amount: number } | undefined> {
  const error = to.error ? JSON.stringify(to.error) : null;
  const [row] = await tx.rows<{ captured_amount: number; refunded_amount: number }>(settle, [
    id,
    to.providerId,
    to.status,
    error,
  ]);
  return row;
}
