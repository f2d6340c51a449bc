-- Reconciliation: Stripe's objects as Stripe shows them, the runs that compare them with ours, and what the runs found.

-- What Stripe says of its objects, as it was read there, never taken from an event. `rank` is how far the object's state is in
-- its life: a reading of an earlier state never replaces a later one, and of two readings of the same state the later one counts.
create table stripe_objects (
  id text primary key,
  type text not null,
  status text not null,
  rank smallint not null,
  amount bigint not null,
  currency text not null,
  created_at timestamptz not null,
  intent_id text,
  charge_id text,
  balance_transaction_id text,
  -- From the metadata: not necessarily an order of ours.
  order_id text,
  -- What only this type has. No names, addresses or cards.
  data jsonb not null default '{}',
  read_at timestamptz not null,
  constraint stripe_objects_type_known check (type in ('payment_intent', 'charge', 'refund', 'dispute', 'payout')),
  constraint stripe_objects_currency_lower_case check (currency ~ '^[a-z]{3}$')
);
create index stripe_objects_type_idx on stripe_objects (type, created_at, id);
create index stripe_objects_intent_idx on stripe_objects (intent_id) where intent_id is not null;
create index stripe_objects_charge_idx on stripe_objects (charge_id) where charge_id is not null;

-- Every movement of Stripe's balance. Stripe never changes one, but for its status and the payout that it left with.
create table stripe_balance_transactions (
  id text primary key,
  type text not null,
  status text not null,
  amount bigint not null,
  fee bigint not null,
  -- What Stripe's own list of the fee's parts sums to.
  fee_detailed bigint not null,
  net bigint not null,
  currency text not null,
  source_id text,
  payout_id text,
  exchange_rate numeric,
  description text,
  created_at timestamptz not null,
  available_at timestamptz not null,
  read_at timestamptz not null,
  constraint stripe_balance_transactions_status_known check (status in ('pending', 'available'))
);
create index stripe_balance_transactions_created_idx on stripe_balance_transactions (created_at, id);
create index stripe_balance_transactions_source_idx on stripe_balance_transactions (source_id) where source_id is not null;
create index stripe_balance_transactions_payout_idx on stripe_balance_transactions (payout_id) where payout_id is not null;

create view stripe_charges as
  select id, status, amount, (data ->> 'amount_captured')::bigint as amount_captured,
    (data ->> 'amount_refunded')::bigint as amount_refunded, (data ->> 'disputed')::boolean as disputed, currency, created_at,
    intent_id, balance_transaction_id, order_id, read_at
  from stripe_objects where type = 'charge';
create view stripe_payment_intents as
  select id, status, amount, (data ->> 'amount_received')::bigint as amount_received, currency, created_at, charge_id, order_id, read_at
  from stripe_objects where type = 'payment_intent';
create view stripe_refunds as
  select id, status, amount, currency, created_at, charge_id, intent_id, balance_transaction_id, order_id,
    data ->> 'refund_id' as refund_id, data ->> 'failure_reason' as failure_reason, read_at
  from stripe_objects where type = 'refund';
create view stripe_disputes as
  select id, status, amount, currency, created_at, charge_id, intent_id, data ->> 'reason' as reason, read_at
  from stripe_objects where type = 'dispute';
create view stripe_payouts as
  select id, status, amount, currency, created_at, balance_transaction_id, (data ->> 'automatic')::boolean as automatic,
    data ->> 'reconciliation_status' as reconciliation_status, (data ->> 'arrival_at')::timestamptz as arrival_at,
    data ->> 'failure_code' as failure_code, read_at
  from stripe_objects where type = 'payout';

-- One run of one kind at a time: `queued` and `running` share one place. A run that lost its process goes on from its cursor.
create table reconciliation_runs (
  id uuid primary key,
  kind text not null,
  status text not null default 'queued',
  dry_run boolean not null,
  -- What was created at Stripe before this time is not read anew.
  since timestamptz not null,
  cursor jsonb not null default '{}',
  done bigint not null default 0,
  total bigint,
  counters jsonb not null default '{}',
  -- The first findings of a dry run, which leaves no rows.
  sample jsonb not null default '[]',
  findings integer not null default 0,
  error text,
  -- Who works on it; another takes over when nothing was noted for a while.
  holder uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  noted_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint reconciliation_runs_kind_known check (kind in ('events', 'orders', 'objects', 'balance', 'payouts')),
  constraint reconciliation_runs_status_known check (status in ('queued', 'running', 'done', 'failed')),
  constraint reconciliation_runs_finished_at_end check ((finished_at is not null) = (status in ('done', 'failed')))
);
create unique index reconciliation_runs_one_key on reconciliation_runs (kind) where status in ('queued', 'running');
create index reconciliation_runs_created_idx on reconciliation_runs (created_at desc, id);
create index reconciliation_runs_kind_idx on reconciliation_runs (kind, created_at desc);

-- How far a kind of run has come: what was created at Stripe before this time is known.
create table reconciliation_cursors (
  kind text primary key,
  seen_until timestamptz not null,
  constraint reconciliation_cursors_kind_known check (kind in ('events', 'all-events', 'objects', 'balance', 'payouts'))
);

-- Where our side and Stripe's differ: one row per reason and subject, however often it is found.
create table findings (
  id uuid primary key,
  code text not null,
  subject text not null,
  kind text not null,
  order_id uuid,
  owner text not null,
  status text not null default 'open',
  currency text,
  our_amount bigint,
  stripe_amount bigint,
  ours jsonb not null default '{}',
  stripe jsonb not null default '{}',
  explanation text not null,
  repair text not null,
  -- When it happened at Stripe (or with us, when Stripe has nothing of it).
  occurred_at timestamptz not null,
  found_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  run_id uuid not null references reconciliation_runs (id),
  -- Who ended it and why; `reconciliation` when a run did.
  decided_by text,
  decided_at timestamptz,
  note text,
  -- How often it was corrected in the ledger: each correction has causes of its own. And the account that explains the money since.
  corrections integer not null default 0,
  account text,
  constraint findings_subject_key unique (code, subject),
  constraint findings_kind_known check (kind in ('events', 'orders', 'objects', 'balance', 'payouts')),
  constraint findings_owner_known check (owner in ('finance', 'operations', 'engineering')),
  constraint findings_status_known check (status in ('open', 'repaired', 'accepted', 'corrected', 'resolved')),
  constraint findings_decided_unless_open check ((decided_at is null) = (status = 'open'))
);
create index findings_open_idx on findings (kind, found_at) where status = 'open';
create index findings_run_idx on findings (run_id);
create index findings_subject_idx on findings (subject);
create index findings_order_idx on findings (order_id) where order_id is not null;
create index findings_list_idx on findings (found_at, id);

-- What is not explained, by currency: the differences of open findings, and what stands on the suspense account.
create view unexplained_amounts as
  select 'findings' as source, currency, sum(abs(coalesce(stripe_amount, 0) - coalesce(our_amount, 0)))::bigint as amount
  from findings where status = 'open' and currency is not null group by currency
  union all
  select 'suspense', currency, abs(sum(amount))::bigint from ledger_entries where account = 'suspense' group by currency;
