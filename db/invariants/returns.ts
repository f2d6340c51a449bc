/** Returns: no unit comes back twice, the money is what was decided, the stock is what was counted, and each has an owner. */
import { rule } from './rule.ts';

const job = (queue: string, orderId: string) =>
  `exists (select from outbox j where j.queue = '${queue}' and j.order_id = ${orderId} and j.status = 'pending')`;
const told = (orderId: string) =>
  `exists (select from exceptions x where x.order_id = ${orderId} and x.resolved_at is null)`;

export const returns = [
  // Of all returns together; what was refused, called off or never sent counts for nothing.
  rule(
    3,
    'more_units_come_back_than_were_sold',
    `select l.id as line_id, l.order_id, l.quantity, sum(u.units)::bigint as returned from order_lines l join (
       select x.line_id, case when r.status in ('refunded', 'exchanged', 'closed') then x.good + x.damaged
         else coalesce(x.approved_quantity, x.quantity) end as units
       from returns r join return_lines x on x.return_id = r.id where r.status not in ('refused', 'canceled', 'lapsed')
     ) u on u.line_id = l.id group by l.id, l.order_id, l.quantity having sum(u.units) > l.quantity`,
  ),
  rule(
    3,
    'return_counts_are_not_its_receipts',
    `select l.return_id, l.line_id, l.good, l.damaged, l.wrong from return_lines l left join (
       select return_id, line_id, sum(good) as good, sum(damaged) as damaged, sum(wrong) as wrong from return_receipts
       group by return_id, line_id
     ) c using (return_id, line_id)
     where (l.good, l.damaged, l.wrong) is distinct from (coalesce(c.good, 0), coalesce(c.damaged, 0), coalesce(c.wrong, 0))`,
  ),
  rule(
    3,
    'return_and_stock_disagree',
    `select r.id as return_id, r.number, r.order_id, l.restocked, l.written_off, m.returned, m.thrown_away from returns r
     join (
       select return_id, sum(restocked) as restocked, sum(written_off) as written_off from return_lines group by return_id
     ) l on l.return_id = r.id
     left join (
       select order_id, reason, coalesce(sum(on_hand_change) filter (where kind = 'returned'), 0) as returned,
         coalesce(-sum(on_hand_change) filter (where kind = 'written_off'), 0) as thrown_away
       from stock_movements where order_id is not null and kind in ('returned', 'written_off') group by order_id, reason
     ) m on m.order_id = r.order_id and m.reason = 'return ' || r.number
     where l.restocked + l.written_off <> coalesce(m.returned, 0) or l.written_off <> coalesce(m.thrown_away, 0)`,
  ),
  rule(
    2,
    'return_and_refund_disagree',
    `select r.id as return_id, r.number, r.order_id, r.status, r.amount, f.amount as refunds from returns r left join (
       select substr(cause, 8, 36) as return_id, sum(amount)::bigint as amount from refunds where cause like 'return/%' group by 1
     ) f on f.return_id = r.id::text
     where coalesce(f.amount, 0) <> case when r.status = 'refunded' then r.amount else 0 end
       and not (r.status = 'exchanged' and f.amount <= r.amount)`,
  ),
  rule(
    2,
    'return_lines_do_not_add_up',
    `select r.id as return_id, r.amount, r.shipping_amount, l.amount as lines from returns r join (
       select return_id, coalesce(sum(amount), 0)::bigint as amount from return_lines group by return_id
     ) l on l.return_id = r.id
     where r.status in ('refunded', 'exchanged') and l.amount + r.shipping_amount <> r.amount`,
  ),
  rule(
    5,
    'return_history_has_gaps',
    `select r.id as return_id, r.last_event, e.events, e.last from returns r left join (
       select return_id, count(*) as events, max(sequence) as last from return_events group by return_id
     ) e on e.return_id = r.id
     where coalesce(e.events, 0) <> r.last_event or coalesce(e.last, 0) <> r.last_event or r.last_event = 0`,
  ),
  rule(
    5,
    'settled_return_that_says_nothing',
    `select id as return_id, status from returns
     where (status in ('refunded', 'exchanged', 'closed')) <> (settled_at is not null)
       or (status = 'refunded' and (refund_id is null or amount is null))`,
  ),
  rule(
    7,
    'return_waits_for_its_label',
    `select p.id as parcel_id, p.return_id, p.updated_at from return_parcels p
     where p.status = 'pending' and p.updated_at < now() - :wait and not ${job('advance-return', 'p.order_id')} and not ${told('p.order_id')}`,
  ),
  // The job waits for as long as counts may be corrected, so it is there from the count on.
  rule(
    7,
    'return_waits_to_be_settled',
    `select id as return_id, number, order_id, received_at from returns r
     where status = 'received' and updated_at < now() - :wait and not ${job('advance-return', 'r.order_id')} and not ${told('r.order_id')}`,
  ),
  rule(
    7,
    'return_parcel_waits_in_silence',
    `select id as parcel_id, return_id, status, updated_at from return_parcels p
     where not ${told('p.order_id')} and (
       status = 'exception' or (
         status in ('label_purchased', 'in_transit') and carrier_shipment_id is not null
         and updated_at < now() - greatest(:wait, least(updated_at - created_at, interval '12 hours'))
         and not ${job('track-return', 'p.order_id')}
       )
     )`,
  ),
];
