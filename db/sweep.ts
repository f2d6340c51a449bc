/** What the sweeper looks for: rows in a state that something should move. */
import { type Executor, statement } from './database.ts';

export interface WaitingOrder {
  id: string;
}

const dueOrders = statement(
  'due_orders',
  `select id from orders
   where status in ('pending', 'awaiting_payment')
     and expires_at < now() - case when payment_status = 'requires_action' then make_interval(secs => $1) else interval '0' end
     and payment_status <> 'processing'
   order by expires_at limit $2`,
);

/** Unpaid orders whose time is up; one with 3-D Secure under way gets a grace, one in `processing` is never due. */
export function findExpiredOrders(db: Executor, actionGraceSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(dueOrders, [actionGraceSeconds, limit]);
}

const unplaced = statement(
  'unstarted_orders',
  `select o.id from orders o
   where o.status = 'pending' and o.expires_at >= now() and o.created_at < now() - make_interval(secs => $1)
     and not exists (
       select from outbox j where j.queue = 'check-out-order' and j.job_id = 'order-' || o.id and j.status in ('pending', 'enqueued')
     )
   order by o.expires_at limit $2`,
);

/** Accepted orders that no open checkout job will move. */
export function findUnstartedOrders(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(unplaced, [olderThanSeconds, limit]);
}

const unfulfilled = statement(
  'unfulfilled_orders',
  `select o.id from orders o
   where o.status = 'paid' and o.fulfillment_status in ('unfulfilled', 'processing')
     and o.updated_at < now() - make_interval(secs => $1)
     and exists (select from shipments s where s.order_id = o.id and s.status = 'pending')
       is distinct from (o.fulfillment_status = 'unfulfilled')
     and not exists (
       select from outbox j where j.queue = 'fulfill-order' and j.job_id = 'order-' || o.id and j.status <> 'done'
     )
   order by o.updated_at limit $2`,
);

/** Paid orders whose fulfilment has not begun, or has a parcel without a label, and no job on it. */
export function findUnfulfilledOrders(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(unfulfilled, [olderThanSeconds, limit]);
}

const unmoved = statement(
  'unmoved_shipments',
  `select id, order_id from shipments
   where status in ('label_purchased', 'in_transit') and updated_at < now() - make_interval(secs => $1)
   order by updated_at limit $2`,
);

/** Parcels of which the carrier has said nothing for a while: ask it. */
export function findSilentShipments(
  db: Executor,
  silentSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(unmoved, [silentSeconds, limit]);
}

const unapplied = statement(
  'unapplied_events',
  `select event_id from inbox_events
   where status = 'received' and provider = 'stripe' and received_at < now() - make_interval(secs => $1)
   order by received_at limit $2`,
);

/** Stripe events that were kept but not applied. */
export async function findUnappliedEvents(db: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
  const rows = await db.rows<{ event_id: string }>(unapplied, [olderThanSeconds, limit]);
  return rows.map((row) => row.event_id);
}

const openRefunds = statement(
  'open_refunds',
  `select id, order_id from refunds where status = 'pending' and updated_at < now() - make_interval(secs => $1)
   order by updated_at limit $2`,
);

/** Refunds that were decided but not sent. */
export function findUnsentRefunds(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(openRefunds, [olderThanSeconds, limit]);
}

const queued = statement(
  'unsent_notifications',
  `select id, order_id from notifications where status = 'queued' and updated_at < now() - make_interval(secs => $1)
   order by updated_at limit $2`,
);

/** Messages that wait to be sent. */
export function findUnsentNotifications(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string | null }[]> {
  return db.rows(queued, [olderThanSeconds, limit]);
}

const uncertain = statement(
  'uncertain_notifications',
  `insert into exceptions (id, order_id, code, subject, detail)
   select n.id, n.order_id, 'notification_uncertain', n.id::text, jsonb_build_object('template', n.template, 'cause', n.cause)
   from notifications n
   where n.status in ('uncertain', 'sending') and n.updated_at < now() - make_interval(secs => $1)
   on conflict (code, subject) do nothing`,
);

/** A message that the provider never settled goes to the exceptions list: nobody guesses whether it was sent. */
export async function listUncertainNotifications(db: Executor, olderThanSeconds: number): Promise<void> {
  await db.rows(uncertain, [olderThanSeconds]);
}

const trims = [
  statement(
    'trim_outbox',
    `delete from outbox where status = 'done' and created_at < now() - make_interval(days => $1)`,
  ),
  statement('trim_attempts', `delete from job_attempts where created_at < now() - make_interval(days => $1)`),
  statement(
    'trim_inbox',
    `delete from inbox_events where status in ('applied', 'ignored') and received_at < now() - make_interval(days => $1)`,
  ),
];
const trimIdempotency = statement(
  'trim_idempotency',
  `delete from idempotency_records where created_at < now() - make_interval(hours => $1)`,
);

/** Deletes bookkeeping that has outlived its retention; orders, money and stock are never trimmed. */
export async function trimHistory(db: Executor, retentionDays: number, idempotencyHours: number): Promise<void> {
  for (const trim of trims) await db.rows(trim, [retentionDays]);
  await db.rows(trimIdempotency, [idempotencyHours]);
}
