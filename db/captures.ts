/**
 * Captures that were asked for: pending → succeeded | failed. An intent is captured once, so at most one row of a payment is not
 * failed; the row's id and its tries make Stripe's idempotency key.
 */
import type { OrderStatus } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { appendOrderEvent } from './order-events.ts';

export interface CaptureRow {
  id: string;
  order_id: string;
  payment_id: string;
  /** Minor units. */
  amount: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed';
  tries: number;
  payment_intent: string;
  /** Of the intent, as far as it is recorded. */
  intent_status: string;
  captured_amount: number;
  order_status: OrderStatus;
}

// The grant is on the payment's own row, which whatever ends or takes the authorization writes too.
const insert = statement(
  'insert_capture',
  `with granted as (
     update payments p set updated_at = now() from orders o
     where p.order_id = $1 and o.id = p.order_id and o.status = 'authorized' and p.status = 'requires_capture'
       and coalesce($3::bigint, p.amount) between 1 and p.amount and ($3 is null or $3 <= o.total_amount - o.credit_amount)
       and not exists (select from captures c where c.payment_id = p.id and c.status <> 'failed')
     returning p.id, p.order_id, p.currency, coalesce($3, least(p.amount, o.total_amount - o.credit_amount)) as amount
   )
   insert into captures (id, order_id, payment_id, amount) select $2, order_id, id, amount from granted
   on conflict do nothing
   returning amount, (select currency from granted)`,
);

/**
 * Decides a capture of an authorized order, whose lock the caller holds, and tells it. Undefined, and nothing is written, when
 * the order is not authorized, the amount is more than that or than the order costs, or one is under way.
 * @param wanted all that the order's payment has to take, when it is not given
 */
export async function insertCapture(tx: Executor, orderId: string, wanted?: number): Promise<string | undefined> {
  const id = uuidv7();
  const [row] = await tx.rows<{ amount: number; currency: string }>(insert, [orderId, id, wanted ?? null]);
  if (!row) return undefined;
  const data = { capture_id: id, amount: row.amount, currency: row.currency };
  await appendOrderEvent(tx, orderId, 'payment.capture_requested', data);
  return id;
}

const columns = `c.id, c.order_id, c.payment_id, c.amount, p.currency, c.status, c.tries, p.provider_id as payment_intent,
  p.status as intent_status, p.captured_amount,
  o.status as order_status`;
const tables = 'captures c join payments p on p.id = c.payment_id join orders o on o.id = c.order_id';
const get = statement('get_capture', `select ${columns} from ${tables} where c.id = $1`);

export async function findCapture(db: Executor, id: string): Promise<CaptureRow | undefined> {
  const [row] = await db.rows<CaptureRow>(get, [id]);
  return row;
}

const live = statement(
  'live_capture',
  `select ${columns} from ${tables} where c.order_id = $1 and c.status <> 'failed'`,
);

/** The order's capture that is under way or was made. */
export async function findLiveCapture(db: Executor, orderId: string): Promise<CaptureRow | undefined> {
  const [row] = await db.rows<CaptureRow>(live, [orderId]);
  return row;
}

const asked = statement('asked_capture', `select amount from captures where payment_id = $1 and status <> 'failed'`);

/** How much of a payment we asked Stripe to take. */
export async function findAskedCapture(tx: Executor, paymentId: string): Promise<number | undefined> {
  const [row] = await tx.rows<{ amount: number }>(asked, [paymentId]);
  return row?.amount;
}

const rotate = statement('rotate_capture_key', 'update captures set tries = tries + 1 where id = $1 and tries = $2');

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateCaptureKey(db: Executor, capture: Pick<CaptureRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [capture.id, capture.tries]);
}

const settle = statement(
  'settle_capture',
  `update captures set status = $2, error = $3, updated_at = now() where id = $1 and status = 'pending' returning id`,
);

/** False when it was settled before. */
export async function settleCapture(
  tx: Executor,
  id: string,
  status: 'succeeded' | 'failed',
  error: object | null = null,
): Promise<boolean> {
  return (await tx.rows(settle, [id, status, error ? JSON.stringify(error) : null])).length > 0;
}

const open = statement(
  'open_captures',
  `select id, order_id from captures where status = 'pending' and updated_at < now() - make_interval(secs => $1)
   order by updated_at limit $2`,
);

/** Captures that were decided and not settled. */
export function findOpenCaptures(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(open, [olderThanSeconds, limit]);
}
