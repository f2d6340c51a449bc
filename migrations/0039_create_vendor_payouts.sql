-- What becomes of vendors' money at Stripe: their connected accounts as they were read there, to be compared with our transfers.

-- How far an account was read.
create table vendor_account_readings_done (
  account_id text primary key,
  vendor_id uuid not null references vendors (id),
  -- What moved before this time is known.
  seen_until timestamptz,
  -- What Stripe does not let us see any more.
  is_lost boolean not null default false,
  read_at timestamptz not null
);

-- Payouts of an account to its vendor's bank. A reading of an earlier state never replaces a later one.
create table vendor_payouts (
  id text primary key,
  vendor_id uuid not null references vendors (id),
  account_id text not null,
  status text not null,
  rank smallint not null,
  amount bigint not null,
  currency text not null,
  automatic boolean not null,
  -- Stripe lists what an automatic payout consists of when this is `completed`.
  reconciliation_status text not null,
  failure_code text,
  arrival_at timestamptz not null,
  created_at timestamptz not null,
  read_at timestamptz not null,
  constraint vendor_payouts_currency_lower_case check (currency ~ '^[a-z]{3}$')
);
create index vendor_payouts_vendor_idx on vendor_payouts (vendor_id, created_at desc, id);

-- Every movement of an account's balance.
create table vendor_account_movements (
  id text primary key,
  vendor_id uuid not null references vendors (id),
  account_id text not null,
  type text not null,
  amount bigint not null,
  fee bigint not null,
  net bigint not null,
  currency text not null,
  source_id text,
  -- The transfer or reversal of ours that it is the other side of: Stripe's ids.
  transfer_id text,
  reversal_id text,
  payout_id text,
  created_at timestamptz not null,
  available_at timestamptz not null,
  read_at timestamptz not null
);
create index vendor_account_movements_account_idx on vendor_account_movements (account_id, created_at, id);
create index vendor_account_movements_payout_idx on vendor_account_movements (payout_id) where payout_id is not null;
create index vendor_account_movements_transfer_idx on vendor_account_movements (transfer_id) where transfer_id is not null;
create index vendor_account_movements_reversal_idx on vendor_account_movements (reversal_id) where reversal_id is not null;

-- What Stripe holds for the vendor.
create table vendor_account_balances (
  account_id text not null,
  vendor_id uuid not null references vendors (id),
  currency text not null,
  available_amount bigint not null,
  pending_amount bigint not null,
  read_at timestamptz not null,
  primary key (account_id, currency)
);

alter table stripe_objects drop constraint stripe_objects_type_known,
  add constraint stripe_objects_type_known
    check (type in ('payment_intent', 'charge', 'refund', 'dispute', 'payout', 'transfer', 'transfer_reversal'));

create view stripe_transfers as
  select id, type = 'transfer_reversal' as is_reversal, amount, currency, created_at, balance_transaction_id, order_id,
    data ->> 'account' as account_id, data ->> 'transfer' as transfer_id, data ->> 'row' as vendor_transfer_id, read_at
  from stripe_objects where type in ('transfer', 'transfer_reversal');
