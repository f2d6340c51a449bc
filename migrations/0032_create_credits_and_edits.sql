-- Money that was taken for one order and pays for another: what came back in an exchange, and what an edit added to the price.

-- What is credited is no longer refundable on the order that gave it; what the order it went to gives back of it is given back there.
create table order_credits (
  id uuid primary key,
  from_order_id uuid not null references orders (id),
  to_order_id uuid not null references orders (id),
  kind text not null,
  -- `exchange/<return id>` or `balance/<edit id>`: a cause is credited once.
  cause text not null,
  currency text not null,
  amount bigint not null,
  -- Given back to the order that it came from, to be refunded there.
  returned_amount bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_credits_cause_key unique (cause),
  constraint order_credits_between_two check (from_order_id <> to_order_id),
  constraint order_credits_amounts_in_bounds check (amount > 0 and returned_amount between 0 and amount),
  constraint order_credits_kind_known check (kind in ('exchange', 'balance'))
);
create index order_credits_from_idx on order_credits (from_order_id);
create index order_credits_to_idx on order_credits (to_order_id);

-- The credit that a refund gives back: money of this order that had paid for another one.
alter table refunds add column credit_id uuid references order_credits (id);
create index refunds_credit_idx on refunds (credit_id) where credit_id is not null;

-- An edit that was asked for: what it changes and what it costs is decided when it is applied, under the order's lock.
create table order_edits (
  id uuid primary key,
  order_id uuid not null references orders (id),
  -- The revision that it makes; null while it is not applied.
  revision integer,
  status text not null default 'pending',
  -- What was asked: lines to add, remove or change, address, shipping method.
  wish jsonb not null,
  -- The order's lines, address and totals before and after.
  before jsonb,
  after jsonb,
  -- After less before, in minor units: positive is charged, negative given back.
  difference_amount bigint,
  -- How the difference is settled: nothing to settle, on the intent before it is paid, within what is authorized, by a refund, by
  -- an order of kind `balance`.
  settlement text,
  -- The order of kind `balance` that takes what is due, where the order's own intent cannot.
  balance_order_id uuid references orders (id),
  refund_id uuid references refunds (id),
  actor text not null,
  note text,
  error jsonb,
  -- Rotates the idempotency key after the provider has stored a failure of its own under it.
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_edits_revision_key unique (order_id, revision),
  constraint order_edits_status_known check (status in ('pending', 'awaiting_payment', 'applied', 'refused', 'canceled')),
  constraint order_edits_settlement_known check (settlement in ('none', 'intent', 'authorization', 'refund', 'balance')),
  constraint order_edits_applied_whole check (
    status <> 'applied' or (revision is not null and after is not null and difference_amount is not null and settlement is not null)
  )
);
create unique index order_edits_one_open_idx on order_edits (order_id) where status in ('pending', 'awaiting_payment');
create index order_edits_order_idx on order_edits (order_id, id);
create unique index order_edits_balance_idx on order_edits (balance_order_id) where balance_order_id is not null;

-- What the ledger has to book of them, noted with the change as for payments and refunds.
create trigger order_credits_ledger_due_new after insert on order_credits for each row execute function note_ledger_due('credit');
create trigger order_credits_ledger_due after update of returned_amount on order_credits for each row
when (new.returned_amount <> old.returned_amount) execute function note_ledger_due('credit');
create trigger order_edits_ledger_due_new after insert on order_edits for each row
when (new.status = 'applied') execute function note_ledger_due('edit');
create trigger order_edits_ledger_due after update of status on order_edits for each row
when (new.status = 'applied' and old.status <> 'applied') execute function note_ledger_due('edit');

-- Whatever code, event or hand ends an order: what credits have paid for it goes back, and an edit of it is not made any more. Of an
-- order that takes what an edit has added, the edit is decided by what becomes of it.
create function follow_ended_order() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into outbox (queue, job_id, payload, order_id)
  select 'return-credits', 'order-' || new.id, jsonb_build_object('order_id', new.id), new.id
  where new.credit_amount > 0 and new.status in ('canceled', 'expired', 'rejected')
  union all
  select 'apply-edit', 'edit-' || e.id || '-' || new.status,
    jsonb_build_object('order_id', e.order_id, 'edit_id', e.id, 'turn', new.status), e.order_id
  from order_edits e where e.balance_order_id = new.id and new.kind = 'balance' and e.status = 'awaiting_payment'
  union all
  select 'apply-edit', 'edit-' || e.id || '-' || new.status,
    jsonb_build_object('order_id', e.order_id, 'edit_id', e.id, 'turn', new.status), e.order_id
  from order_edits e where e.order_id = new.id and new.kind <> 'balance' and e.status in ('pending', 'awaiting_payment')
  on conflict (queue, job_id) do update
  set status = 'pending', xid = pg_current_xact_id(), again = true, available_at = now(), finished_at = null
  where outbox.status = 'failed';
  return null;
end
$$;
create trigger orders_end_followed after update of status on orders for each row
when (new.status <> old.status and (new.status in ('canceled', 'expired', 'rejected') or (new.kind = 'balance' and new.status = 'paid')))
execute function follow_ended_order();

-- Brings what an order holds to these units, [{variant_id, sku, quantity}, …]: takes what is missing, all of it or none, and frees what
-- is too much. Returns a row for each SKU that is short, and changes nothing then. Lock the order's row before calling.
create function adjust_reserved_stock(p_order_id uuid, p_wanted jsonb)
returns table (sku text, requested integer, available integer)
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform from stock_levels s
  where s.variant_id = any(array(
    select r.variant_id from reservations r where r.order_id = p_order_id
    union select w.variant_id from jsonb_to_recordset(p_wanted) as w (variant_id uuid)
  ))
  order by s.variant_id, s.location_id
  for no key update of s;

  return query
  with change as materialized (
    select u.variant_id, min(u.sku) as sku, sum(u.wanted)::integer as wanted, sum(u.held)::integer as held
    from (
      select w.variant_id, w.sku, w.quantity as wanted, 0 as held
      from jsonb_to_recordset(p_wanted) as w (variant_id uuid, sku text, quantity integer)
      union all
      select r.variant_id, null, 0, r.quantity from reservations r
      where r.order_id = p_order_id and r.status not in ('released', 'sold')
    ) u group by u.variant_id
  ), shelves as materialized (
    select c.variant_id, c.wanted - c.held as missing, free.location_id, free.units, sum(free.units) over shelf - free.units as before
    from change c cross join lateral (
      select s.location_id, s.on_hand - s.reserved as units, o.position, exists (
        select from reservations r where r.order_id = p_order_id and r.variant_id = c.variant_id and r.location_id = s.location_id
      ) as is_own
      from stock_levels s join locations o on o.id = s.location_id
      where s.variant_id = c.variant_id and s.on_hand > s.reserved
    ) free
    where c.wanted > c.held
    -- from where the order takes units already, else where one place is enough: fewer parcels
    window shelf as (
      partition by c.variant_id order by free.is_own desc, (free.units >= c.wanted - c.held) desc, free.position, free.location_id
    )
  ), short as materialized (
    select c.sku, c.wanted, (c.held + coalesce(sum(s.units), 0))::integer as units
    from change c left join shelves s on s.variant_id = c.variant_id
    where c.wanted > c.held
    group by c.variant_id, c.sku, c.wanted, c.held having c.held + coalesce(sum(s.units), 0) < c.wanted
  ), taken as materialized (
    select s.variant_id, s.location_id, least(s.units, s.missing - s.before)::integer as units
    from shelves s where s.before < s.missing and not exists (select from short)
  ), places as materialized (
    select r.variant_id, r.location_id, r.quantity, c.held - c.wanted as surplus,
      sum(r.quantity) over (partition by r.variant_id order by r.quantity, r.location_id) - r.quantity as before
    from change c join reservations r on r.order_id = p_order_id and r.variant_id = c.variant_id and r.status not in ('released', 'sold')
    where c.held > c.wanted
  ), freed as materialized (
    select p.variant_id, p.location_id, p.quantity, least(p.quantity, p.surplus - p.before)::integer as units
    from places p where p.before < p.surplus and not exists (select from short)
  ), gone as (
    delete from reservations r using freed f
    where r.order_id = p_order_id and r.variant_id = f.variant_id and r.location_id = f.location_id and f.units = f.quantity
  ), lowered as (
    update reservations r set quantity = r.quantity - f.units from freed f
    where r.order_id = p_order_id and r.variant_id = f.variant_id and r.location_id = f.location_id and f.units < f.quantity
  ), held as (
    insert into reservations (order_id, variant_id, location_id, quantity)
    select p_order_id, t.variant_id, t.location_id, t.units from taken t
    on conflict (order_id, variant_id, location_id) do update set quantity = reservations.quantity + excluded.quantity
  ), move as materialized (
    select variant_id, location_id, units from taken union all select variant_id, location_id, -units from freed
  ), level as (
    update stock_levels s set reserved = s.reserved + m.units, updated_at = now() from move m
    where s.variant_id = m.variant_id and s.location_id = m.location_id
  ), moved as (
    insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
    select m.variant_id, m.location_id, case when m.units > 0 then 'reserved' else 'released' end, 0, m.units, p_order_id from move m
  )
  select s.sku, s.wanted, s.units from short s;
end
$$;
