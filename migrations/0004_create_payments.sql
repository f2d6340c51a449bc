-- One payment per order (one PaymentIntent), its attempts, and the refunds of it.

create table payments (
  id uuid primary key,
  order_id uuid not null references orders (id),
  provider_id text,
  status text not null default 'pending',
  capture_method text not null default 'automatic',
  currency text not null,
  amount bigint not null,
  captured_amount bigint not null default 0,
  refunded_amount bigint not null default 0,
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
  constraint payments_capture_method_known check (capture_method in ('automatic', 'manual')),
  constraint payments_status_known check (
    status in (
      'pending', 'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture',
      'succeeded', 'canceled'
    )
  ),
  constraint payments_amounts_in_bounds check (
    amount >= 0 and captured_amount >= 0 and refunded_amount >= 0 and refunded_amount <= captured_amount
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

create table refunds (
  id uuid primary key,
  order_id uuid not null references orders (id),
  payment_id uuid not null references payments (id),
  provider_id text,
  cause text not null,
  amount bigint not null,
  currency text not null,
  status text not null default 'pending',
  error jsonb,
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunds_cause_key unique (order_id, cause),
  constraint refunds_provider_key unique (provider_id),
  constraint refunds_amount_positive check (amount > 0),
  constraint refunds_status_known check (status in ('pending', 'requested', 'succeeded', 'failed', 'canceled'))
);
create index refunds_open_idx on refunds (updated_at) where status in ('pending', 'requested');
