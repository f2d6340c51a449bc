/** What the sweeper looks for: rows in a state that something should move. */
import type { EventProvider } from '../domain/messages/delivery.ts';
import { type Executor, type Statement, statement } from './database.ts';

export interface WaitingOrder {
  id: string;
}

const dueOrders = statement(
  'due_orders',
  `select id from orders
   where status in ('pending', 'awaiting_payment')
     and expires_at < now() - case when payment_status = 'requires_action' then make_interval(secs => $1) else interval '0' end
     and payment_status <> 'processing'
     and not exists (
       select from outbox j where j.queue = 'expire-order' and j.job_id = 'order-' || orders.id and j.status = 'pending'
     )
   order by expires_at limit $2`,
);

/** Unpaid orders whose time is up and that no open job ends; one with 3-D Secure under way gets a grace, one in `processing` is never due. */
export function findExpiredOrders(db: Executor, actionGraceSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(dueOrders, [actionGraceSeconds, limit]);
}

const unplaced = statement(
  'unstarted_orders',
  `select o.id from orders o
   where o.status = 'pending' and o.expires_at >= now() and o.created_at < now() - make_interval(secs => $1)
     and not exists (
       select from outbox j where j.queue = 'check-out-order' and j.job_id = 'order-' || o.id and j.status = 'pending'
     )
   order by o.expires_at limit $2`,
);

/** Accepted orders that no open checkout job will move. */
export function findUnstartedOrders(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(unplaced, [olderThanSeconds, limit]);
}

// Asked for less and less often: each pause is half as long again as the payment was old when it was asked last.
const askedPayments = statement(
  'asked_payments',
  `select o.id from orders o join payments p on p.order_id = o.id
   where o.status in ('awaiting_payment', 'authorized') and o.payment_status in ('requires_action', 'processing', 'authorized')
     and p.updated_at < now() - greatest(make_interval(secs => $1), least((p.updated_at - p.created_at) / 2, interval '6 hours'))
   order by p.updated_at limit $2`,
);

/** Payments in somebody else's hands of which nothing was heard for a while: their events may have been lost. */
export function findSilentPayments(db: Executor, silentSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(askedPayments, [silentSeconds, limit]);
}

const openIntents = statement(
  'ended_orders_with_open_intent',
  `select o.id from orders o join payments p on p.order_id = o.id
   where o.status in ('canceled', 'expired', 'rejected')
     and o.payment_status in ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'authorized')
     and p.provider_id is not null
     and p.updated_at < now() - greatest(make_interval(secs => $1), least((p.updated_at - p.created_at) / 2, interval '6 hours'))
   order by o.updated_at limit $2`,
);

/** Orders that have ended while their intent could still take money. */
export function findOpenIntents(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingOrder[]> {
  return db.rows<WaitingOrder>(openIntents, [olderThanSeconds, limit]);
}

const unfulfilled = statement(
  'unfulfilled_orders',
  `select o.id from orders o
   where o.status = 'paid' and o.fulfillment_status in ('unfulfilled', 'processing') and o.hold_reason is null
     and not exists (select from order_edits e where e.order_id = o.id and e.status in ('pending', 'awaiting_payment'))
     and o.updated_at < now() - make_interval(secs => $1)
     and exists (select from shipments s where s.order_id = o.id and s.status = 'pending')
       is distinct from (o.fulfillment_status = 'unfulfilled')
     and not exists (
       select from outbox j where j.queue = 'fulfill-order' and j.job_id = 'order-' || o.id
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
   where status in ('label_purchased', 'in_transit')
     and updated_at < now() - greatest(make_interval(secs => $1), least((updated_at - created_at) / 2, interval '6 hours'))
   order by updated_at limit $2`,
);

/** Parcels of which the carrier has said nothing for a while: ask it, less and less often. */
export function findSilentShipments(
  db: Executor,
  silentSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(unmoved, [silentSeconds, limit]);
}

const unapplied = statement(
  'unapplied_events',
  `select i.provider, i.event_id, s.id as shipment_id, s.order_id
   from inbox_events i left join shipments s on i.provider = 'carrier' and s.carrier_shipment_id = i.object_id
   where i.status = 'received' and i.received_at < now() - make_interval(secs => $1)
     and (i.provider = 'stripe' or s.id is not null)
     and not exists (
       select from outbox o
       where o.queue = case i.provider when 'stripe' then 'apply-stripe-event' else 'track-shipment' end
         and o.job_id = 'event-' || i.event_id and o.status = 'pending'
     )
   order by i.received_at limit $2`,
);

export type UnappliedEvent =
  | { provider: 'stripe'; event_id: string }
  | { provider: 'carrier'; event_id: string; shipment_id: string; order_id: string };

/** Events of Stripe's and the carrier's that were kept and not applied, although their jobs have ended. */
export function findUnappliedEvents(db: Executor, olderThanSeconds: number, limit: number): Promise<UnappliedEvent[]> {
  return db.rows(unapplied, [olderThanSeconds, limit]);
}

const unappliedBatches = statement(
  'unapplied_email_events',
  `select distinct on (o.job_id) o.payload from outbox o
   join inbox_events i on o.payload -> 'event_ids' ? i.event_id
   where o.queue = 'apply-email-events' and o.status = 'failed'
     and i.provider = o.payload ->> 'provider' and i.status = 'received'
     and i.received_at < now() - make_interval(secs => $1)
   limit $2`,
);

interface UnappliedBatch {
  batch_id: string;
  provider: EventProvider;
  event_ids: string[];
}

/** Batches of what providers tell of messages whose jobs gave up before all were applied. */
export async function findUnappliedBatches(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<UnappliedBatch[]> {
  const rows = await db.rows<{ payload: UnappliedBatch }>(unappliedBatches, [olderThanSeconds, limit]);
  return rows.map(({ payload }) => payload);
}

const queued = statement(
  'unsent_notifications',
  `select id, order_id from notifications
   where open and status = 'queued' and updated_at < now() - make_interval(secs => $1) and coalesce(due_at, '-infinity') <= now()
   order by created_at limit $2`,
);

/** Messages that wait to be sent, and for no quiet hours. */
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
   where n.open and n.channel <> 'web_push' and n.status in ('uncertain', 'sending')
     and n.updated_at < now() - make_interval(secs => $1)
   on conflict (code, subject) do nothing`,
);

const unconfirmedPushes = statement(
  'end_unconfirmed_pushes',
  `update notifications set status = 'failed', updated_at = now(),
     error = '{"code": "unconfirmed", "message": "The push service never said whether it took it."}'
   where open and channel = 'web_push' and status in ('uncertain', 'sending')
     and updated_at < now() - make_interval(secs => $1)`,
);

/** A push tells of a moment that is over, and anybody may subscribe a service that never answers: nobody is to look into it. */
export async function endUnconfirmedPushes(db: Executor, olderThanSeconds: number): Promise<void> {
  await db.rows(unconfirmedPushes, [olderThanSeconds]);
}

/** A message that the provider never settled goes to the exceptions list: nobody guesses whether it was sent. */
export async function listUncertainNotifications(db: Executor, olderThanSeconds: number): Promise<void> {
  await db.rows(uncertain, [olderThanSeconds]);
}

/** Rows deleted by one statement: few enough to stay far below any time-out and to let others in between. */
const TRIM_BATCH = 5_000;

const old = (table: string, condition: string) =>
  statement(
    `trim_${table}`,
    `delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${TRIM_BATCH})) returning 1`,
  );
const trims = [
  old('finished_jobs', 'created_at < now() - make_interval(days => $1)'),
  old('job_attempts', 'created_at < now() - make_interval(days => $1)'),
  // A run stays as long as what it found.
  old(
    'reconciliation_runs',
    'finished_at < now() - make_interval(days => $1) and not exists (select from findings f where f.run_id = reconciliation_runs.id)',
  ),
  // Longer than a month, whose credits are their pages'.
  old('page_batches', `finished_at < now() - greatest(make_interval(days => $1), interval '45 days')`),
  old('extraction_days', 'day < now() - make_interval(days => $1)'),
  // What a site shows again after half a year is new.
  old(
    'extraction_shapes',
    `status = 'learned' and last_seen_at < now() - greatest(make_interval(days => $1), interval '180 days')
     and not exists (select from listing_shapes l where l.shape_id = extraction_shapes.id)`,
  ),
  old('inbox_events', `status in ('applied', 'ignored') and received_at < now() - make_interval(days => $1)`),
];
const trimIdempotency = old('idempotency_records', 'created_at < now() - make_interval(hours => $1)');

/** Deletes bookkeeping that has outlived its retention; orders, money and stock are never trimmed. */
export async function trimHistory(db: Executor, retentionDays: number, idempotencyHours: number): Promise<void> {
  for (const trim of trims) await repeat(db, trim, retentionDays);
  await repeat(db, trimIdempotency, idempotencyHours);
}

async function repeat(db: Executor, trim: Statement, age: number): Promise<void> {
  while ((await db.rows(trim, [age])).length === TRIM_BATCH);
}
