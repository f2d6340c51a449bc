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
  -- After less before, in minor units: positive is charged, negative refunded.
  difference_amount bigint,
  -- The order of kind `balance` that takes what is due, where the order's own intent cannot.
  balance_order_id uuid references orders (id),
  refund_id uuid references refunds (id),
  actor text not null,
  note text,
  error jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_edits_revision_key unique (order_id, revision),
  constraint order_edits_status_known check (status in ('pending', 'awaiting_payment', 'applied', 'refused', 'canceled'))
);
create unique index order_edits_one_open_idx on order_edits (order_id) where status in ('pending', 'awaiting_payment');
create index order_edits_order_idx on order_edits (order_id, id);
