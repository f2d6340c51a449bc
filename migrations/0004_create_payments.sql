-- One payment per order (one PaymentIntent), its attempts, and the refunds of it.

create domain intent_status as text constraint payments_status_known check (
  value in (
    'pending', 'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture',
    'succeeded', 'canceled'
  )
);
-- at_shipment: held like manual, and taken by us when the order's parcels are about to be labeled.
create domain capture_method as text constraint payments_capture_method_known check (value in ('automatic', 'manual', 'at_shipment'));

create table payments (
  id uuid primary key,
  order_id uuid not null references orders (id),
  provider_id text,
  status intent_status not null default 'pending',
  capture_method capture_method not null default 'automatic',
  currency text not null,
  amount bigint not null,
  captured_amount bigint not null default 0,
  -- Until when an authorization may be captured, by Stripe's word.
  capture_before timestamptz,
  refunded_amount bigint not null default 0,
  -- Reserved by refunds that are on their way: a refund is decided by raising it, where that is guarded by what is left.
  refunding_amount bigint not null default 0,
  -- Of what was captured, what pays for other orders (order_credits), less what came back of that.
  credited_amount bigint not null default 0,
  -- What disputes hold or have taken. A fact of Stripe's: it may come beside a refund, so no constraint refuses it.
  disputed_amount bigint not null default 0,
  fee_amount bigint,
  client_secret text,
  -- Rotates the idempotency key after the provider has stored a failure of its own under it.
  tries integer not null default 1,
  charge_id text,
  next_action_url text,
  last_error jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_order_key unique (order_id),
  constraint payments_provider_key unique (provider_id),
  constraint payments_amounts_in_bounds check (
    amount >= 0 and captured_amount >= 0 and refunded_amount >= 0 and refunded_amount <= captured_amount
    and refunding_amount >= 0 and disputed_amount >= 0 and credited_amount between 0 and captured_amount
  )
) with (fillfactor = 60);

-- An attempt is one key for the provider: kept while the outcome is unknown, a new one after a definite refusal.
create table payment_attempts (
  id uuid primary key,
  payment_id uuid not null references payments (id),
  number integer not null,
  payment_method text,
  status text not null default 'pending',
  error jsonb,
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  constraint payment_attempts_number_key unique (payment_id, number),
  constraint payment_attempts_status_known check (status in ('pending', 'accepted', 'declined', 'failed'))
);

-- A capture that was asked for: one at a time, since Stripe takes one of an intent and releases the rest. A refused one is
-- followed by a row of its own, and so by a key of its own.
create table captures (
  id uuid primary key,
  order_id uuid not null references orders (id),
  payment_id uuid not null references payments (id),
  amount bigint not null,
  status text not null default 'pending',
  error jsonb,
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint captures_amount_positive check (amount > 0),
  constraint captures_status_known check (status in ('pending', 'succeeded', 'failed'))
);
create unique index captures_one_idx on captures (payment_id) where status <> 'failed';
create index captures_open_idx on captures (updated_at) where status = 'pending';
create index captures_order_idx on captures (order_id);

-- One row is one refund at Stripe at most. pending (decided) → requested | requires_action (Stripe has it) → succeeded | failed |
-- canceled; a bank may send back what had succeeded. A failed one is sent again by a row of its own, whose cause names it.
create table refunds (
  id uuid primary key,
  order_id uuid not null references orders (id),
  payment_id uuid not null references payments (id),
  provider_id text,
  cause text not null,
  amount bigint not null,
  -- The part of the amount that is for shipping, so that shipping is given back once.
  shipping_amount bigint not null default 0,
  -- It gives back what the customer is owed (a price that an edit has lowered, a credit that came back), and takes nothing off a sale.
  is_owed boolean not null default false,
  currency text not null,
  reason text,
  note text,
  status text not null default 'pending',
  error jsonb,
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunds_cause_key unique (order_id, cause),
  constraint refunds_provider_key unique (provider_id),
  constraint refunds_amount_positive check (amount > 0),
  constraint refunds_shipping_in_bounds check (shipping_amount between 0 and amount),
  constraint refunds_reason_known check (reason in ('duplicate', 'fraudulent', 'requested_by_customer')),
  constraint refunds_status_known check (
    status in ('pending', 'requested', 'requires_action', 'succeeded', 'failed', 'canceled')
  )
);
create index refunds_open_idx on refunds (updated_at) where status in ('pending', 'requested', 'requires_action');
create index refunds_payment_idx on refunds (payment_id);

create table refund_lines (
  refund_id uuid not null references refunds (id),
  line_id uuid not null references order_lines (id),
  quantity integer not null,
  -- Tax included, in minor units.
  amount bigint not null,
  -- Units that went back on the shelf.
  restocked integer not null default 0,
  primary key (refund_id, line_id),
  constraint refund_lines_quantity_positive check (quantity > 0),
  constraint refund_lines_restocked_in_bounds check (restocked between 0 and quantity)
);
create index refund_lines_line_idx on refund_lines (line_id);
