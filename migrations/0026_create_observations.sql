-- What was seen, for good: append-only, by month.

create table observations (
  id uuid not null,
  observed_at timestamptz not null,
  scrape_id uuid not null,
  listing_id uuid not null,
  competitor_id uuid not null,
  -- What the listing was tied to then.
  variant_id uuid,
  -- 'observed', or 'none' with the reason why nothing is known: then no price and no availability stand here.
  outcome text not null,
  reason text,
  detail text,
  amount bigint,
  currency text,
  -- exact; from: the least of several; range: up to upper_amount.
  price_kind text,
  upper_amount bigint,
  list_amount bigint,
  shipping_amount bigint,
  availability text,
  condition text,
  seller text,
  title text,
  brand text,
  gtin text,
  mpn text,
  sku text,
  rating numeric(4, 2),
  rating_count integer,
  -- Where on the page the price came from, and how sure it is (0 to 1).
  layer text,
  confidence real,
  -- How the page was understood: changes when its make-up does.
  shape text,
  -- All fields with their sources, confidence and what other layers said: domain/pages/page-reading.ts.
  reading jsonb not null default '{}',
  -- How it was matched with our variant, and how surely.
  match jsonb,
  url text not null,
  -- What is kept of the page: its key in storage and the SHA-256 of what was trimmed.
  evidence_key text,
  evidence_sha256 text,
  -- What a model read off the page, as the source gave it; a picture of the page, where the source took one.
  model_key text,
  screenshot_key text,
  source text not null,
  rule text,
  created_at timestamptz not null default now(),
  primary key (observed_at, id),
  constraint observations_outcome_known check (outcome in ('observed', 'none')),
  constraint observations_nothing_is_told check ((outcome = 'none') = (reason is not null)),
  constraint observations_unknown_is_unknown check (outcome = 'observed' or (amount is null and availability is null)),
  constraint observations_price_whole check ((amount is null) = (currency is null) and (amount is null) = (price_kind is null)),
  constraint observations_price_sound check (amount >= 0 and upper_amount >= amount and list_amount >= 0 and shipping_amount >= 0)
) partition by range (observed_at);
create index observations_listing_idx on observations (listing_id, observed_at desc);
create index observations_variant_idx on observations (variant_id, observed_at desc) where variant_id is not null;
create index observations_competitor_idx on observations (competitor_id, observed_at desc);
-- The last good price of a listing, however long it has told nothing since.
create index observations_priced_idx on observations (listing_id, observed_at desc) where amount is not null;
create index observations_id_idx on observations (id);
create table observations_other partition of observations default;

create function refuse_observation_change() returns trigger language plpgsql as $$
begin
  raise exception 'observations are append-only';
end
$$;
create trigger observations_append_only before update or delete on observations for each row execute function refuse_observation_change();
