-- The first half of checkout for many orders in one round trip: locks those that are pending, and reserves all of an order's
-- stock or none of it. Returns a row for each pending order: the SKUs that are short (an empty array means reserved, now or
-- before) and its last event. Locks are taken in the order of ids, orders before levels, so two calls never deadlock.
create function begin_checkout(p_order_ids uuid[])
returns table (order_id uuid, short jsonb, last_event integer)
language plpgsql rows 1 as $$
#variable_conflict use_column
declare
  pending uuid[];
  scarce uuid[];
  each_id uuid;
  shortage jsonb;
  missing jsonb := '{}';
begin
  -- The state is asked of rows that were found by their key: as a condition of the search it would offer the planner the
  -- partial index of all unsettled orders.
  with o as materialized (select id, status from orders where id = any(p_order_ids) order by id for no key update)
  select array(select o.id from o where o.status = 'pending') into pending;
  perform from stock_levels s
  where s.variant_id = any(array(select l.variant_id from order_lines l where l.order_id = any(pending)))
  order by s.variant_id, s.location_id
  for no key update;

  -- Where each line finds a place that holds it whole, and every such place holds all that the set asks of it, the orders
  -- do not get in each other's way: one statement serves them all, with the outcome of one after the other.
  with fresh as materialized (
    -- Asked only now: whoever reserved meanwhile has committed by the time the locks are had.
    select u.id from unnest(pending) u (id) where not exists (select from reservations r where r.order_id = u.id)
  ), wanted as materialized (
    select l.order_id, l.variant_id, sum(l.quantity)::integer as quantity
    from fresh f join order_lines l on l.order_id = f.id group by l.order_id, l.variant_id
  ), pick as (
    select w.order_id, w.variant_id, w.quantity, place.location_id,
      place.location_id is null or sum(w.quantity) over (partition by w.variant_id, place.location_id) > place.units as tight
    from wanted w left join lateral (
      select s.location_id, s.on_hand - s.reserved as units from stock_levels s join locations c on c.id = s.location_id
      where s.variant_id = w.variant_id and s.on_hand - s.reserved >= w.quantity
      order by c.position, s.location_id limit 1
    ) place on true
  ), contested as (
    select p.*, bool_or(p.tight) over (partition by p.variant_id) as scarce from pick p
  ), judged as materialized (
    select c.*, bool_or(c.scarce) over (partition by c.order_id) as waits from contested c
  ), taken as materialized (
    select j.order_id, j.variant_id, j.location_id, j.quantity from judged j where not j.waits
  ), raised as (
    update stock_levels s set reserved = s.reserved + t.quantity, updated_at = now()
    from (select variant_id, location_id, sum(quantity)::integer as quantity from taken group by variant_id, location_id) t
    where s.variant_id = t.variant_id and s.location_id = t.location_id
  ), held as (
    insert into reservations (order_id, variant_id, location_id, quantity)
    select t.order_id, t.variant_id, t.location_id, t.quantity from taken t
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select t.variant_id, t.location_id, 'reserved', 0, t.quantity, t.order_id from taken t
  ), told as (
    update orders o set last_event = o.last_event + 1, updated_at = now()
    from fresh f where o.id = f.id and f.id <> all(array(select j.order_id from judged j where j.waits))
    returning o.id, o.last_event
  ), event as (
    insert into order_events (order_id, sequence, type) select t.id, t.last_event, 'stock.reserved' from told t
  )
  select array(select distinct j.order_id from judged j where j.waits order by j.order_id) into scarce;

  -- The others take turns, since each may take what the next one wants.
  foreach each_id in array scarce loop
    select coalesce(jsonb_agg(jsonb_build_object('sku', s.sku, 'requested', s.requested, 'available', s.available)), '[]')
    into shortage from reserve_stock(each_id) s;
    if shortage = '[]' then
      with o as (
        update orders set last_event = last_event + 1, updated_at = now() where id = each_id returning id, last_event
      )
      insert into order_events (order_id, sequence, type) select id, last_event, 'stock.reserved' from o;
    else
      missing := missing || jsonb_build_object(each_id, shortage);
    end if;
  end loop;

  return query select o.id, coalesce(missing -> o.id::text, '[]'), o.last_event from orders o where o.id = any(pending);
end
$$;
