-- Which of our variants a page shows: what is suggested, what contradicts, and what people decided; and what currencies are worth.

-- The maker's number of a variant, under the names that shops give it, as it is compared: without blanks, hyphens and case.
create function variant_mpn(p_attributes jsonb, p_metadata jsonb) returns text
language sql immutable parallel safe as $$
  select nullif(lower(regexp_replace(coalesce(p_attributes->>'mpn', p_attributes->>'MPN', p_attributes->>'manufacturer_part_number',
    p_attributes->>'model_number', p_metadata->>'mpn'), '[^[:alnum:]]', '', 'g')), '')
$$;
create index variants_mpn_idx on variants (variant_mpn(attributes, metadata)) where variant_mpn(attributes, metadata) is not null;

create index products_mpn_idx on products (variant_mpn(attributes, metadata)) where variant_mpn(attributes, metadata) is not null;

-- A pair of page and variant that a person is asked about, once. What they decided stays, and is never asked again.
create table match_suggestions (
  id uuid primary key,
  listing_id uuid not null references listings (id) on delete cascade,
  variant_id uuid not null references variants (id) on delete cascade,
  -- suggested: the page may show this variant; contradicted: it is tied to it, and says something else.
  kind text not null,
  -- Of a listing that is a search: the page that was found. Null: the listing's own.
  url text,
  score real not null,
  reasons jsonb not null default '[]',
  -- The guards that spoke against it; a person who accepts has seen these.
  contradictions text[] not null default '{}',
  status text not null default 'open',
  decided_by text,
  decided_at timestamptz,
  note text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint match_suggestions_kind_known check (kind in ('suggested', 'contradicted')),
  constraint match_suggestions_status_known check (status in ('open', 'accepted', 'rejected')),
  constraint match_suggestions_decision_told check ((status = 'open') = (decided_at is null)),
  constraint match_suggestions_score_sound check (score between 0 and 1)
);
create unique index match_suggestions_pair_key on match_suggestions (listing_id, variant_id, coalesce(url, ''));
create index match_suggestions_open_idx on match_suggestions (id) where status = 'open';
create index match_suggestions_variant_idx on match_suggestions (variant_id);

-- One unit of `base` (major units) is worth `rate` of `quote`.
create table exchange_rates (
  base text not null,
  quote text not null,
  rate numeric(24, 12) not null,
  as_of timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (base, quote),
  constraint exchange_rates_lower_case check (base ~ '^[a-z]{3}$' and quote ~ '^[a-z]{3}$' and base <> quote),
  constraint exchange_rates_positive check (rate > 0)
);
