-- Stock moves by order, each in one round trip. Locks are always taken in (variant, location) order, so two orders never deadlock.

-- Reserves every line of an order or none. Returns no row when all was reserved (or had been before),
-- else one row per SKU that is short. A line may be split over locations, the first in position order filled first.
create function reserve_stock(p_order_id uuid)
returns table (sku text, requested integer, available integer)
language plpgsql as $$
declare
  wanted record;
  level record;
  remaining integer;
  taken integer;
begin
  if exists (select from reservations r where r.order_id = p_order_id) then
    return;
  end if;

  perform from stock_levels s
  where s.variant_id in (select l.variant_id from order_lines l where l.order_id = p_order_id)
  order by s.variant_id, s.location_id
  for update;

  return query
    select l.sku, sum(l.quantity)::integer, coalesce(free.units, 0)::integer
    from order_lines l
    left join (
      select s.variant_id, sum(s.on_hand - s.reserved) as units from stock_levels s group by s.variant_id
      having s.variant_id in (select o.variant_id from order_lines o where o.order_id = p_order_id)
    ) free on free.variant_id = l.variant_id
    where l.order_id = p_order_id
    group by l.variant_id, l.sku, free.units
    having sum(l.quantity) > coalesce(free.units, 0);
  if found then
    return;
  end if;

  for wanted in
    select l.variant_id, sum(l.quantity)::integer as quantity
    from order_lines l where l.order_id = p_order_id group by l.variant_id order by l.variant_id
  loop
    remaining := wanted.quantity;
    for level in
      select s.location_id, s.on_hand - s.reserved as free
      from stock_levels s join locations o on o.id = s.location_id
      where s.variant_id = wanted.variant_id and s.on_hand > s.reserved
      -- a place that can send the whole line alone comes first: fewer parcels
      order by (s.on_hand - s.reserved >= wanted.quantity) desc, o.position, o.id
    loop
      exit when remaining = 0;
      taken := least(remaining, level.free);
      update stock_levels s set reserved = s.reserved + taken, updated_at = now()
      where s.variant_id = wanted.variant_id and s.location_id = level.location_id;
      insert into reservations (order_id, variant_id, location_id, quantity)
      values (p_order_id, wanted.variant_id, level.location_id, taken);
      insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
      values (wanted.variant_id, level.location_id, 'reserved', 0, taken, p_order_id);
      remaining := remaining - taken;
    end loop;
  end loop;
end
$$;

-- The undo of reserve_stock: frees what the order still holds. Returns the units freed; a second call frees none.
create function release_stock(p_order_id uuid)
returns integer
language sql as $$
  with locked as (
    select s.variant_id, s.location_id from stock_levels s join reservations r using (variant_id, location_id)
    where r.order_id = p_order_id and r.status = 'reserved'
    order by s.variant_id, s.location_id for update of s
  ), freed as (
    update reservations r set status = 'released' from locked l
    where r.order_id = p_order_id and r.status = 'reserved' and r.variant_id = l.variant_id and r.location_id = l.location_id
    returning r.variant_id, r.location_id, r.quantity
  ), lowered as (
    update stock_levels s set reserved = s.reserved - f.quantity, updated_at = now() from freed f
    where s.variant_id = f.variant_id and s.location_id = f.location_id
    returning s.variant_id, s.location_id, f.quantity
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select variant_id, location_id, 'released', 0, -quantity, p_order_id from lowered
    returning reserved_change
  )
  select coalesce(-sum(reserved_change), 0)::integer from moved
$$;

-- reserved → sold: the units leave the shelf. Returns what each location sends; a second call returns nothing.
create function allocate_stock(p_order_id uuid)
returns table (variant_id uuid, location_id uuid, quantity integer)
language sql as $$
  with locked as (
    select s.variant_id, s.location_id from stock_levels s join reservations r using (variant_id, location_id)
    where r.order_id = p_order_id and r.status = 'reserved'
    order by s.variant_id, s.location_id for update of s
  ), sold as (
    update reservations r set status = 'sold' from locked l
    where r.order_id = p_order_id and r.status = 'reserved' and r.variant_id = l.variant_id and r.location_id = l.location_id
    returning r.variant_id, r.location_id, r.quantity
  ), lowered as (
    update stock_levels s set on_hand = s.on_hand - f.quantity, reserved = s.reserved - f.quantity, updated_at = now() from sold f
    where s.variant_id = f.variant_id and s.location_id = f.location_id
    returning s.variant_id, s.location_id, f.quantity
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select variant_id, location_id, 'sold', -quantity, -quantity, p_order_id from lowered
    returning stock_movements.variant_id, stock_movements.location_id, -on_hand_change
  )
  select * from moved
$$;
