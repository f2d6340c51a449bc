/** An order's history is append-only, and its states move only along the transition tables. */
import {
  type FulfillmentStatus,
  fulfillmentTransitions,
  type OrderStatus,
  orderTransitions,
  type PaymentStatus,
  paymentTransitions,
  statesBefore,
} from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';

const append = statement(
  'append_order_event',
  `with o as (
     update orders set last_event = last_event + 1, updated_at = now() where id = $1 returning id, last_event
   )
   insert into order_events (order_id, sequence, type, data) select id, last_event, $2, $3 from o returning sequence`,
);

/** Adds an event to an order's history and wakes whoever follows the order. */
export async function appendOrderEvent(db: Executor, orderId: string, type: string, data: object = {}): Promise<void> {
  await db.rows(append, [orderId, type, JSON.stringify(data)]);
  db.signal('stockroom_orders', orderId);
}

export interface OrderMove {
  orderId: string;
  status?: OrderStatus;
  paymentStatus?: PaymentStatus;
  fulfillmentStatus?: FulfillmentStatus;
  /** The event that tells of the move. */
  event: string;
  data?: object;
  /** Why, in words for people: kept on the order. */
  reason?: string;
  /** Facts of a rejection, kept on the order. */
  shortages?: object;
}

// A null target leaves that state alone; otherwise the present state must be one that may come before it.
const move = statement(
  'move_order',
  `with o as (
     update orders set
       status = coalesce($2, status),
       payment_status = coalesce($3, payment_status),
       fulfillment_status = coalesce($4, fulfillment_status),
       status_reason = coalesce($10, status_reason),
       shortages = coalesce($11, shortages),
       last_event = last_event + 1, version = version + 1, updated_at = now()
     where id = $1
       and ($2::text is null or status = any($5))
       and ($3::text is null or payment_status = any($6))
       and ($4::text is null or fulfillment_status = any($7))
     returning id, last_event
   )
   insert into order_events (order_id, sequence, type, data) select id, last_event, $8, $9 from o returning sequence`,
);

/**
 * Moves one or more of an order's states and records the event. Returns false, and changes nothing, when any of the
 * moves is illegal from where the order stands, which includes that it was made before.
 */
export async function moveOrder(db: Executor, to: OrderMove): Promise<boolean> {
  const rows = await db.rows(move, [
    to.orderId,
    to.status ?? null,
    to.paymentStatus ?? null,
    to.fulfillmentStatus ?? null,
    to.status ? statesBefore(orderTransitions, to.status) : null,
    to.paymentStatus ? statesBefore(paymentTransitions, to.paymentStatus) : null,
    to.fulfillmentStatus ? statesBefore(fulfillmentTransitions, to.fulfillmentStatus) : null,
    to.event,
    JSON.stringify(to.data ?? {}),
    to.reason ?? null,
    to.shortages ? JSON.stringify(to.shortages) : null,
  ]);
  if (rows.length === 0) return false;
  db.signal('stockroom_orders', to.orderId);
  return true;
}

export interface OrderEvent {
  order_id: string;
  sequence: number;
  type: string;
  data: Record<string, unknown>;
  created_at: Date;
}

const since = statement(
  'order_events_since',
  `select e.order_id, e.sequence, e.type, e.data, e.created_at
   from unnest($1::uuid[], $2::integer[]) as follower (order_id, after)
   join order_events e on e.order_id = follower.order_id and e.sequence > follower.after
   order by e.order_id, e.sequence`,
);

/** Events of many orders at once, each from where its follower stands. */
export function findOrderEventsSince(
  db: Executor,
  followers: readonly { orderId: string; after: number }[],
): Promise<OrderEvent[]> {
  return db.rows<OrderEvent>(since, [followers.map((each) => each.orderId), followers.map((each) => each.after)]);
}
