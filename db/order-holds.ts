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

const releaseSent = statement(
  'release_sent_order',
  `with o as (
     update orders set hold_reason = null, last_event = last_event + 1, version = version + 1, updated_at = now()
     where id = $1 and hold_reason is not null and exists (select from shipments s where s.order_id = $1)
       and not exists (select from shipments s where s.order_id = $1 and s.carrier_shipment_id is null)
     returning id, last_event
   ), told as (
     insert into order_events (order_id, sequence, type, data)
     select id, last_event, 'order.released', jsonb_build_object('why', $2::text) from o
   ), settled as (
     update exceptions set resolved_at = now(), resolution = $2::text from o
     where code = 'order_held' and subject = o.id::text and resolved_at is null
   )
   select id from o`,
);

/**
 * Ends a hold that came while the last label was being bought: a carrier takes no label back, so nothing is left to hold, and
 * an order that leaves must not look as if it did not. What the hold was for stays on the exceptions list in its own name
 * (`dispute_open`, `early_fraud_warning`). A parcel without a label keeps the order held.
 */
export async function releaseSentOrder(db: Executor, orderId: string): Promise<boolean> {
  const why = 'All parcels had their labels when the hold came.';
  if ((await db.rows(releaseSent, [orderId, why])).length === 0) return false;
  db.signal('stockroom_orders', orderId);
  return true;
}

const held = statement('is_order_held', 'select 1 from orders where id = $1 and hold_reason is not null');

export async function isHeld(db: Executor, orderId: string): Promise<boolean> {
  return (await db.rows(held, [orderId])).length > 0;
}
