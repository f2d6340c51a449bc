-- The first half of checkout in one round trip: locks the order, reserves all of its stock or none, and tells it.
-- Returns null for an order that is not pending, else the SKUs that are short: an empty array means reserved.
create function begin_checkout(p_order_id uuid)
returns jsonb
language plpgsql as $$
declare
  short jsonb;
begin
  perform from orders o where o.id = p_order_id and o.status = 'pending' for update;
  if not found then
    return null;
  end if;
  if exists (select from reservations r where r.order_id = p_order_id) then
    return '[]';
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('sku', s.sku, 'requested', s.requested, 'available', s.available)), '[]')
  into short from reserve_stock(p_order_id) s;
  if short = '[]' then
    with o as (
      update orders set last_event = last_event + 1, updated_at = now() where id = p_order_id returning id, last_event
    )
    insert into order_events (order_id, sequence, type) select id, last_event, 'stock.reserved' from o;
  end if;
  return short;
end
$$;
