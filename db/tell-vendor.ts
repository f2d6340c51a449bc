/** Tells a vendor of its part of an order, where it wants to be told and in its language. */
import type { PartChange, PartNews } from '../domain/vendors/order.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

/** What a vendor is written to of; the rest its systems hear by webhooks. One message says the last that matters. */
const TOLD: readonly PartNews[] = ['canceled', 'held', 'released', 'changed', 'created'];

// About no order: a message of an order shows, and links to, what is its customer's.
const tell = statement(
  'tell_vendor',
  `with part as (
     select o.*, w.name as vendor_name, w.locale, w.addresses, w.lead_time
     from vendor_orders o cross join lateral (
       select name, settings ->> 'locale' as locale, (settings ->> 'lead_time_days')::integer as lead_time,
         coalesce(settings -> 'notification_emails', jsonb_build_array(email)) as addresses
       from vendors where id = o.vendor_id
     ) w
     where o.id = $1
   ), message as (
     insert into notifications (id, cause, template, topic, recipient, locale, data)
     select case at.place when 1 then $2::uuid else overlay(gen_random_uuid()::text placing left($2::text, 15) from 1 for 15)::uuid end,
       'vendor_order/' || part.id || '/' || part.last_event, 'vendor-order', 'vendor', at.address, part.locale,
       jsonb_strip_nulls(jsonb_build_object('news', $3::text, 'vendorName', part.vendor_name, 'number', part.number, 'revision', part.revision,
         'shipTo', part.ship_to -> 'address' || jsonb_build_object('name', part.ship_to ->> 'name'), 'leadTimeDays', part.lead_time, 'items', (
           select coalesce(jsonb_agg(jsonb_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity - l.refunded_quantity) order by l.sku), '[]')
           from vendor_order_lines l where l.vendor_order_id = part.id and l.quantity > l.refunded_quantity
         )))
     from part cross join lateral jsonb_array_elements_text(part.addresses) with ordinality as at (address, place)
     on conflict on constraint notifications_cause_key do nothing
     returning id
   )
   insert into outbox (queue, job_id, payload)
   select 'send-notification', 'notification-' || id, jsonb_build_object('notification_id', id) from message`,
);

/** Writes the messages and their jobs, in the transaction of what they tell. */
export async function tellVendor(tx: Executor, vendorOrderId: string, { news }: PartChange): Promise<void> {
  const worst = TOLD.find((each) => news.includes(each));
  if (!worst) return;
  await tx.rows(tell, [vendorOrderId, uuidv7(), worst]);
  tx.signal('stockroom_outbox', '');
}
