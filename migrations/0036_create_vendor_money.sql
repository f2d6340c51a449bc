-- What vendors earn of their orders, what was transferred of it, and what is owed either way.

-- What a vendor has of one order: computed anew whenever the order's money changes, and booked as the difference. Goods are without tax,
-- with their part of discounts: gross (paid for) − refunded − disputed = goods; goods − commission = payable.
create table vendor_shares (
  vendor_order_id uuid primary key references vendor_orders (id),
  order_id uuid not null,
  vendor_id uuid not null,
  currency currency_code not null,
  gross_amount bigint not null default 0,
  refunded_amount bigint not null default 0,
  disputed_amount bigint not null default 0,
  commission_amount bigint not null default 0,
  payable_amount bigint not null default 0,
  -- Of the payable, what no refund that is on its way may take back: so much may be transferred.
  releasable_amount bigint not null default 0,
  -- By transfers less reversals that Stripe has made.
  transferred_amount bigint not null default 0,
  -- Paid by what the vendor owed for other orders (positive), or owed for this one and paid by others (negative).
  settled_amount bigint not null default 0,
  -- Number of the last change that was booked.
  version integer not null default 0,
  -- Not transferred before.
  due_at timestamptz,
  -- When somebody must look whether it is to be paid, or taken back; null: it is even.
  pay_at timestamptz,
  -- Why it is not even yet: the word of the reason.
  waits_for text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vendor_shares_add_up check (payable_amount = gross_amount - refunded_amount - disputed_amount - commission_amount),
  constraint vendor_shares_in_bounds check (
    gross_amount >= 0 and refunded_amount >= 0 and disputed_amount >= 0 and commission_amount >= 0 and payable_amount >= 0
    and releasable_amount between 0 and payable_amount and transferred_amount >= 0
  ),
  constraint vendor_shares_waits_for_known check (
    waits_for in ('delay', 'vendor', 'balance', 'refused', 'owed')
  )
);
create index vendor_shares_order_idx on vendor_shares (order_id);
create index vendor_shares_vendor_idx on vendor_shares (vendor_id, vendor_order_id);
create index vendor_shares_pay_idx on vendor_shares (pay_at) where pay_at is not null;
-- What a vendor owes: more was paid for an order than it has of it.
create index vendor_shares_owed_idx on vendor_shares (vendor_id, currency) where transferred_amount + settled_amount > payable_amount;

-- Each booked change, as a statement shows it; its booking's cause is `vendor_share`, `<vendor order>/<version>`. Only ever added to.
create table vendor_share_changes (
  vendor_order_id uuid not null references vendor_orders (id),
  version integer not null,
  order_id uuid not null,
  vendor_id uuid not null,
  currency currency_code not null,
  gross_change bigint not null,
  refunded_change bigint not null,
  disputed_change bigint not null,
  commission_change bigint not null,
  payable_change bigint not null,
  created_at timestamptz not null default now(),
  primary key (vendor_order_id, version),
  constraint vendor_share_changes_add_up check (payable_change = gross_change - refunded_change - disputed_change - commission_change)
);
create index vendor_share_changes_vendor_idx on vendor_share_changes (vendor_id, created_at);

-- One row is one transfer or one reversal at Stripe at most. pending (decided) → succeeded (Stripe has made it) | failed (refused).
create table vendor_transfers (
  id uuid primary key,
  vendor_order_id uuid not null references vendor_orders (id),
  order_id uuid not null,
  vendor_id uuid not null,
  kind text not null,
  -- Of a reversal: the transfer that it takes back from.
  transfer_id uuid references vendor_transfers (id),
  amount bigint not null,
  currency currency_code not null,
  status text not null default 'pending',
  -- Stripe's: tr_… or trr_….
  provider_id text,
  -- The connected account, and the charge whose money it is; as they were when it was decided.
  account_id text not null,
  source_charge text,
  -- Of a transfer: what reversals have taken back.
  reversed_amount bigint not null default 0,
  -- Rotates the idempotency key after Stripe has stored an answer of its own under it.
  tries integer not null default 1,
  error jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  settled_at timestamptz,
  constraint vendor_transfers_provider_key unique (provider_id),
  constraint vendor_transfers_kind_known check (kind in ('transfer', 'reversal')),
  constraint vendor_transfers_status_known check (status in ('pending', 'succeeded', 'failed')),
  constraint vendor_transfers_of_transfer check ((kind = 'reversal') = (transfer_id is not null)),
  constraint vendor_transfers_amounts_in_bounds check (amount > 0 and reversed_amount between 0 and amount),
  constraint vendor_transfers_settled check ((status = 'succeeded') = (provider_id is not null) and (status = 'pending') = (settled_at is null))
);
-- One thing at a time for each vendor order.
create unique index vendor_transfers_open_idx on vendor_transfers (vendor_order_id) where status = 'pending';
create index vendor_transfers_vendor_idx on vendor_transfers (vendor_id, id);
create index vendor_transfers_order_idx on vendor_transfers (vendor_order_id, id);
create index vendor_transfers_of_idx on vendor_transfers (transfer_id) where transfer_id is not null;

-- What was owed for one order and settled by paying less for another, of the same vendor and currency: no money moves at Stripe.
create table vendor_settlements (
  id uuid primary key,
  vendor_id uuid not null,
  -- The order of which too much was paid, and the one that is paid by it.
  from_vendor_order_id uuid not null references vendor_orders (id),
  to_vendor_order_id uuid not null references vendor_orders (id),
  amount bigint not null,
  currency currency_code not null,
  created_at timestamptz not null default now(),
  constraint vendor_settlements_amount_positive check (amount > 0),
  constraint vendor_settlements_between_two check (from_vendor_order_id <> to_vendor_order_id)
);
create index vendor_settlements_from_idx on vendor_settlements (from_vendor_order_id);
create index vendor_settlements_to_idx on vendor_settlements (to_vendor_order_id);
create index vendor_settlements_vendor_idx on vendor_settlements (vendor_id, created_at);

-- Where the shop deviates from the settings for one vendor: how long after the capture it is paid.
create table vendor_payment_terms (
  vendor_id uuid primary key references vendors (id),
  delay_seconds integer,
  updated_at timestamptz not null default now(),
  constraint vendor_payment_terms_delay_in_bounds check (delay_seconds between 0 and 31536000)
);

-- The commissions there were. The newest row of neither a vendor nor a category is the shop's; those of vendors and categories stand with
-- them, and each change of them leaves a row here.
create table commission_rates (
  id bigint generated always as identity primary key,
  -- Null: the shop's own.
  vendor_id uuid references vendors (id),
  category_id uuid references categories (id) on delete cascade,
  -- Null: there is none of its own any more.
  basis_points integer,
  -- Null: nobody said who it was.
  actor text,
  created_at timestamptz not null default now(),
  constraint commission_rates_of_one check (vendor_id is null or category_id is null),
  constraint commission_rates_in_bounds check (basis_points between 0 and 10000)
);
create index commission_rates_vendor_idx on commission_rates (vendor_id, id desc) where vendor_id is not null;
create index commission_rates_category_idx on commission_rates (category_id, id desc) where category_id is not null;
create index commission_rates_shop_idx on commission_rates (id desc) where vendor_id is null and category_id is null;

create function note_commission() returns trigger language plpgsql as $$
begin
  insert into commission_rates (vendor_id, category_id, basis_points, actor) values (
    case tg_argv[0] when 'vendor' then new.id end, case tg_argv[0] when 'category' then new.id end, new.commission_bps,
    nullif(current_setting('stockroom.actor', true), '')
  );
  return null;
end
$$;
create trigger vendors_commission after update of commission_bps on vendors for each row
when (new.commission_bps is distinct from old.commission_bps) execute function note_commission('vendor');
create trigger categories_commission after update of commission_bps on categories for each row
when (new.commission_bps is distinct from old.commission_bps) execute function note_commission('category');

-- Orders of vendors of which money or goods have changed since their shares were counted. No key on the order: who counts deletes
-- exactly the rows it has seen.
create table vendor_due (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  since timestamptz not null default now(),
  tries smallint not null default 0,
  available_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- A shop's own orders pay for one look into an index.
create function note_vendor_due() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into vendor_due (order_id) select new.order_id where exists (select from vendor_orders v where v.order_id = new.order_id);
  return null;
end
$$;
create trigger payments_vendor_due
after update of captured_amount, refunded_amount, refunding_amount, disputed_amount, credited_amount on payments for each row
when ((new.captured_amount, new.refunded_amount, new.refunding_amount, new.disputed_amount, new.credited_amount)
  is distinct from (old.captured_amount, old.refunded_amount, old.refunding_amount, old.disputed_amount, old.credited_amount))
execute function note_vendor_due();

create function note_vendor_order_due() returns trigger language plpgsql as $$
begin
  insert into vendor_due (order_id) values (new.order_id);
  return null;
end
$$;
create trigger vendor_orders_due after insert on vendor_orders for each row execute function note_vendor_order_due();

-- A line that an edit added is a vendor's from here on.
create function note_vendor_line_due() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into vendor_due (order_id)
  select distinct v.order_id from added a join vendor_orders v on v.id = a.vendor_order_id;
  return null;
end
$$;
create trigger vendor_order_lines_due after insert on vendor_order_lines referencing new table as added
for each statement execute function note_vendor_line_due();

create function note_revised_order_due() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into vendor_due (order_id) select new.id where exists (select from vendor_orders v where v.order_id = new.id);
  return null;
end
$$;
create trigger orders_vendor_due after update of revision on orders for each row
when (new.revision <> old.revision) execute function note_revised_order_due();

create function note_credited_orders_due() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into vendor_due (order_id) select distinct v.order_id from vendor_orders v where v.order_id in (new.from_order_id, new.to_order_id);
  return null;
end
$$;
create trigger order_credits_vendor_due after insert or update of returned_amount on order_credits for each row
execute function note_credited_orders_due();

-- A vendor that can be paid (again) is.
create function look_at_vendor_shares() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  update vendor_shares set pay_at = now() where vendor_id = new.id and waits_for in ('vendor', 'refused');
  return null;
end
$$;
create trigger vendors_pay_shares after update of status, payouts_enabled, account_id on vendors for each row
when ((new.status, new.payouts_enabled, new.account_id) is distinct from (old.status, old.payouts_enabled, old.account_id))
execute function look_at_vendor_shares();
