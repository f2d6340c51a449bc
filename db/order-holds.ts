/** Orders of which nothing is sent for now: held by what happened to their money, let go by its end or by hand. */
import { type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { appendOrderEvent } from './order-events.ts';
import type { OrderRow } from './orders.ts';

export type HoldReason = NonNullable<OrderRow['hold_reason']>;

const hold = statement(
  'hold_order',
  `update orders set hold_reason = $2, version = version + 1, updated_at = now()
   where id = $1 and hold_reason is null and status = 'paid' and (
     fulfillment_status = 'unfulfilled'
     or exists (select from shipments s where s.order_id = $1 and s.carrier_shipment_id is null)
   )
   returning id`,
);

/** Holds an order of which something has no label yet, and puts it into the exceptions list. False when there is nothing to hold back. */
export async function holdOrder(tx: Executor, orderId: string, reason: HoldReason): Promise<boolean> {
  if ((await tx.rows(hold, [orderId, reason])).length === 0) return false;
  await appendOrderEvent(tx, orderId, 'order.held', { reason });
  await openException(tx, { code: 'order_held', subject: orderId, orderId, detail: { reason } });
  return true;
}

const release = statement(
  'release_order',
  `update orders set hold_reason = null, version = version + 1, updated_at = now()
   where id = $1 and hold_reason is not null and ($2::text is null or hold_reason = $2) returning id`,
);

/** The undo of {@link holdOrder}; the caller writes the job that goes on. False when the order is not held (for that reason). */
export async function releaseOrder(
  tx: Executor,
  orderId: string,
  why: string,
  onlyFrom: HoldReason | null = null,
): Promise<boolean> {
  if ((await tx.rows(release, [orderId, onlyFrom])).length === 0) return false;
  await appendOrderEvent(tx, orderId, 'order.released', { why });
  await resolveException(tx, 'order_held', orderId, why);
  return true;
}
