-- Subscriptions: a plan of lines that Stripe bills again and again. What it was last seen as at Stripe is here, and what was asked of
-- it is a row that a job brings to Stripe, one after the other.

create domain subscription_status as text constraint subscriptions_status_known check (
  value in (
    'pending', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', 'rejected'
  )
);
create domain out_of_stock_choice as text constraint out_of_stock_choice_known check (
  value in ('wait', 'skip', 'substitute', 'refund')
);

create sequence subscription_numbers start 1001;
-- Taken before Stripe is asked for a subscription or an invoice: an earlier reading never replaces what a later one found.
create sequence subscription_readings;

create table subscriptions (
  id uuid primary key,
  number text not null default 'SUB-' || nextval('subscription_numbers'),
  customer_id uuid not null references customers (id),
  -- Stripe's id; null until it is there.
  provider_id text,
  -- pending: not at Stripe yet; rejected: Stripe refused it; all others are Stripe's words.
  status subscription_status not null default 'pending',
  currency currency_code not null,
  interval_unit text not null,
  interval_count integer not null,
  -- What its customer is reached by, as it was told with the subscription.
  customer_email text not null,
  customer_name text,
  customer_phone text,
  -- BCP 47; null: the shop's.
  locale text,
  shipping_address jsonb not null,
  billing_address jsonb,
  shipping_method text not null,
  -- For lines that say nothing themselves.
  out_of_stock out_of_stock_choice not null default 'wait',
  -- What one period costs, by our prices: the sums of the lines of each kind.
  subtotal_amount bigint not null,
  shipping_amount bigint not null,
  tax_amount bigint not null,
  total_amount bigint not null,
  -- A coupon at Stripe, which its invoices are discounted by.
  coupon text,
  payment_method text,
  -- For the storefront, while the first payment (or, before a trial, the card) is to be confirmed.
  client_secret text,
  client_secret_kind text,
  trial_end timestamptz,
  cancel_at_period_end boolean not null default false,
  -- Paused with an end: the schedule resumes it then.
  paused_until timestamptz,
  paused_at timestamptz,
  -- Invoices made before then are voided: the next delivery is skipped.
  skip_until timestamptz,
  current_period_start timestamptz,
  current_period_end timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  cancel_reason text,
  latest_invoice text,
  metadata jsonb not null default '{}',
  livemode boolean not null default false,
  -- Of what was last recorded: what was read later never gives way to what was read before it.
  reading bigint not null default 0,
  -- The number of its last change.
  last_change integer not null default 0,
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscriptions_number_key unique (number),
  constraint subscriptions_provider_key unique (provider_id),
  constraint subscriptions_interval_known check (interval_unit in ('day', 'week', 'month', 'year') and interval_count between 1 and 365),
  constraint subscriptions_total_adds_up check (
    total_amount = subtotal_amount + shipping_amount + tax_amount
    and subtotal_amount >= 0 and shipping_amount >= 0 and tax_amount >= 0
  ),
  constraint subscriptions_secret_kind_known check (client_secret_kind in ('payment', 'setup'))
);
create index subscriptions_customer_idx on subscriptions (customer_id, id);
create index subscriptions_email_idx on subscriptions (lower(customer_email), id);
create index subscriptions_status_idx on subscriptions (status, id);
create index subscriptions_resume_idx on subscriptions (paused_until) where paused_until is not null;

-- What is billed each period: goods, and the shipping and tax that our pricing puts on them. Each is an item of the subscription at
-- Stripe, with price data of its own and our id in its metadata. A line that was removed stays: an invoice may still name its item.
create table subscription_lines (
  id uuid primary key,
  subscription_id uuid not null references subscriptions (id),
  kind text not null default 'goods',
  position integer not null,
  -- Of goods.
  variant_id uuid references variants (id),
  sku text,
  name text not null,
  quantity integer not null,
  unit_amount bigint not null,
  weight_grams integer not null default 0,
  -- Null: the subscription's choice.
  out_of_stock out_of_stock_choice,
  substitute_sku text,
  -- Stripe's subscription item; null until it is there.
  provider_item_id text,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscription_lines_item_key unique (provider_item_id),
  constraint subscription_lines_kind_known check (kind in ('goods', 'shipping', 'tax')),
  constraint subscription_lines_goods_named check ((kind = 'goods') = (variant_id is not null and sku is not null)),
  constraint subscription_lines_amounts_in_bounds check (quantity > 0 and unit_amount >= 0)
);
create index subscription_lines_subscription_idx on subscription_lines (subscription_id, position);
create unique index subscription_lines_one_of_kind_idx on subscription_lines (subscription_id, kind)
  where kind <> 'goods' and removed_at is null;
create index subscription_lines_sku_idx on subscription_lines (sku, subscription_id) where removed_at is null;

-- What was asked of a subscription. Changes of one subscription are made in the order in which they were asked.
create table subscription_changes (
  id uuid primary key,
  subscription_id uuid not null references subscriptions (id),
  sequence integer not null,
  kind text not null,
  -- What it comes to: the whole plan as it shall be (create, plan), or what pause, skip, cancel … were asked with.
  wish jsonb not null default '{}',
  status text not null default 'pending',
  -- Why Stripe refused it.
  error jsonb,
  -- Who asked: an API key's id, `customer` by their link, or `schedule`.
  actor text not null,
  -- When Stripe was first asked: from then on nobody knows without a look whether it has it.
  sent_at timestamptz,
  -- Rotates the idempotency key after the provider has stored a failure of its own under it.
  tries integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  settled_at timestamptz,
  constraint subscription_changes_sequence_key unique (subscription_id, sequence),
  constraint subscription_changes_status_known check (status in ('pending', 'applied', 'refused')),
  constraint subscription_changes_kind_known check (
    kind in ('create', 'plan', 'pause', 'resume', 'skip', 'unskip', 'cancel', 'reactivate', 'payment_method')
  )
);
create index subscription_changes_pending_idx on subscription_changes (subscription_id, sequence) where status = 'pending';

-- Its history, as an order's.
create table subscription_events (
  subscription_id uuid not null references subscriptions (id),
  sequence integer not null,
  type text not null,
  actor text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (subscription_id, sequence)
);

-- Products that Stripe is known to have: one for each variant, under its id, and one each for shipping and tax.
create table billing_products (
  id text primary key,
  created_at timestamptz not null default now()
);
