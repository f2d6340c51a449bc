/** Invariant 3: stock is conserved, and sold once. */
import { rule } from './rule.ts';

export const stock = [
  rule(
    3,
    'level_out_of_bounds',
    `select variant_id, location_id, on_hand, reserved from stock_levels where reserved < 0 or reserved > on_hand`,
  ),
  rule(
    3,
    'level_is_not_the_sum_of_its_movements',
    `select s.variant_id, s.location_id, s.on_hand, s.reserved, m.on_hand as moved_on_hand, m.reserved as moved_reserved
     from stock_levels s left join (
       select variant_id, location_id, sum(on_hand_change)::bigint as on_hand, sum(reserved_change)::bigint as reserved
       from stock_movements group by variant_id, location_id
     ) m using (variant_id, location_id)
     where s.on_hand <> coalesce(m.on_hand, 0) or s.reserved <> coalesce(m.reserved, 0)`,
  ),
  rule(
    3,
    'reserved_is_not_what_orders_hold',
    `select s.variant_id, s.location_id, s.reserved, coalesce(r.units, 0) as held_by_orders
     from stock_levels s left join (
       select variant_id, location_id, sum(quantity)::bigint as units from reservations where status = 'reserved' group by variant_id, location_id
     ) r using (variant_id, location_id)
     where s.reserved <> coalesce(r.units, 0)`,
  ),
  rule(
    3,
    'watch_differs_from_its_stock',
    `select v.sku, v.low_stock_threshold, w.threshold, w.is_low, s.available, s.watched, s.levels
     from variants v full join stock_watches w on w.variant_id = v.id left join lateral (
       select coalesce(sum(l.on_hand - l.reserved), 0) as available, count(*) filter (where l.is_watched) as watched, count(*) as levels
       from stock_levels l where l.variant_id = v.id
     ) s on true
     where v.low_stock_threshold is distinct from w.threshold or w.is_low <> (s.available <= w.threshold)
       or s.watched <> case when w.variant_id is null then 0 else s.levels end`,
  ),
  // A level is locked before it moves, so its movements' ids follow its history.
  rule(
    3,
    'oversold_on_the_way',
    `select distinct on (variant_id, location_id) variant_id, location_id, id as movement_id, on_hand, reserved from (
       select id, variant_id, location_id, sum(on_hand_change) over past as on_hand, sum(reserved_change) over past as reserved
       from stock_movements window past as (partition by variant_id, location_id order by id)
     ) m where on_hand < 0 or reserved < 0 or reserved > on_hand order by variant_id, location_id, id`,
  ),
  rule(
    3,
    'reservation_is_not_the_orders_lines',
    `select r.order_id, r.variant_id, l.units as ordered, r.units as reserved_or_sold from (
       select order_id, variant_id, sum(quantity)::bigint as units from reservations group by order_id, variant_id
     ) r full join (
       select order_id, variant_id, sum(quantity)::bigint as units from order_lines
       where order_id in (select order_id from reservations) group by order_id, variant_id
     ) l using (order_id, variant_id)
     where r.units is distinct from l.units and not exists (
       -- An edit that is not settled holds what either of its ends needs; what it held of an order that ended is free with the rest.
       select from order_edits e join orders o on o.id = e.order_id
       where e.order_id = coalesce(r.order_id, l.order_id) and (e.status in ('pending', 'awaiting_payment')
         or (e.status <> 'applied' and o.status in ('rejected', 'canceled', 'expired')))
     )`,
  ),
  rule(
    3,
    'movements_are_not_the_orders_reservations',
    `select coalesce(m.order_id, r.order_id) as order_id, m.sold, m.reserved, r.sold as sold_by_reservations, r.reserved as held_by_reservations
     from (
       select order_id, -sum(on_hand_change) filter (where kind = 'sold')::bigint as sold, sum(reserved_change)::bigint as reserved
       from stock_movements where order_id is not null and kind in ('reserved', 'released', 'sold') group by order_id
     ) m full join (
       select order_id, sum(quantity) filter (where status = 'sold')::bigint as sold,
         sum(quantity) filter (where status = 'reserved')::bigint as reserved
       from reservations group by order_id
     ) r using (order_id)
     where coalesce(m.sold, 0) <> coalesce(r.sold, 0) or coalesce(m.reserved, 0) <> coalesce(r.reserved, 0)`,
  ),
  rule(
    3,
    'more_came_back_than_was_sent',
    `select m.order_id, m.variant_id, m.returned, coalesce(r.quantity, 0) as sold
     from (
       select order_id, variant_id, sum(on_hand_change)::bigint as returned from stock_movements
       where order_id is not null and kind = 'returned' group by order_id, variant_id
     ) m left join (
       select order_id, variant_id, sum(quantity)::bigint as quantity from reservations where status = 'sold' group by order_id, variant_id
     ) r on r.order_id = m.order_id and r.variant_id = m.variant_id
     where m.returned > coalesce(r.quantity, 0)`,
  ),
  rule(
    3,
    'order_and_stock_disagree',
    `select o.id as order_id, o.status, o.fulfillment_status, coalesce(r.states, '{}') as reservations
     from orders o left join (
       select order_id, array_agg(distinct status) as states from reservations group by order_id
     ) r on r.order_id = o.id
     where case
       when o.status in ('rejected', 'canceled', 'expired') then 'reserved' = any(r.states) or 'sold' = any(r.states)
       -- It is paid and waits for goods (stock_waits); without goods there is nothing to hold.
       when o.hold_reason = 'out_of_stock' or not exists (select from order_lines l where l.order_id = o.id) then r.states is not null
       when o.fulfillment_status in ('processing', 'partially_shipped', 'shipped', 'delivered') then r.states is distinct from array['sold']
       when o.status in ('awaiting_payment', 'authorized', 'paid') then r.states is distinct from array['reserved']
     end`,
  ),
  rule(
    3,
    'shipped_is_not_what_was_sold',
    `select coalesce(s.order_id, r.order_id) as order_id, coalesce(s.variant_id, r.variant_id) as variant_id, s.units as packed, r.units as sold
     from (
       select p.order_id, l.variant_id, sum(l.quantity)::bigint as units from shipments p join shipment_lines l on l.shipment_id = p.id
       group by p.order_id, l.variant_id
     ) s full join (
       select order_id, variant_id, sum(quantity)::bigint as units from reservations where status = 'sold' group by order_id, variant_id
     ) r on r.order_id = s.order_id and r.variant_id = s.variant_id
     where s.units is distinct from r.units`,
  ),
];
