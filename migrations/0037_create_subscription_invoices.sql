-- What Stripe bills for subscriptions, the orders that it makes, and what is owed for goods that were paid and not sent.

create table subscription_invoices (
  id uuid primary key,
  subscription_id uuid not null references subscriptions (id),
  provider_id text not null,
  -- Stripe's own number, which the customer knows it by.
  number text,
  status text not null,
  billing_reason text,
  currency currency_code not null,
  -- Stripe's figures. The total may be negative: it is then kept as the customer's balance.
  subtotal_amount bigint not null default 0,
  discount_amount bigint not null default 0,
  total_amount bigint not null default 0,
  due_amount bigint not null default 0,
  paid_amount bigint not null default 0,
  -- Of what was paid, what a PaymentIntent took: the rest came from the customer's balance or outside of Stripe.
  captured_amount bigint not null default 0,
  -- What of the customer's balance it used (positive) or left there (negative).
  balance_amount bigint not null default 0,
  payment_intent text,
  period_start timestamptz,
  period_end timestamptz,
  attempt_count integer not null default 0,
  -- When Stripe tries again; null when it does not.
  next_attempt_at timestamptz,
  hosted_invoice_url text,
  -- As read: see InvoiceLine in domain/subscriptions/invoice.ts.
  lines jsonb not null default '[]',
  order_id uuid references orders (id),
  -- Why a paid one makes no order: `trial` (nothing is delivered yet), `several_payments` (for a person to look at).
  orderless text,
  -- Of subscription_readings: whatever changes behind a reading has an event of its own, so that what was asked for earlier never counts.
  reading bigint not null,
  created_at timestamptz not null,
  paid_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint subscription_invoices_provider_key unique (provider_id),
  constraint subscription_invoices_order_key unique (order_id),
  constraint subscription_invoices_status_known check (status in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  constraint subscription_invoices_order_is_paid check (order_id is null or (status = 'paid' and orderless is null))
);
create index subscription_invoices_subscription_idx on subscription_invoices (subscription_id, created_at, id);
create unique index subscription_invoices_intent_idx on subscription_invoices (payment_intent) where payment_intent is not null;
-- What the sweeper looks for: paid, and not yet an order.
create index subscription_invoices_unmade_idx on subscription_invoices (updated_at) where status = 'paid' and order_id is null and orderless is null;

-- A line of a recurring order as it was billed, with the customer's wish for the case that it is out of stock, and what became of it.
create table recurring_lines (
  order_line_id uuid primary key,
  order_id uuid not null references orders (id),
  subscription_line_id uuid not null,
  position integer not null,
  variant_id uuid not null,
  sku text not null,
  quantity integer not null,
  unit_amount bigint not null,
  -- What the customer has paid for it: its price less its discounts, with its share of the tax.
  value_amount bigint not null,
  out_of_stock out_of_stock_choice not null default 'wait',
  substitute_sku text,
  outcome text not null default 'billed',
  -- What of its value is given back, by a refund or on the next invoice.
  returned_amount bigint not null default 0,
  constraint recurring_lines_outcome_known check (outcome in ('billed', 'skipped', 'substituted', 'refunded')),
  constraint recurring_lines_returned_in_bounds check (returned_amount between 0 and value_amount)
);
create index recurring_lines_order_idx on recurring_lines (order_id, position);

-- A recurring order that is paid and waits for stock: held (hold_reason `out_of_stock`) until it comes or the time is up.
create table stock_waits (
  order_id uuid primary key references orders (id),
  subscription_id uuid not null references subscriptions (id),
  tried_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index stock_waits_open_idx on stock_waits (tried_at) where ended_at is null;

-- Value of goods that were paid and skipped: taken off the subscription's next invoice by an item there, or refunded when there is none.
create table subscription_credits (
  id uuid primary key,
  subscription_id uuid not null references subscriptions (id),
  -- The order that took the money.
  order_id uuid not null references orders (id),
  -- `<order line id>`: a line is credited once.
  cause text not null,
  currency currency_code not null,
  amount bigint not null,
  -- Of it, what was captured for that order; the rest was paid from a balance.
  captured_amount bigint not null,
  -- pending (its item is asked for) → listed (Stripe has it) → used (an invoice was less by it) | refunded (there was no next invoice).
  status text not null default 'pending',
  provider_id text,
  invoice_id uuid references subscription_invoices (id),
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscription_credits_cause_key unique (cause),
  constraint subscription_credits_provider_key unique (provider_id),
  constraint subscription_credits_amount_positive check (amount > 0 and captured_amount between 0 and amount),
  constraint subscription_credits_status_known check (status in ('pending', 'listed', 'used', 'refunded'))
);
create index subscription_credits_open_idx on subscription_credits (updated_at) where status in ('pending', 'listed');
create index subscription_credits_subscription_idx on subscription_credits (subscription_id);
