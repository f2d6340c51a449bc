-- An order, its snapshots, its history and the stock it holds.

-- The words of a state are a domain's: its CHECK is asked when a value is given, while a table's CHECKs are parsed anew by every
-- statement that writes a row, and an order's row is written a dozen times (42 microseconds of each with eight of them, 15 so).
create domain currency_code as text constraint currency_lower_case check (value ~ '^[a-z]{3}$');
create domain order_status as text constraint orders_status_known check (
  value in ('pending', 'awaiting_payment', 'authorized', 'paid', 'shipped', 'delivered', 'rejected', 'canceled', 'expired')
);
create domain payment_status as text constraint orders_payment_status_known check (
  value in (
    'pending', 'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'authorized',
    'paid', 'partially_captured', 'refund_pending', 'partially_refunded', 'refunded', 'canceled'
  )
);
create domain fulfillment_status as text constraint orders_fulfillment_status_known check (
  value in ('unfulfilled', 'processing', 'partially_shipped', 'shipped', 'delivered', 'canceled')
);
create domain dispute_outcome as text constraint orders_dispute_status_known check (
  value in ('inquiry', 'open', 'won', 'lost', 'closed')
);
create domain hold_reason as text constraint orders_hold_reason_known check (
  value in ('dispute', 'early_fraud_warning', 'refunded', 'partially_captured', 'out_of_stock')
);
-- What an order is made for: bought at the shop, by an invoice of a subscription, in exchange for what came back, instead of what was
-- lost or came damaged, or only to take what an edit of its parent has added to the price (it has no goods of its own).
create domain order_kind as text constraint orders_kind_known check (
  value in ('sale', 'recurring', 'exchange', 'replacement', 'balance')
);

create sequence order_numbers start 100001;

create table orders (
  id uuid primary key,
  number text not null default 'ORD-' || nextval('order_numbers'),
  status order_status not null default 'pending',
  payment_status payment_status not null default 'pending',
  fulfillment_status fulfillment_status not null default 'unfulfilled',
  currency currency_code not null,
  subtotal_amount bigint not null,
  shipping_amount bigint not null,
  tax_amount bigint not null,
  -- Beside the goods' prices: discounts, credits of a subscription, a balance. May be negative.
  adjustment_amount bigint not null default 0,
  total_amount bigint not null,
  -- Of the total, what credits of other orders pay (order_credits); the rest is the payment's.
  credit_amount bigint not null default 0,
  kind order_kind not null default 'sale',
  -- The order that an exchange, a replacement or a balance belongs to.
  parent_id uuid references orders (id),
  -- Raised by each edit.
  revision integer not null default 1,
  customer_email text not null,
  customer_name text,
  customer_phone text,
  -- BCP 47: the language that the customer is written to in; null: the shop's.
  locale text,
  shipping_address jsonb not null,
  billing_address jsonb,
  shipping_method text not null,
  payment_options jsonb not null default '{}',
  metadata jsonb not null default '{}',
  status_reason text,
  shortages jsonb,
  -- Where the buyer was when the order was placed: evidence, should the payment be disputed.
  customer_ip inet,
  -- What the disputes of its payment come to; null when there was none.
  dispute_status dispute_outcome,
  -- Why nothing of it is sent for now; null when it may go.
  hold_reason hold_reason,
  livemode boolean not null default false,
  last_event integer not null default 1,
  version integer not null default 1,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_number_key unique (number),
  constraint orders_total_adds_up check (
    total_amount = subtotal_amount + shipping_amount + tax_amount + adjustment_amount
    and subtotal_amount >= 0 and shipping_amount >= 0 and tax_amount >= 0 and credit_amount between 0 and total_amount
  )
) with (fillfactor = 60);
create index orders_email_idx on orders (lower(customer_email), id);
create index orders_status_idx on orders (status, id);
create index orders_parent_idx on orders (parent_id) where parent_id is not null;
-- What the expiry schedule and the sweeper look for: the few orders that something must still move.
create index orders_unsettled_idx on orders (expires_at) where status in ('pending', 'awaiting_payment');
-- By a column that never changes: an index on updated_at would make each of an order's dozen updates write all indexes anew.
create index orders_unfulfilled_idx on orders (created_at) where status = 'paid';

create table order_lines (
  id uuid primary key,
  order_id uuid not null references orders (id),
  position integer not null,
  variant_id uuid not null references variants (id),
  sku text not null,
  name text not null,
  quantity integer not null,
  unit_amount bigint not null,
  total_amount bigint not null,
  weight_grams integer not null default 0,
  -- Units of refunds that are on their way or done.
  refunded_quantity integer not null default 0,
  constraint order_lines_position_key unique (order_id, position),
  constraint order_lines_quantity_positive check (quantity > 0),
  constraint order_lines_refunded_in_bounds check (refunded_quantity between 0 and quantity),
  constraint order_lines_total_adds_up check (total_amount = unit_amount * quantity and unit_amount >= 0)
);
create index order_lines_sku_idx on order_lines (sku, order_id);

-- Append-only; (order_id, sequence) is what an SSE client resumes from. Whoever adds one takes its order and number from the
-- order's own row, which it has just written, and orders are never deleted: a foreign key would look the order up once more.
create table order_events (
  order_id uuid not null,
  sequence integer not null,
  type text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (order_id, sequence)
);

create table reservations (
  order_id uuid not null references orders (id),
  variant_id uuid not null,
  location_id uuid not null,
  quantity integer not null,
  status text not null default 'reserved',
  created_at timestamptz not null default now(),
  primary key (order_id, variant_id, location_id),
  foreign key (variant_id, location_id) references stock_levels (variant_id, location_id),
  constraint reservations_quantity_positive check (quantity > 0),
  constraint reservations_status_known check (status in ('reserved', 'released', 'sold'))
);
create index reservations_level_idx on reservations (variant_id, location_id) where status = 'reserved';
