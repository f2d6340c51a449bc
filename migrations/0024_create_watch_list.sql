-- Whose prices are watched, and on which pages. Amounts are integer minor units of their currency.

-- A competitor is a site: its host, what it asks in, and how it is looked at.
create table competitors (
  id uuid primary key,
  name text not null,
  -- A host as an address has it, lower case, with its port when that is not the usual one. Pages of hosts below it are its own too.
  domain text not null,
  currency text not null,
  -- BCP 47: how it writes numbers.
  locale text not null,
  tax_included boolean not null default true,
  -- In percent, for a comparison with prices that have it or lack it; null: the shop's own.
  tax_percent numeric(6, 3),
  -- What it asks for shipping where a page does not say; null: not known.
  shipping_amount bigint,
  source text not null default 'built_in',
  requests_per_minute numeric(7, 3) not null default 10,
  -- How often each page is looked at, unless the listing says otherwise.
  interval_minutes integer not null default 1440,
  -- paused: a person's wish; held: what its pages say is not understood as before, and waits for a person (drift).
  status text not null default 'active',
  status_reason text,
  -- Names under which it sells itself, beside its own: an offer of anybody else on its pages is not its own.
  seller_names text[] not null default '{}',
  -- The address of its search, with {query} where the words go; null: not searched.
  search_url text,
  -- By field (`price`, `availability`, …), where on a page of this site it stands: a CSS selector.
  selectors jsonb not null default '{}',
  tags text[] not null default '{}',
  -- Who looks after it: an e-mail address.
  owner text,
  metadata jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint competitors_domain_key unique (domain),
  constraint competitors_source_known check (source in ('built_in', 'firecrawl')),
  constraint competitors_status_known check (status in ('active', 'paused', 'held')),
  constraint competitors_currency_lower_case check (currency ~ '^[a-z]{3}$'),
  constraint competitors_pace_sound check (requests_per_minute > 0 and requests_per_minute <= 600),
  constraint competitors_interval_sound check (interval_minutes between 5 and 43200),
  constraint competitors_tax_sound check (tax_percent between 0 and 100),
  constraint competitors_shipping_sound check (shipping_amount >= 0)
);

-- A page that is watched for a variant of ours; without a variant it is kept and never alerted on.
create table listings (
  id uuid primary key,
  competitor_id uuid not null references competitors (id),
  variant_id uuid references variants (id) on delete set null,
  -- What ties it to the variant: a person who gave both (`url`), an identifier that the page has (`gtin`, `mpn`), or a person's
  -- decision on a suggestion (`person`).
  linked_by text,
  -- Its page; null: not found yet, to be looked for by `search`.
  url text,
  search text,
  -- The page at `url` is the results of its search, in which its own is looked for; it is nobody's price.
  searching boolean not null default false,
  status text not null default 'active',
  status_reason text,
  priority integer not null default 0,
  -- Null: the competitor's.
  interval_minutes integer,
  -- How many of ours are in one of theirs; null: not known, taken for one.
  pack_count integer,
  tags text[] not null default '{}',
  owner text,
  metadata jsonb not null default '{}',
  -- From when on it is to be looked at again; the plan reads it.
  due_at timestamptz not null default now(),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint listings_somewhere check (url is not null or search is not null),
  constraint listings_search_whole check (not searching or (url is not null and search is not null and variant_id is not null)),
  constraint listings_status_known check (status in ('active', 'paused', 'gone')),
  constraint listings_linked_by_known check (linked_by in ('url', 'gtin', 'mpn', 'person')),
  constraint listings_link_told check ((linked_by is null) = (variant_id is null)),
  constraint listings_interval_sound check (interval_minutes between 5 and 43200),
  constraint listings_pack_sound check (pack_count between 1 and 10000),
  constraint listings_priority_sound check (priority between -100 and 100)
);
-- A page may be watched for several variants, and once for none.
create unique index listings_page_key on listings (competitor_id, url, coalesce(variant_id, '00000000-0000-0000-0000-000000000000'))
where url is not null and status <> 'gone';
create unique index listings_search_key on listings (competitor_id, search, coalesce(variant_id, '00000000-0000-0000-0000-000000000000'))
where (url is null or searching) and status <> 'gone';
create index listings_variant_idx on listings (variant_id) where variant_id is not null;
create index listings_competitor_idx on listings (competitor_id, id);
create index listings_tags_idx on listings using gin (tags);
create index listings_owner_idx on listings (owner, id) where owner is not null;

-- When a variant goes, its pages stay, tied to nothing; one that is kept for nothing already is enough.
create function untie_listing() returns trigger language plpgsql as $$
begin
  new.linked_by := null;
  if new.searching then
    new.searching := false;
    new.url := null;
    new.status := 'gone';
    new.status_reason := 'variant_deleted';
    return new;
  end if;
  if exists (
    select from listings l where l.competitor_id = new.competitor_id and l.id <> new.id and l.variant_id is null and l.status <> 'gone'
      and l.url is not distinct from new.url and (new.url is not null or l.search = new.search)
  ) then
    new.status := 'gone';
    new.status_reason := 'variant_deleted';
  end if;
  return new;
end
$$;
create trigger listings_untied before update of variant_id on listings for each row
when (new.variant_id is null and new.linked_by is not null) execute function untie_listing();
