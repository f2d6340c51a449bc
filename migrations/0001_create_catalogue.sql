-- Products, variants, prices and stock. Amounts are integer minor units of their currency.

create table categories (
  id uuid primary key,
  parent_id uuid references categories (id),
  slug text not null,
  name text not null,
  position integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint categories_slug_key unique (slug),
  constraint categories_not_own_parent check (parent_id is distinct from id)
);
create index categories_parent_idx on categories (parent_id, position);

create table products (
  id uuid primary key,
  slug text not null,
  name text not null,
  description text not null default '',
  status text not null default 'draft',
  attributes jsonb not null default '{}',
  seo jsonb not null default '{}',
  metadata jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search tsvector not null generated always as (
    setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('english', name || ' ' || description), 'B')
  ) stored,
  constraint products_slug_key unique (slug),
  constraint products_status_known check (status in ('draft', 'active', 'archived'))
);
create index products_search_idx on products using gin (search);
create index products_status_idx on products (status, id);

create table product_categories (
  product_id uuid not null references products (id) on delete cascade,
  category_id uuid not null references categories (id) on delete cascade,
  primary key (product_id, category_id)
);
create index product_categories_category_idx on product_categories (category_id);

create table variants (
  id uuid primary key,
  product_id uuid not null references products (id) on delete cascade,
  sku text not null,
  name text not null default '',
  barcode text,
  attributes jsonb not null default '{}',
  metadata jsonb not null default '{}',
  weight_grams integer,
  length_mm integer,
  width_mm integer,
  height_mm integer,
  -- Operations are told when no more than this is free to sell; null: never.
  low_stock_threshold integer,
  position integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint variants_sku_key unique (sku),
  constraint variants_measures_positive check (
    coalesce(weight_grams, 0) >= 0 and coalesce(length_mm, 0) >= 0 and coalesce(width_mm, 0) >= 0 and coalesce(height_mm, 0) >= 0
  ),
  constraint variants_threshold_positive check (low_stock_threshold >= 0)
);
create index variants_product_idx on variants (product_id, position);
create index variants_barcode_idx on variants (barcode) where barcode is not null;

create table prices (
  variant_id uuid not null references variants (id) on delete cascade,
  currency text not null,
  amount bigint not null,
  compare_at_amount bigint,
  cost_amount bigint,
  primary key (variant_id, currency),
  constraint prices_currency_lower_case check (currency ~ '^[a-z]{3}$'),
  constraint prices_not_negative check (amount >= 0 and coalesce(compare_at_amount, 0) >= 0 and coalesce(cost_amount, 0) >= 0)
);

create table locations (
  id uuid primary key,
  code text not null,
  name text not null,
  country text not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  constraint locations_code_key unique (code)
);

create table stock_levels (
  variant_id uuid not null references variants (id),
  location_id uuid not null references locations (id),
  on_hand integer not null default 0,
  reserved integer not null default 0,
  -- Whether the variant has a threshold (0023_watch_stock.sql).
  is_watched boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (variant_id, location_id),
  constraint stock_levels_conserved check (reserved >= 0 and reserved <= on_hand)
) with (fillfactor = 70);

-- Append-only: on_hand and reserved of a level are the sums of its movements. Written by the statement that changes the level,
-- and levels are never deleted: a foreign key would look the level up once more.
create table stock_movements (
  id bigint generated always as identity primary key,
  variant_id uuid not null,
  location_id uuid not null,
  kind text not null,
  on_hand_change integer not null,
  reserved_change integer not null,
  order_id uuid,
  reason text,
  actor text,
  created_at timestamptz not null default now(),
  constraint stock_movements_kind_known check (kind in ('received', 'adjusted', 'reserved', 'released', 'sold', 'returned'))
);
create index stock_movements_level_idx on stock_movements (variant_id, location_id, id);
create index stock_movements_order_idx on stock_movements (order_id) where order_id is not null;
