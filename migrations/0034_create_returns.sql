-- Goods that come back: what may come back (policies), what was asked for, sent, counted and settled.

-- refund: the money goes back | exchange: other goods go out for it (a new order of kind `exchange`).
create domain return_resolution as text constraint returns_resolution_known check (value in ('refund', 'exchange'));
create domain return_status as text constraint returns_status_known check (
  value in (
    'requested', 'approved', 'label_sent', 'in_transit', 'arrived', 'received', 'refunded', 'exchanged', 'closed', 'refused',
    'canceled', 'lapsed'
  )
);
create domain return_reason as text constraint return_lines_reason_known check (
  value in ('unwanted', 'does_not_fit', 'ordered_by_mistake', 'arrived_late', 'defective', 'damaged', 'wrong_item', 'not_as_described', 'other')
);

-- The shop's rules: of one product, of a category and what is below it, or of everything else.
create table return_policies (
  id uuid primary key,
  name text not null,
  is_default boolean not null default false,
  -- Days from the delivery, or from the dispatch where nobody knows of a delivery.
  window_days integer not null default 30,
  -- Nothing comes back, whatever the window; what is our fault does all the same.
  final_sale boolean not null default false,
  auto_approve boolean not null default false,
  -- The reasons that are taken; null: all.
  reasons text[],
  -- Of what the goods are worth, in basis points, and for each return by currency in minor units. Never when it is our fault.
  fee_bps integer not null default 0,
  fee_amounts jsonb not null default '{}',
  -- Percent of the price that is given back for goods as they were sold, and for damaged ones.
  good_percent integer not null default 100,
  damaged_percent integer not null default 0,
  -- Who pays the way back, and what our label costs a customer who pays it, by currency.
  way_back text not null default 'customer',
  label_amounts jsonb not null default '{}',
  -- When the delivery is given back. all_returned: when all of the order came back, or when it is our fault.
  shipping_refund text not null default 'all_returned',
  -- How long the customer may take to send the goods off, once that is approved.
  send_days integer not null default 14,
  -- Where goods are sent to, as an address has it; null: the location that sent them.
  address jsonb,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint return_policies_days_in_bounds check (window_days between 0 and 3650 and send_days between 1 and 365),
  constraint return_policies_percent_in_bounds check (
    fee_bps between 0 and 10000 and good_percent between 0 and 100 and damaged_percent between 0 and 100
  ),
  constraint return_policies_way_back_known check (way_back in ('shop', 'customer')),
  constraint return_policies_shipping_known check (shipping_refund in ('never', 'our_fault', 'all_returned'))
);
create unique index return_policies_default_idx on return_policies (is_default) where is_default;
create unique index return_policies_name_key on return_policies (lower(name));

-- What points to a policy; a product's own comes before that of the nearest category above it.
create table return_policy_products (
  product_id uuid primary key references products (id) on delete cascade,
  policy_id uuid not null references return_policies (id) on delete cascade
);
create index return_policy_products_policy_idx on return_policy_products (policy_id);
create table return_policy_categories (
  category_id uuid primary key references categories (id) on delete cascade,
  policy_id uuid not null references return_policies (id) on delete cascade
);
create index return_policy_categories_policy_idx on return_policy_categories (policy_id);

create sequence return_numbers start 100001;

create table returns (
  id uuid primary key,
  number text not null default 'RET-' || nextval('return_numbers'),
  order_id uuid not null references orders (id),
  status return_status not null default 'requested',
  resolution return_resolution not null default 'refund',
  -- What is wanted instead, for an exchange: [{ sku, quantity }].
  exchange_lines jsonb,
  -- What that costs, at the prices of the day it was asked for (ExchangeQuote in db/exchanges.ts).
  exchange_quote jsonb,
  -- Who asked for it: the customer by the order's token, or the shop by a secret key.
  asked_by text not null,
  note text,
  -- Why it was refused, canceled or closed, in words for the customer.
  reason text,
  -- How the goods come: with a label of ours, or as the customer sends them.
  way text not null default 'label',
  way_back text not null,
  -- Where they go to, and whose stock they become unless the receipt says otherwise.
  address jsonb,
  location_id uuid not null references locations (id),
  -- Whether all of it is put there, by the word of who counted it; else each unit goes to the place that sent it.
  restock_there boolean not null default false,
  approved_at timestamptz,
  send_by timestamptz,
  reminded_at timestamptz,
  received_at timestamptz,
  settled_at timestamptz,
  -- What was decided when it was settled, in minor units of the order's currency: `amount` went to the refund (or the exchange).
  goods_amount bigint,
  fee_amount bigint,
  shipping_amount bigint,
  amount bigint,
  -- The newest refund that was made for it: of a failed one, the one that was sent instead.
  refund_id uuid references refunds (id),
  exchange_order_id uuid references orders (id),
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint returns_number_key unique (number),
  constraint returns_asked_by_known check (asked_by in ('customer', 'shop')),
  constraint returns_way_known check (way in ('label', 'own')),
  constraint returns_way_back_known check (way_back in ('shop', 'customer')),
  constraint returns_amounts_in_bounds check (
    goods_amount >= 0 and fee_amount >= 0 and shipping_amount >= 0 and amount between 0 and goods_amount + shipping_amount
  )
);
create index returns_order_idx on returns (order_id);
create index returns_status_idx on returns (status, id);
-- What something must still move: the sweeper's.
create index returns_open_idx on returns (updated_at)
  where status in ('requested', 'approved', 'label_sent', 'in_transit', 'arrived', 'received');
create index returns_refund_idx on returns (refund_id) where refund_id is not null;

create table return_lines (
  return_id uuid not null references returns (id),
  line_id uuid not null references order_lines (id),
  -- Asked for, and what of it may come; null while nobody has decided.
  quantity integer not null,
  approved_quantity integer,
  reason return_reason not null,
  note text,
  -- The rules that held when it was asked for (ReturnTerms in domain/returns/terms.ts).
  terms jsonb not null,
  -- What came, over all parcels; `wrong`: something else lay in its place.
  good integer not null default 0,
  damaged integer not null default 0,
  wrong integer not null default 0,
  missing integer not null default 0,
  -- What the customer gets for the units that came, tax included, after fees.
  amount bigint,
  restocked integer not null default 0,
  written_off integer not null default 0,
  primary key (return_id, line_id),
  constraint return_lines_quantity_positive check (quantity > 0),
  constraint return_lines_approved_in_bounds check (approved_quantity between 0 and quantity),
  constraint return_lines_counts_in_bounds check (
    good >= 0 and damaged >= 0 and wrong >= 0 and missing >= 0
    and good + damaged + wrong + missing <= coalesce(approved_quantity, quantity)
  ),
  constraint return_lines_stock_in_bounds check (restocked between 0 and good and written_off between 0 and damaged)
);
create index return_lines_line_idx on return_lines (line_id);

-- The parcels that a return comes in: with our label, or one that the customer told us of.
create table return_parcels (
  id uuid primary key,
  return_id uuid not null references returns (id),
  order_id uuid not null references orders (id),
  kind text not null,
  status text not null default 'pending',
  carrier text,
  service text,
  carrier_shipment_id text,
  tracking_number text,
  tracking_url text,
  label_url text,
  cost_amount bigint,
  cost_currency text,
  error jsonb,
  shipped_at timestamptz,
  arrived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint return_parcels_kind_known check (kind in ('label', 'own')),
  constraint return_parcels_status_known check (
    status in ('pending', 'label_purchased', 'in_transit', 'delivered', 'exception', 'failed', 'canceled')
  )
);
create index return_parcels_return_idx on return_parcels (return_id);
create unique index return_parcels_carrier_key on return_parcels (carrier_shipment_id) where carrier_shipment_id is not null;
create index return_parcels_moving_idx on return_parcels (updated_at)
  where status in ('pending', 'label_purchased', 'in_transit', 'exception');

create table return_tracking_events (
  parcel_id uuid not null references return_parcels (id),
  event_id text not null,
  status text not null,
  description text not null default '',
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (parcel_id, event_id)
);

-- What lay in one parcel, as counted. The same receipt told again is the same rows; another one corrects them.
create table return_receipts (
  return_id uuid not null references returns (id),
  parcel integer not null,
  line_id uuid not null references order_lines (id),
  good integer not null default 0,
  damaged integer not null default 0,
  wrong integer not null default 0,
  missing integer not null default 0,
  note text,
  actor text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (return_id, parcel, line_id),
  constraint return_receipts_parcel_positive check (parcel between 1 and 100),
  constraint return_receipts_counts_positive check (good >= 0 and damaged >= 0 and wrong >= 0 and missing >= 0)
);

-- Append-only: who did what when.
create table return_events (
  return_id uuid not null references returns (id),
  sequence integer not null,
  type text not null,
  actor text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (return_id, sequence)
);

-- A failed refund is sent again by a row of its own, whose cause names it: the return goes with it.
create function follow_retried_refund() returns trigger language plpgsql as $$
begin
  update returns set refund_id = new.id, updated_at = now() where refund_id = substr(new.cause, 7)::uuid;
  return null;
end
$$;
create trigger refunds_retry_is_followed after insert on refunds
  for each row when (new.cause like 'retry/%') execute function follow_retried_refund();

alter table stock_movements drop constraint stock_movements_kind_known;
alter table stock_movements add constraint stock_movements_kind_known check (
  kind in ('received', 'adjusted', 'reserved', 'released', 'sold', 'returned', 'written_off')
);

-- Of each line of an order, the units of open returns (`on_the_way`), and those of settled ones that came back without a refund
-- that counts them (nothing was due for them, or the refund failed): none of them can be asked for once more.
create function open_return_units(p_order_id uuid) returns table (line_id uuid, units integer) language sql stable as $$
  select l.line_id, sum(
    case
      when r.status in ('refused', 'canceled', 'lapsed') then 0
      when r.status in ('refunded', 'exchanged', 'closed') then greatest(0, l.good + l.damaged - case r.status when 'exchanged' then l.good + l.damaged else coalesce((
        select f.quantity from refund_lines f join refunds x on x.id = f.refund_id
        where f.refund_id = r.refund_id and f.line_id = l.line_id and x.status not in ('failed', 'canceled')
      ), 0) end)
      else coalesce(l.approved_quantity, l.quantity)
    end
  )::integer
  from returns r join return_lines l on l.return_id = r.id where r.order_id = p_order_id group by l.line_id
$$;

-- What no further return or claim may ask for, beside the units that money or goods were given for (order_lines.refunded_quantity).
-- Whoever brings another kind of demand replaces this function by one that counts it too.
create function claimed_units(p_order_id uuid) returns table (line_id uuid, units integer) language sql stable as $$
  select o.line_id, o.units from open_return_units(p_order_id) o
$$;
