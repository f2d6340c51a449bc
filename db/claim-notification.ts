/**
 * The claim of a message, durable before anything is sent: only the run that holds it may send. In the same round trip it
 * judges what must not be sent, notes the attempt, and reads what the templates show.
 */
import type { Channel, Urgency } from '../domain/messages/channels.ts';
import type { DeliveryStatus } from '../domain/messages/delivery.ts';
import type { RecipientWish } from '../domain/messages/judge-delivery.ts';
import type { MessageTemplate, OrderView } from '../domain/messages/order-view.ts';
import type { Topic } from '../domain/messages/topics.ts';
import { type Executor, setStatement } from './database.ts';

/** One try of a message, as its row keeps it; what is missing is not known yet. */
export interface Attempt {
  number: number;
  provider: string;
  /** RFC 3339, by the database's clock. */
  started_at: string;
  ended_at?: string;
  outcome?: 'accepted' | 'refused' | 'throttled' | 'unavailable' | 'unknown';
  code?: string;
  message?: string;
  answered?: true;
  /** The second sending of a message of which nobody knew whether it had left. */
  resend?: true;
}

export interface NotificationForSending {
  id: string;
  /** Null for a message that is about no single order: `order` then holds its data alone. */
  order_id: string | null;
  channel: Channel;
  template: MessageTemplate;
  topic: Topic;
  urgency: Urgency;
  recipient: string;
  recipient_id: string | null;
  /** The recipient's own, and the one that the order was placed in. */
  locale: string | null;
  order_locale: string | null;
  /** The recipient's. */
  time_zone: string | null;
  created_at: Date;
  /** As it stood before this claim. */
  status: DeliveryStatus;
  claimed: boolean;
  /** Why it must not be sent; it is recorded so then. */
  suppressed: string | null;
  /** Of an optional message that was not judged yet, and is not claimed therefore. */
  wish: RecipientWish | null;
  /** Null where the channel has none. */
  provider: string | null;
  /** Without the one of this claim. */
  attempts: Attempt[];
  /** Sent a second time after a doubt: never again after that. */
  resent: boolean;
  /** The browser's, for web push. */
  subscription: { endpoint: string; keys: { p256dh: string; auth: string } } | null;
  order: OrderView;
}

/** What a process can send by: the providers of each channel, the first one first. */
export interface ClaimTerms {
  providers: Readonly<Record<Channel, readonly string[]>>;
  /** Topics of which preferences decide nothing. */
  transactional: readonly string[];
}

interface ClaimItem extends ClaimTerms {
  id: string;
  token: string;
  judged: boolean;
}

/**
 * The rows of the items, by their key whatever the planner believes of a table without statistics: it would rather read one
 * that looks small as a whole, and keep to that.
 */
export const BY_ID = 'm.id = any (array(select id from item)) and m.id = item.id';

/** A row's attempts do not grow without end; the first ones stay, and of the others the last. */
const MAX_ATTEMPTS = 40;

/** What covers transactional messages too: they would not arrive, or a person has decided. */
const ABSOLUTE = `s.reason in ('bounce', 'gone', 'manual')`;

// The outer select sees the row as it was before the update: `status` is what was found, `claimed` says whether this run may
// send. The token lets a run whose claim was committed but never answered ask again. Before a second try nothing may be in the
// inbox that could tell of the first. A cause ends in the id of its row.
const claim = setStatement<ClaimItem, NotificationForSending>(
  'claim_notifications',
  (item) => item.id,
  `with item as materialized (
     select n, id, token, judged, providers, transactional
     from json_to_recordset($1) as item (n integer, id uuid, token text, judged boolean, providers jsonb, transactional text[])
     order by id
   ), found as materialized (
     select item.n, item.token, m.id, m.order_id, m.channel, m.template, m.topic, m.urgency, m.recipient, m.recipient_id, m.locale,
       m.status, m.created_at, m.attempts, m.resent_at, m.cause, m.data, m.error, s.reason as suppressed,
       item.judged or m.topic = any (item.transactional) as judged,
       case when item.providers -> m.channel ? m.provider then m.provider else item.providers -> m.channel ->> 0 end as provider
     from item join notifications m on ${BY_ID}
     left join lateral (
       select s.reason from suppressions s
       where s.channel = m.channel and s.address = case m.channel when 'email' then lower(m.recipient) else m.recipient end
         and s.topic in ('', m.topic) and (${ABSOLUTE} or m.topic <> all (item.transactional))
       limit 1
     ) s on true
   ), claimed as (
     update notifications m set
       status = case when f.suppressed is null then 'sending' else 'suppressed' end,
       error = case when f.suppressed is null then coalesce(m.error, '{}') || jsonb_build_object('claim', f.token)
         else jsonb_build_object('code', 'suppressed', 'message', 'The address is not written to: ' || f.suppressed) end,
       provider = case when f.suppressed is null then f.provider else m.provider end, updated_at = now(),
       attempts = case when f.suppressed is not null or m.status = 'sending' then m.attempts else
         case when jsonb_array_length(m.attempts) < ${MAX_ATTEMPTS} then m.attempts else m.attempts - ${MAX_ATTEMPTS / 4} end
         || (jsonb_build_object('number', coalesce((m.attempts -> -1 ->> 'number')::integer, 0) + 1, 'provider', f.provider,
           'started_at', now()) || case when m.resent_at is null then '{}' else '{"resend": true}'::jsonb end) end
     from found f
     where m.id = f.id and (
       (m.status = 'queued' and (f.judged or f.suppressed is not null) and (m.attempts = '[]' or not exists (
         select from inbox_events i where i.status = 'received' and i.object_id = m.id::text
       ))) or (m.status = 'sending' and m.error ->> 'claim' = f.token)
     )
     returning m.id, m.status
   )
   select f.n, f.id, f.order_id, f.channel, f.template, f.topic, f.urgency, f.recipient, f.recipient_id, f.locale,
     o.locale as order_locale, (select r.time_zone from recipients r where r.id = f.recipient_id) as time_zone, f.status, f.created_at,
     coalesce(c.status = 'sending', false) as claimed, case when c.status = 'suppressed' then f.suppressed end as suppressed,
     f.provider, f.resent_at is not null as resent,
     case when f.status = 'sending' and f.error ->> 'claim' = f.token then f.attempts - -1 else f.attempts end as attempts,
     case when not f.judged then (
       select json_build_object('delivery', p.delivery, 'hour', p.hour, 'time_zone', r.time_zone, 'quiet_from', r.quiet_from,
         'quiet_to', r.quiet_to)
       from (values (1)) one
       left join recipients r on r.id = f.recipient_id
       left join message_preferences p on p.recipient_id = f.recipient_id and p.topic = f.topic and p.channel = f.channel
     ) end as wish,
     case when f.channel = 'web_push' then (
       select json_build_object('endpoint', p.endpoint, 'keys', json_build_object('p256dh', p.p256dh, 'auth', p.auth))
       from push_subscriptions p where p.recipient_id = f.recipient_id and p.endpoint = f.recipient
     ) end as subscription,
     json_build_object(
       'id', o.id, 'number', o.number, 'currency', o.currency, 'customerName', o.customer_name,
       'subtotalAmount', o.subtotal_amount, 'shippingAmount', o.shipping_amount, 'taxAmount', o.tax_amount,
       'totalAmount', o.total_amount, 'shippingAddress', o.shipping_address, 'billingAddress', o.billing_address,
       'statusReason', o.status_reason, 'shortages', coalesce(o.shortages, '[]'), 'placedAt', o.created_at,
       'data', f.data,
       'lines', case when f.template in ('order-confirmation', 'out-of-stock') then (
         select json_agg(json_build_object(
           'sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'unitAmount', l.unit_amount, 'totalAmount', l.total_amount
         ) order by l.position)
         from order_lines l where l.order_id = o.id
       ) else '[]' end,
       'shipment', case when f.template in ('shipped', 'delivered') then (
         select json_build_object('carrier', s.carrier, 'trackingNumber', s.tracking_number, 'trackingUrl', s.tracking_url)
         from shipments s where s.order_id = o.id and s.tracking_number is not null
         order by s.id::text = split_part(f.cause, '/', 2) desc, s.id limit 1
       ) end,
       'refund', case when f.template = 'refunded' then (
         select json_build_object('amount', r.amount, 'currency', r.currency, 'shippingAmount', r.shipping_amount, 'lines', (
           select json_agg(json_build_object('sku', l.sku, 'name', l.name, 'quantity', rl.quantity, 'amount', rl.amount) order by l.position)
           from refund_lines rl join order_lines l on l.id = rl.line_id where rl.refund_id = r.id
         ))
         from refunds r where r.order_id = o.id order by r.id::text = split_part(f.cause, '/', 2) desc, r.id desc limit 1
       ) end,
       'payment', case when f.template like 'payment-%' then (
         select json_build_object('error', p.last_error ->> 'message', 'actionUrl', p.next_action_url)
         from payments p where p.order_id = o.id
       ) end
     ) as "order"
   from found f left join claimed c on c.id = f.id left join orders o on o.id = f.order_id`,
);

/**
 * Claims a queued message and reads it with its order; undefined when unknown. An optional one is claimed only when it was
 * judged by its `wish`; one that a suppression covers is recorded as suppressed.
 * @param token one per run: the same run may repeat its claim, nobody else's
 */
export async function claimNotification(
  db: Executor,
  { id, token, judged = false }: { id: string; token: string; judged?: boolean },
  { providers, transactional }: ClaimTerms,
): Promise<NotificationForSending | undefined> {
  const [row] = await db.each(claim, { id, token, judged, providers, transactional });
  return row;
}
