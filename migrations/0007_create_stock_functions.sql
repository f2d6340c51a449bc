-- Stock moves by order, each in one round trip. Locks are always taken in (variant, location) order, so two orders never deadlock.
-- Every access is by key: scans and hash joins are off, since on tables without statistics yet (a fresh shop) the planner
-- would read whole tables, and the plan stays in a worker's session.

-- Reserves every line of an order or none. Returns no row when all was reserved (or had been before),
-- else one row per SKU that is short. A line may be split over locations, the first in position order filled first.
create function reserve_stock(p_order_id uuid)
returns table (sku text, requested integer, available integer)
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  perform from (select distinct l.variant_id from order_lines l where l.order_id = p_order_id) wanted
  join stock_levels s on s.variant_id = wanted.variant_id
  order by s.variant_id, s.location_id
  for no key update of s;

  -- Asked only now: whoever reserved for this order meanwhile has committed by the time the locks are had.
  if exists (select from reservations r where r.order_id = p_order_id) then
    return;
  end if;

  return query
  with wanted as materialized (
    select l.variant_id, min(l.sku) as sku, sum(l.quantity)::integer as quantity
    from order_lines l where l.order_id = p_order_id group by l.variant_id
  ), shelves as materialized (
    select w.variant_id, w.quantity, free.location_id, free.units,
      sum(free.units) over shelf - free.units as before
    from wanted w cross join lateral (
      select s.location_id, s.on_hand - s.reserved as units, o.position
      from stock_levels s join locations o on o.id = s.location_id
      where s.variant_id = w.variant_id and s.on_hand > s.reserved
    ) free
    -- a place that can send the whole line alone comes first: fewer parcels
    window shelf as (partition by w.variant_id order by (free.units >= w.quantity) desc, free.position, free.location_id)
  ), short as materialized (
    select w.sku, w.quantity, coalesce(sum(s.units), 0)::integer as units
    from wanted w left join shelves s using (variant_id)
    group by w.variant_id, w.sku, w.quantity having coalesce(sum(s.units), 0) < w.quantity
  ), taken as materialized (
    select s.variant_id, s.location_id, least(s.units, s.quantity - s.before)::integer as quantity
    from shelves s where s.before < s.quantity and not exists (select from short)
  ), raised as (
    update stock_levels s set reserved = s.reserved + t.quantity, updated_at = now() from taken t
    where s.variant_id = t.variant_id and s.location_id = t.location_id
  ), held as (
    insert into reservations (order_id, variant_id, location_id, quantity)
    select p_order_id, t.variant_id, t.location_id, t.quantity from taken t
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select t.variant_id, t.location_id, 'reserved', 0, t.quantity, p_order_id from taken t
  )
  select s.sku, s.quantity, s.units from short s;
end
$$;

-- Locks the levels an order holds units of. The caller's next statement sees what was committed before the locks were had.
-- Here and below the state is told by what it is not: `status = 'reserved'` would let the planner walk the partial index of
-- all open reservations (it holds few live rows, so it looks cheap) where the order's own key is meant.
create function lock_reserved_stock(p_order_id uuid)
returns void
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  perform from reservations r join stock_levels s on s.variant_id = r.variant_id and s.location_id = r.location_id
  where r.order_id = p_order_id and r.status not in ('released', 'sold')
  order by s.variant_id, s.location_id
  for no key update of s;
end
$$;

-- The undo of reserve_stock: frees what the order still holds. Returns the units freed; a second call frees none.
create function release_stock(p_order_id uuid)
returns integer
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  units integer;
begin
  perform lock_reserved_stock(p_order_id);
  with freed as (
    update reservations r set status = 'released' where r.order_id = p_order_id and r.status not in ('released', 'sold')
    returning r.variant_id, r.location_id, r.quantity
  ), lowered as (
    update stock_levels s set reserved = s.reserved - f.quantity, updated_at = now() from freed f
    where s.variant_id = f.variant_id and s.location_id = f.location_id
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select f.variant_id, f.location_id, 'released', 0, -f.quantity, p_order_id from freed f
  )
  select coalesce(sum(f.quantity), 0) into units from freed f;
  return units;
end
$$;
