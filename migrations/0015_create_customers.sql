-- Customers that are known again: whose payment methods are saved at Stripe. A guest's order has none.

create table customers (
  id uuid primary key,
  email text not null,
  -- The shop's own id of them, if it has one: it then says who they are, and the e-mail address may change.
  external_id text,
  name text,
  phone text,
  provider_id text,
  default_payment_method text,
  -- Rotates the idempotency key after the provider has stored a failure of its own under it.
  tries integer not null default 1,
  livemode boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customers_provider_key unique (provider_id)
);
create unique index customers_external_key on customers (livemode, external_id) where external_id is not null;
create unique index customers_email_key on customers (livemode, lower(email)) where external_id is null;

-- Null for a guest, for whom it costs nothing.
alter table payments add column customer_id uuid references customers (id);
create index payments_customer_idx on payments (customer_id) where customer_id is not null;
