/**
 * Messages as rows (db/tell.ts writes them): one per cause and recipient, and from queued to settled each step is a guarded update.
 *
 * queued → sending → accepted → delivered | bounced | dropped, or failed (refused), or uncertain (nobody knows whether
 * the provider took it; only the provider's events, or the sender that holds the claim, move it on).
 */
import type { DeliveryStatus } from '../domain/messages/delivery.ts';
import type { MessageTemplate, OrderView } from '../domain/messages/order-view.ts';
import { type Executor, setStatement, statement } from './database.ts';

export type NotificationStatus = DeliveryStatus;

export interface NotificationForSending {
  id: string;
  /** Null for a message that is about no single order: `order` then holds its data alone. */
  order_id: string | null;
  template: MessageTemplate;
  recipient: string;
  /** As it stood before this claim. */
  status: NotificationStatus;
  claimed: boolean;
  order: OrderView;
}

/**
 * The rows of the items, by their key whatever the planner believes of a table without statistics: it would rather read one
 * that looks small as a whole, and keep to that.
 */
const BY_ID = 'm.id = any (array(select id from item)) and m.id = item.id';

// One round trip claims the row and reads what its template shows. The outer select sees the row as it was before the
// update: `status` is what was found, `claimed` says whether this run may send. A cause ends in the id of its row.
// The token lets a run whose claim was committed but never answered ask again.
const claim = setStatement<{ id: string; token: string }, NotificationForSending>(
  'claim_notifications',
  (item) => item.id,
  `with item as materialized (
     select n, id, token from json_to_recordset($1) as item (n integer, id uuid, token text) order by id
   ), claimed as (
     update notifications m
     set status = 'sending', updated_at = now(), error = coalesce(m.error, '{}') || jsonb_build_object('claim', item.token)
     from item
     where ${BY_ID} and (m.status = 'queued' or (m.status = 'sending' and m.error ->> 'claim' = item.token))
     returning m.id
   )
   select item.n, m.id, m.order_id, m.template, m.recipient, m.status,
     exists (select from claimed where claimed.id = m.id) as claimed,
     json_build_object(
       'id', o.id, 'number', o.number, 'currency', o.currency, 'customerName', o.customer_name,
       'subtotalAmount', o.subtotal_amount, 'shippingAmount', o.shipping_amount, 'taxAmount', o.tax_amount,
       'totalAmount', o.total_amount, 'shippingAddress', o.shipping_address, 'billingAddress', o.billing_address,
       'statusReason', o.status_reason, 'shortages', coalesce(o.shortages, '[]'), 'placedAt', o.created_at,
       'data', m.data,
       'lines', case when m.template in ('order-confirmation', 'out-of-stock') then (
         select json_agg(json_build_object(
           'sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'unitAmount', l.unit_amount, 'totalAmount', l.total_amount
         ) order by l.position)
         from order_lines l where l.order_id = o.id
       ) else '[]' end,
       'shipment', case when m.template in ('shipped', 'delivered') then (
         select json_build_object('carrier', s.carrier, 'trackingNumber', s.tracking_number, 'trackingUrl', s.tracking_url)
         from shipments s where s.order_id = o.id and s.tracking_number is not null
         order by s.id::text = split_part(m.cause, '/', 2) desc, s.id limit 1
       ) end,
       'refund', case when m.template = 'refunded' then (
         select json_build_object('amount', r.amount, 'currency', r.currency)
         from refunds r where r.order_id = o.id order by r.id::text = split_part(m.cause, '/', 2) desc, r.id desc limit 1
       ) end,
       'payment', case when m.template like 'payment-%' then (
         select json_build_object('error', p.last_error ->> 'message', 'actionUrl', p.next_action_url)
         from payments p where p.order_id = o.id
       ) end
     ) as "order"
   from item join notifications m on ${BY_ID} left join orders o on o.id = m.order_id`,
);

/**
 * Claims a queued message (durably, before anything is sent) and reads it with its order; undefined when unknown.
 * @param token one per run: the same run may repeat its claim, nobody else's
 */
export async function claimNotification(
  db: Executor,
  id: string,
  token: string,
): Promise<NotificationForSending | undefined> {
  const [row] = await db.each(claim, { id, token });
  return row;
}

// An event of the provider's may have been faster than this record: then only the facts are added.
const accept = setStatement<{ id: string; message_id: string | null; subject: string }>(
  'accept_notifications',
  (item) => item.id,
  `with item as materialized (
     select n, id, message_id, subject
     from json_to_recordset($1) as item (n integer, id uuid, message_id text, subject text) order by id
   )
   update notifications m set
     status = case when m.status in ('sending', 'uncertain') then 'accepted' else m.status end,
     error = case when m.status in ('sending', 'uncertain') then null else m.error end,
     provider_message_id = coalesce(m.provider_message_id, item.message_id), subject = item.subject, updated_at = now()
   from item where ${BY_ID} and m.status not in ('queued', 'failed')
   returning item.n`,
);

export async function recordAccepted(
  db: Executor,
  id: string,
  messageId: string | null,
  subject: string,
): Promise<void> {
  await db.each(accept, { id, message_id: messageId, subject });
}

export interface SendingError {
  code: string;
  message: string;
}

const end = statement(
  'end_notification',
  `update notifications set status = $2, error = coalesce(error - 'claim', '{}') || $3, updated_at = now()
   where id = $1 and status = any($4) returning order_id`,
);

/** sending → failed: the provider refused it for good. False when the row was no longer this run's to decide. */
export async function recordFailed(db: Executor, id: string, error: SendingError): Promise<boolean> {
  return (await db.rows(end, [id, 'failed', JSON.stringify(error), ['sending', 'uncertain']])).length > 0;
}

/** sending → uncertain: it may or may not have been sent, so it is never sent again by guess. */
export async function recordUncertain(db: Executor, id: string, error: SendingError): Promise<boolean> {
  return (await db.rows(end, [id, 'uncertain', JSON.stringify(error), ['sending']])).length > 0;
}

const requeue = statement(
  'requeue_notification',
  `update notifications set updated_at = now(),
     status = case when coalesce((error ->> 'attempts')::integer, 0) + 1 < $3 then 'queued' else 'failed' end,
     error = $2::jsonb || jsonb_build_object('attempts', coalesce((error ->> 'attempts')::integer, 0) + 1)
   where id = $1 and status in ('sending', 'uncertain')
   returning status`,
);

/**
 * sending → queued: it was not sent. → failed at the `maxAttempts`-th time.
 * Returns the new status; undefined when an event of the provider's settled the message meanwhile.
 */
export async function requeueNotification(
  db: Executor,
  id: string,
  error: SendingError,
  maxAttempts = 1_000_000,
): Promise<'queued' | 'failed' | undefined> {
  const [row] = await db.rows<{ status: 'queued' | 'failed' }>(requeue, [id, JSON.stringify(error), maxAttempts]);
  return row?.status;
}

export interface NotificationRecord {
  id: string;
  order_id: string;
  cause: string;
  channel: string;
  template: MessageTemplate;
  recipient: string;
  subject: string | null;
  status: NotificationStatus;
  provider_message_id: string | null;
  error: SendingError | null;
  created_at: Date;
  updated_at: Date;
}

const list = statement(
  'list_notifications',
  `select id, order_id, cause, channel, template, recipient, subject, status, provider_message_id,
     case when error ? 'code' then error - 'claim' end as error, created_at, updated_at
   from notifications where order_id = $1 order by id`,
);

/** An order's messages, oldest first, for its history. */
export function listNotifications(db: Executor, orderId: string): Promise<NotificationRecord[]> {
  return db.rows<NotificationRecord>(list, [orderId]);
}
