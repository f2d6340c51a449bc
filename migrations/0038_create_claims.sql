-- What was sent and never came, came damaged or was not in its parcel: asked for, decided, and made good by goods or money.

create domain claim_status as text constraint claims_status_known check (
  value in ('requested', 'reshipped', 'refunded', 'refused', 'canceled')
);

create sequence claim_numbers start 100001;

create table claims (
  id uuid primary key,
  number text not null default 'CLM-' || nextval('claim_numbers'),
  order_id uuid not null references orders (id),
  -- The parcel that it is about, where somebody said so.
  shipment_id uuid references shipments (id),
  kind text not null,
  status claim_status not null default 'requested',
  -- What whoever asked would like; who decides may give the other.
  wish text not null default 'reship',
  asked_by text not null,
  note text,
  -- Why it was refused or canceled, in words for the customer.
  reason text,
  -- The order of kind `replacement`; goods that cannot be sent after all are refunded instead.
  replacement_order_id uuid references orders (id),
  -- What was given back, in minor units of the order's currency, and by which refund.
  amount bigint,
  refund_id uuid references refunds (id),
  -- What the carrier was asked for, and what it paid: noted for the shop, booked nowhere.
  carrier_reference text,
  carrier_amount bigint,
  decided_at timestamptz,
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint claims_number_key unique (number),
  constraint claims_kind_known check (kind in ('lost', 'damaged', 'missing')),
  constraint claims_wish_known check (wish in ('reship', 'refund')),
  constraint claims_asked_by_known check (asked_by in ('customer', 'shop')),
  constraint claims_amounts_in_bounds check (amount >= 0 and carrier_amount >= 0),
  constraint claims_replacement_key unique (replacement_order_id)
);
create index claims_order_idx on claims (order_id);
create index claims_status_idx on claims (status, id);
create index claims_open_idx on claims (created_at) where status = 'requested';

create table claim_lines (
  claim_id uuid not null references claims (id),
  line_id uuid not null references order_lines (id),
  quantity integer not null,
  -- What was given back for it, tax included.
  amount bigint,
  primary key (claim_id, line_id),
  constraint claim_lines_quantity_positive check (quantity > 0)
);
create index claim_lines_line_idx on claim_lines (line_id);

-- Append-only: who did what when.
create table claim_events (
  claim_id uuid not null references claims (id),
  sequence integer not null,
  type text not null,
  actor text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (claim_id, sequence)
);

-- Units that goods were given for, by line: they count as given back (order_lines.refunded_quantity), beside those of refunds. Without
-- an amount a claim's money was given back where it was paid, on the order that this one replaces.
create function replaced_units(p_order_id uuid) returns table (line_id uuid, units integer) language sql stable as $$
  select u.line_id, sum(u.units)::integer from (
    select l.line_id, l.quantity as units
    from claims c join claim_lines l on l.claim_id = c.id
    where c.order_id = p_order_id and (c.status = 'reshipped' or (c.status = 'refunded' and l.amount is null))
    union all
    select l.line_id, l.good + l.damaged
    from returns r join return_lines l on l.return_id = r.id where r.order_id = p_order_id and r.status = 'exchanged'
  ) u where u.units > 0 group by u.line_id
$$;

-- Open claims count too, and those of which the money did not arrive.
create or replace function claimed_units(p_order_id uuid) returns table (line_id uuid, units integer) language sql stable as $$
  select u.line_id, sum(u.units)::integer from (
    select o.line_id, o.units from open_return_units(p_order_id) o
    union all
    select l.line_id, l.quantity
    from claims c join claim_lines l on l.claim_id = c.id left join refunds f on f.id = c.refund_id
    where c.order_id = p_order_id
      and (c.status = 'requested' or (c.status = 'refunded' and l.amount is not null and f.status in ('failed', 'canceled')))
  ) u group by u.line_id
$$;

-- A replacement that cannot be sent after all: its claim is refunded instead, by a job, whatever code or hand has ended it.
create function follow_ended_replacement() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into outbox (queue, job_id, payload, order_id)
  select 'advance-claim', 'claim-' || c.id || '-not_sent',
    jsonb_build_object('order_id', c.order_id, 'claim_id', c.id, 'turn', 'not_sent'), c.order_id
  from claims c where c.replacement_order_id = new.id and c.status = 'reshipped'
  on conflict (queue, job_id) do update
  set status = 'pending', xid = pg_current_xact_id(), again = true, available_at = now(), finished_at = null
  where outbox.status = 'failed';
  return null;
end
$$;
create trigger replacements_end_followed after update of status on orders for each row
when (new.kind = 'replacement' and new.status <> old.status and new.status in ('canceled', 'expired', 'rejected'))
execute function follow_ended_replacement();

-- A failed refund is sent again by a row of its own, whose cause names it: the claim goes with it.
create function follow_retried_claim_refund() returns trigger language plpgsql as $$
begin
  update claims set refund_id = new.id, updated_at = now() where refund_id = substr(new.cause, 7)::uuid;
  return null;
end
$$;
create index claims_refund_idx on claims (refund_id) where refund_id is not null;
create trigger refunds_retry_of_claim_is_followed after insert on refunds
  for each row when (new.cause like 'retry/%') execute function follow_retried_claim_refund();
