/** How long an order has been ready to be sent. */
import { type Executor, statement } from './database.ts';

const ready = statement(
  'order_ready_for',
  `select coalesce(extract(epoch from now() - min(created_at)) * 1000, 0)::float8 as ms from order_events
   where order_id = $1 and type in ('payment.succeeded', 'payment.partially_captured', 'payment.authorized')`,
);

/** Milliseconds since its money was taken, or held for orders that are captured when they are sent; 0 when that is not known. */
export async function readyForMs(db: Executor, orderId: string): Promise<number> {
  const [row] = await db.rows<{ ms: number }>(ready, [orderId]);
  return row?.ms ?? 0;
}
