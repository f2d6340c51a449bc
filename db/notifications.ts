/**
 * Messages as rows: one per cause and recipient, and from queued to settled each step is a guarded update.
 *
 * queued → sending → accepted → delivered | bounced | dropped, or failed (refused), or uncertain (nobody knows whether
 * the provider took it; only the provider's events, or the sender that holds the claim, move it on).
 */
import type { MessageTemplate, OrderView } from '../domain/messages/order-view.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface NewNotification {
  orderId: string;
  /** What the message is about, `<event>/<row id>`: `order.paid/<order id>`, `shipment.shipped/<shipment id>` … */
  cause: string;
  template: MessageTemplate;
  /** E-mail address. */
  recipient: string;
  data?: object;
}

// The job is written by the same statement, and only with a new row: the same cause is the same message.
const insert = statement(
  'insert_notification',
  `with n as (
     insert into notifications (id, order_id, cause, template, recipient, data) values ($1, $2, $3, $4, $5, $6)
     on conflict (cause, channel, recipient) do nothing
     returning id, order_id
   )
   insert into outbox (queue, job_id, payload, order_id)
   select 'send-notification', 'notification-' || id, jsonb_build_object('notification_id', id, 'order_id', order_id), order_id
   from n
   on conflict (queue, job_id) do nothing
   returning job_id`,
);

/** Writes a message and its job in one round trip; returns false, and writes nothing, when the cause was told before. */
export async function insertNotification(tx: Executor, notification: NewNotification): Promise<boolean> {
  const { orderId, cause, template, recipient, data } = notification;
  const rows = await tx.rows(insert, [uuidv7(), orderId, cause, template, recipient, JSON.stringify(data ?? {})]);
  if (rows.length === 0) return false;
  tx.signal('stockroom_outbox', '');
  return true;
}

export type NotificationStatus =
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'delivered'
  | 'bounced'
  | 'dropped'
  | 'failed'
  | 'uncertain';

export interface NotificationForSending {
  id: string;
  order_id: string;
  template: MessageTemplate;
  recipient: string;
  /** As it stood before this claim. */
  status: NotificationStatus;
  claimed: boolean;
  order: OrderView;
}

// One round trip claims the row and reads what the templates show. The outer select sees the row as it was before the
// update: `status` is what was found, `claimed` says whether this run may send. A cause ends in the id of its row.
const claim = statement(
  'claim_notification',
  `with claimed as (
     update notifications set status = 'sending', updated_at = now() where id = $1 and status = 'queued' returning id
   )
   select n.id, n.order_id, n.template, n.recipient, n.status, exists (select from claimed) as claimed,
     json_build_object(
       'id', o.id, 'number', o.number, 'currency', o.currency, 'customerName', o.customer_name,
       'subtotalAmount', o.subtotal_amount, 'shippingAmount', o.shipping_amount, 'taxAmount', o.tax_amount,
       'totalAmount', o.total_amount, 'shippingAddress', o.shipping_address, 'billingAddress', o.billing_address,
       'statusReason', o.status_reason, 'shortages', coalesce(o.shortages, '[]'), 'placedAt', o.created_at,
       'data', n.data,
       'lines', (
         select json_agg(json_build_object(
           'sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'unitAmount', l.unit_amount, 'totalAmount', l.total_amount
         ) order by l.position)
         from order_lines l where l.order_id = o.id
       ),
       'shipment', case when n.template in ('shipped', 'delivered') then (
         select json_build_object('carrier', s.carrier, 'trackingNumber', s.tracking_number, 'trackingUrl', s.tracking_url)
         from shipments s where s.order_id = o.id and s.tracking_number is not null
         order by s.id::text = split_part(n.cause, '/', 2) desc, s.id limit 1
       ) end,
       'refund', case when n.template = 'refunded' then (
         select json_build_object('amount', r.amount, 'currency', r.currency)
         from refunds r where r.order_id = o.id order by r.id::text = split_part(n.cause, '/', 2) desc, r.id desc limit 1
       ) end,
       'payment', case when n.template like 'payment-%' then (
         select json_build_object('error', p.last_error ->> 'message', 'actionUrl', p.next_action_url)
         from payments p where p.order_id = o.id
       ) end
     ) as "order"
   from notifications n join orders o on o.id = n.order_id
   where n.id = $1`,
);

/** Claims a queued message (durably, before anything is sent) and reads it with its order; undefined when unknown. */
export async function claimNotification(db: Executor, id: string): Promise<NotificationForSending | undefined> {
  const [row] = await db.rows<NotificationForSending>(claim, [id]);
  return row;
}
