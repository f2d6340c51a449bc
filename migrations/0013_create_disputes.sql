-- Disputes of payments and what moved for them, and the warnings that come before.

create table disputes (
  id uuid primary key,
  order_id uuid not null references orders (id),
  payment_id uuid not null references payments (id),
  provider_id text not null,
  charge_id text,
  status text not null,
  reason text not null,
  amount bigint not null,
  currency text not null,
  is_charge_refundable boolean not null,
  evidence_due_by timestamptz,
  -- The texts as they were handed in, and how far that is: submitted once.
  evidence jsonb,
  evidence_status text,
  evidence_error jsonb,
  evidence_tries integer not null default 1,
  submitted_at timestamptz,
  -- When somebody was told that the evidence is due.
  due_told_at timestamptz,
  opened_at timestamptz not null,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint disputes_provider_key unique (provider_id),
  constraint disputes_amount_not_negative check (amount >= 0),
  constraint disputes_currency_lower_case check (currency ~ '^[a-z]{3}$'),
  constraint disputes_status_known check (
    status in (
      'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'won', 'lost',
      'appeal_needs_response', 'appeal_under_review', 'prevented'
    )
  ),
  constraint disputes_evidence_status_known check (evidence_status in ('queued', 'submitted', 'failed'))
);
create index disputes_order_idx on disputes (order_id);
create index disputes_payment_idx on disputes (payment_id);
create index disputes_status_idx on disputes (status, id);
create index disputes_open_idx on disputes (updated_at)
where status not in ('won', 'lost', 'warning_closed', 'prevented') or evidence_status = 'queued';

-- Stripe's balance transactions for a dispute, as they are: withdrawn (negative) and, when it is won, reinstated.
create table dispute_movements (
  provider_id text primary key,
  dispute_id uuid not null references disputes (id),
  kind text not null,
  amount bigint not null,
  fee_amount bigint not null,
  net_amount bigint not null,
  -- What Stripe settles in, which may be another than the dispute's.
  currency text not null,
  occurred_at timestamptz not null,
  constraint dispute_movements_kind_known check (kind in ('withdrawal', 'reinstatement')),
  constraint dispute_movements_net_adds_up check (net_amount = amount - fee_amount)
);
create index dispute_movements_dispute_idx on dispute_movements (dispute_id);

create table early_fraud_warnings (
  id uuid primary key,
  order_id uuid not null references orders (id),
  provider_id text not null,
  charge_id text,
  fraud_type text not null,
  is_actionable boolean not null,
  -- The refund that was made for it at once, where that is configured.
  refund_id uuid references refunds (id),
  opened_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint early_fraud_warnings_provider_key unique (provider_id)
);
create index early_fraud_warnings_order_idx on early_fraud_warnings (order_id);
