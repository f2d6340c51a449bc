-- What was seen, for good: append-only, by month.

create table observations (
  id uuid not null,
  -- In milliseconds, as the program's own times: what a page of a list ends with must be where the next one begins.
  observed_at timestamptz(3) not null,
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

-- Makes the partition of a month, and takes over what has come before it was made. Attaching locks the default partition alone, and
-- is given up soon when somebody reads it: the next pass tries again, and until then rows go there.
create function make_observation_month(first date) returns boolean language plpgsql as $$
declare
  name text := 'observations_' || to_char(first, 'YYYY_MM');
  since timestamptz := first::timestamp at time zone 'UTC';
  until timestamptz := (first + interval '1 month')::timestamp at time zone 'UTC';
begin
  perform set_config('lock_timeout', '2s', true);
  perform pg_advisory_xact_lock(hashtext('make_observation_month'));
  -- By a query, since to_regclass may answer from what was cached before the lock was had.
  if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'observations'::regclass and c.relname = name) then
    return false;
  end if;
  execute format('create table %I (like observations including defaults including constraints including indexes)', name);
  lock table observations_other in access exclusive mode;
  if exists (select from observations_other where observed_at >= since and observed_at < until) then
    alter table observations_other disable trigger observations_append_only;
    execute format('with moved as (delete from observations_other where observed_at >= %L and observed_at < %L returning *)
      insert into %I select * from moved', since, until, name);
    alter table observations_other enable trigger observations_append_only;
  end if;
  execute format('alter table observations attach partition %I for values from (%L) to (%L)', name, since, until);
  return true;
end
$$;
