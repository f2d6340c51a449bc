-- Vendors of a marketplace: who they are, what is theirs, and the part of each order that is for them to send.

-- registered: tells of itself | verifying: a person looks at what it handed in | onboarding: verified, Stripe's account is being opened |
-- active: sold and paid | restricted: sold, Stripe pays nothing out for now | suspended: not sold, its open orders go on | closed.
create domain vendor_status as text constraint vendors_status_known check (
  value in ('registered', 'verifying', 'onboarding', 'active', 'restricted', 'suspended', 'closed')
);
-- open: nothing has left | then by its parcels and by what its vendor says.
create domain vendor_order_status as text constraint vendor_orders_status_known check (
  value in ('open', 'packed', 'partially_shipped', 'shipped', 'delivered', 'canceled')
);

create sequence vendor_numbers start 1001;
-- Numbers the readings of Stripe's accounts: what was read earlier never replaces what was read later.
create sequence vendor_account_readings;

create table vendors (
  id uuid primary key,
  number text not null default 'VEN-' || nextval('vendor_numbers'),
  name text not null,
  slug text not null,
  email text not null,
  country text not null,
  currency currency_code not null,
  status vendor_status not null default 'registered',
  -- Why it is in this state, for its eyes.
  status_reason text,
  -- Where a suspended vendor goes back to.
  status_before vendor_status,
  -- What everybody may see: description, logo, website.
  profile jsonb not null default '{}',
  -- How it works: lead time, return address, where it is told and in which language.
  settings jsonb not null default '{}',
  -- What it handed in to be verified, and the reasons of the last refusal.
  verification jsonb not null default '{}',
  refusal jsonb,
  -- What only the shop decides.
  commission_bps integer,
  sees_contacts boolean not null default false,
  must_be_approved boolean,
  -- Stripe's connected account, as it was last read.
  account_id text,
  transfers_enabled boolean not null default false,
  payouts_enabled boolean not null default false,
  details_submitted boolean not null default false,
  requirements jsonb not null default '{}',
  account_reading bigint not null default 0,
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vendors_number_key unique (number),
  constraint vendors_slug_key unique (slug),
  constraint vendors_account_key unique (account_id),
  constraint vendors_commission_in_bounds check (commission_bps between 0 and 10000),
  constraint vendors_country_upper_case check (country ~ '^[A-Z]{2}$')
);
create index vendors_status_idx on vendors (status, id);
-- An address registers once, unless what it had is closed.
create unique index vendors_email_idx on vendors (lower(email)) where status <> 'closed';

-- Append-only, as an order's.
create table vendor_events (
  vendor_id uuid not null references vendors (id),
  sequence integer not null,
  type text not null,
  data jsonb not null default '{}',
  actor text not null,
  created_at timestamptz not null default now(),
  primary key (vendor_id, sequence)
);

-- Of products of a category, unless their vendor has its own.
alter table categories add column commission_bps integer,
  add constraint categories_commission_in_bounds check (commission_bps between 0 and 10000);

alter table api_keys add column vendor_id uuid references vendors (id);
create index api_keys_vendor_idx on api_keys (vendor_id) where vendor_id is not null;

-- An endpoint of a vendor is told what names the vendor, and nothing else.
alter table webhook_endpoints add column vendor_id uuid references vendors (id);
create index webhook_endpoints_vendor_idx on webhook_endpoints (vendor_id) where vendor_id is not null;
alter table shop_events add column vendor_id uuid;

alter table locations add column vendor_id uuid references vendors (id);
create index locations_vendor_idx on locations (vendor_id) where vendor_id is not null;

-- `withheld`: not for sale, whatever its status, since its vendor is not or it waits for approval. Kept with the product, so that to
-- price an order asks no more tables.
alter table products add column vendor_id uuid references vendors (id),
  add column approval text,
  add column approval_reason text,
  add column withheld boolean not null default false,
  add constraint products_approval_known check (approval in ('pending', 'approved', 'refused')),
  add constraint products_approval_of_vendor check ((vendor_id is null) = (approval is null));
create index products_vendor_idx on products (vendor_id, id) where vendor_id is not null;
create index products_pending_idx on products (id) where approval = 'pending';

-- What belongs to somebody goes on belonging to them: orders, stock and money were counted by it.
create function keep_vendor() returns trigger language plpgsql as $$
begin
  raise exception 'what belongs to a vendor, or to the shop, stays theirs' using errcode = 'check_violation', constraint = tg_argv[0];
end
$$;
create trigger products_vendor_stays before update of vendor_id on products for each row
when (new.vendor_id is distinct from old.vendor_id) execute function keep_vendor('products_vendor_stays');
create trigger locations_vendor_stays before update of vendor_id on locations for each row
when (new.vendor_id is distinct from old.vendor_id) execute function keep_vendor('locations_vendor_stays');

create function keep_variant_vendor() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if (select vendor_id from products where id = new.product_id) is distinct from (select vendor_id from products where id = old.product_id) then
    raise exception 'a variant moves only between products of the same vendor'
      using errcode = 'check_violation', constraint = 'variants_vendor_stays';
  end if;
  return new;
end
$$;
create trigger variants_vendor_stays before update of product_id on variants for each row
when (new.product_id <> old.product_id) execute function keep_variant_vendor();

-- A vendor's goods lie in its own places, and nothing else does: so a parcel, which is of one order and place, is of one vendor.
create function place_with_vendor() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if (select p.vendor_id from variants v join products p on p.id = v.product_id where v.id = new.variant_id)
     is distinct from (select vendor_id from locations where id = new.location_id) then
    raise exception 'goods of a vendor lie only in its own places'
      using errcode = 'check_violation', constraint = 'stock_levels_vendor_place';
  end if;
  return new;
end
$$;
create trigger stock_levels_vendor_place before insert on stock_levels for each row execute function place_with_vendor();

-- The vendor's row is held, so that a product which is made while its vendor is suspended does not slip through.
create function withhold_product() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  select new.approval <> 'approved' or v.status not in ('active', 'restricted') into new.withheld
  from vendors v where v.id = new.vendor_id for share;
  return new;
end
$$;
create trigger products_withheld before insert or update of approval on products for each row
when (new.vendor_id is not null) execute function withhold_product();

create function withhold_products() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  update products set withheld = not withheld, version = version + 1, updated_at = now()
  where vendor_id = new.id and withheld is distinct from (approval <> 'approved' or new.status not in ('active', 'restricted'));
  return null;
end
$$;
create trigger vendors_withhold_products after update of status on vendors for each row
when (new.status <> old.status) execute function withhold_products();

-- A vendor's part of an order, made when the order is paid.
create table vendor_orders (
  id uuid primary key,
  order_id uuid not null references orders (id),
  vendor_id uuid not null references vendors (id),
  -- The order's number with the part's: ORD-100001-V1.
  number text not null,
  status vendor_order_status not null default 'open',
  -- Nothing of the order may be sent for now, as the vendor was last told.
  is_held boolean not null default false,
  -- Raised by each change of what is to be sent.
  revision integer not null default 1,
  -- Where it goes, as the vendor was last told.
  ship_to jsonb not null,
  packed_at timestamptz,
  -- What the vendor says stands in the way: { reason, note, reported_at }; null: nothing, or the shop has settled it.
  problem jsonb,
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vendor_orders_number_key unique (number),
  constraint vendor_orders_part_key unique (order_id, vendor_id)
);
create index vendor_orders_vendor_idx on vendor_orders (vendor_id, id);
create index vendor_orders_problem_idx on vendor_orders (id) where problem is not null;

-- Its lines as the vendor was last told of them. The commission is fixed when a line is first seen. Without a key to order_lines: an
-- edit may take a line away, of which the vendor is still to hear.
create table vendor_order_lines (
  vendor_order_id uuid not null references vendor_orders (id),
  order_line_id uuid not null,
  variant_id uuid not null,
  sku text not null,
  name text not null,
  -- What was ordered, and how much of it was given back; a line that an edit took away has 0.
  quantity integer not null,
  refunded_quantity integer not null default 0,
  unit_amount bigint not null,
  commission_bps integer not null,
  primary key (vendor_order_id, order_line_id),
  constraint vendor_order_lines_line_key unique (order_line_id),
  constraint vendor_order_lines_in_bounds check (quantity >= 0 and refunded_quantity >= 0),
  constraint vendor_order_lines_commission_in_bounds check (commission_bps between 0 and 10000)
);

create table vendor_order_events (
  vendor_order_id uuid not null references vendor_orders (id),
  sequence integer not null,
  type text not null,
  data jsonb not null default '{}',
  actor text not null,
  created_at timestamptz not null default now(),
  primary key (vendor_order_id, sequence)
);

-- Whoever changes what a vendor has to send leaves a job, one for each transaction: it reads what stands by then, so it may come late,
-- twice or beside another. A shop without vendors is asked whether it has any, and no more.
create function note_vendor_order(p_order_id uuid) returns void language sql as $$
  insert into outbox (queue, job_id, payload, order_id, again)
  select 'follow-vendor-orders', 'order-' || p_order_id || '-' || turn, jsonb_build_object('order_id', p_order_id, 'turn', turn), p_order_id, true
  from (select pg_current_xact_id()::text as turn) t
  on conflict (queue, job_id) do nothing
$$;

create function follow_vendor_goods() returns trigger language plpgsql as $$
begin
  if exists (select from vendors) and exists (
    select from order_lines l join variants v on v.id = l.variant_id join products p on p.id = v.product_id
    where l.order_id = new.id and p.vendor_id is not null
    union all select from vendor_orders o where o.order_id = new.id
  ) then
    perform note_vendor_order(new.id);
  end if;
  return null;
end
$$;
create trigger orders_vendor_goods after update of status, hold_reason, revision on orders for each row
when ((new.status <> old.status and new.status in ('paid', 'shipped', 'delivered', 'canceled'))
  or new.hold_reason is distinct from old.hold_reason or new.revision <> old.revision)
execute function follow_vendor_goods();

create function follow_vendor_lines() returns trigger language plpgsql as $$
begin
  if exists (select from vendor_order_lines where order_line_id = new.id) then
    perform note_vendor_order(new.order_id);
  end if;
  return null;
end
$$;
create trigger order_lines_vendor_goods after update of quantity, refunded_quantity on order_lines for each row
when (new.quantity <> old.quantity or new.refunded_quantity <> old.refunded_quantity) execute function follow_vendor_lines();

create function follow_vendor_parcel() returns trigger language plpgsql as $$
begin
  if exists (select from locations where id = new.location_id and vendor_id is not null) then
    perform note_vendor_order(new.order_id);
  end if;
  return null;
end
$$;
create trigger shipments_vendor_goods after update of status on shipments for each row
when (new.status <> old.status) execute function follow_vendor_parcel();
