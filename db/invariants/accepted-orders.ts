/** Invariant 1: what was accepted is there, whole, and somebody works on it. */
import { rule } from './rule.ts';

export const acceptedOrders = [
  rule(
    1,
    'order_without_first_event',
    `select o.id as order_id, o.number from orders o
     where not exists (select from order_events e where e.order_id = o.id and e.sequence = 1 and e.type = 'order.accepted')`,
  ),
  rule(
    1,
    'lines_do_not_add_up',
    `select o.id as order_id, o.number, o.subtotal_amount, l.subtotal as subtotal_of_lines
     from orders o left join (
       select order_id, sum(unit_amount * quantity)::bigint as subtotal from order_lines group by order_id
     ) l on l.order_id = o.id
     where coalesce(l.subtotal, 0) <> o.subtotal_amount
       or o.total_amount <> o.subtotal_amount + o.shipping_amount + o.tax_amount + o.adjustment_amount`,
  ),
  rule(
    1,
    'payment_missing_or_of_another_amount',
    // Of the total, what credits pay is not the payment's; what an edit has taken off a price after it was authorized or paid still is.
    `select o.id as order_id, o.number, o.total_amount, o.credit_amount, o.currency, p.amount as payment_amount, p.currency as payment_currency
     from orders o left join payments p on p.order_id = o.id left join (
       select order_id, sum(difference_amount)::bigint as added from order_edits
       where status = 'applied' and settlement in ('authorization', 'refund') group by order_id
     ) e on e.order_id = o.id
     where p.id is null or p.amount <> o.total_amount - o.credit_amount - coalesce(e.added, 0) or p.currency <> o.currency`,
  ),
  rule(
    1,
    'nobody_works_on_it',
    `select o.id as order_id, o.number, o.status, o.fulfillment_status, o.updated_at
     from orders o
     where o.updated_at < now() - :grace
       and (o.status = 'pending' or (o.status = 'paid' and o.fulfillment_status = 'unfulfilled'))
       and not exists (
         select from outbox j where j.order_id = o.id and j.status = 'pending'
           and j.queue = any(case o.status when 'pending' then array['check-out-order', 'expire-order'] else array['fulfill-order'] end)
       )
       and not exists (select from order_edits e where e.order_id = o.id and e.status in ('pending', 'awaiting_payment'))
       and not exists (select from exceptions x where x.order_id = o.id and x.resolved_at is null)`,
  ),
  rule(
    1,
    'two_orders_for_one_key',
    `select api_key_id, key, array_agg(location) as locations from idempotency_records
     where location like '/v1/orders/%' group by api_key_id, key having count(*) > 1`,
  ),
  rule(
    1,
    'answered_order_missing',
    `select r.key, r.location, r.created_at from idempotency_records r
     where r.status between 200 and 299 and r.location ~ '^/v1/orders/[0-9a-f-]{36}$'
       and not exists (select from orders o where o.id = split_part(r.location, '/', 4)::uuid)`,
  ),
  rule(
    1,
    'accepted_order_missing',
    `select a.key, a.order_id from jsonb_to_recordset(:facts -> 'accepted') as a (key text, order_id uuid)
     where not exists (select from orders o where o.id = a.order_id)`,
  ),
  rule(
    1,
    'one_key_answered_with_two_orders',
    `select a.key, array_agg(distinct a.order_id) as orders from jsonb_to_recordset(:facts -> 'accepted') as a (key text, order_id uuid)
     where a.key is not null group by a.key having count(distinct a.order_id) > 1`,
  ),
];
