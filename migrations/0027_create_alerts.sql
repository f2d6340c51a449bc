-- What merchandisers are told of competitors' prices: by which rules, what of each page was judged, and what became of each alert.

-- A rule watches what its scope covers. Thresholds that are both given must both be reached.
create table alert_rules (
  id uuid primary key,
  name text not null,
  kind text not null,
  -- all: everything; else the id or the tag that `scope_value` holds.
  scope text not null default 'all',
  scope_value text,
  percent numeric(7, 3),
  -- In minor units of our price's currency (undercut, map_violation) or of theirs (price_drop, price_rise).
  amount bigint,
  -- position: we should be at least the so-many-th cheapest.
  rank integer,
  delivery text not null default 'immediate',
  -- What has ended within so many percent of the threshold has not ended yet.
  hysteresis_percent numeric(7, 3) not null default 1,
  cool_down_hours integer not null default 24,
  -- So many mails by themselves in an hour; what is beyond is told together.
  cap integer not null default 10,
  -- Null: nobody is told again.
  escalate_after_hours integer,
  only_in_stock boolean not null default true,
  enabled boolean not null default true,
  -- How many were told by themselves in this hour.
  told_hour timestamptz,
  told integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint alert_rules_kind_known check (kind in (
    'undercut', 'price_drop', 'price_rise', 'lowest_in_30_days', 'out_of_stock', 'back_in_stock', 'map_violation', 'position'
  )),
  constraint alert_rules_scope_known check (scope in ('all', 'competitor', 'product', 'variant', 'category', 'tag', 'listing')),
  constraint alert_rules_scope_told check ((scope = 'all') = (scope_value is null)),
  constraint alert_rules_delivery_known check (delivery in ('immediate', 'digest')),
  constraint alert_rules_thresholds_sound check (percent > 0 and percent <= 1000 and amount > 0 and rank between 1 and 1000),
  constraint alert_rules_rank_told check ((kind = 'position') = (rank is not null)),
  constraint alert_rules_bounds_sound check (
    hysteresis_percent between 0 and 100 and cool_down_hours between 0 and 2160 and cap between 1 and 1000
    and escalate_after_hours between 1 and 720
  )
);
create index alert_rules_enabled_idx on alert_rules (id) where enabled;

-- What was judged of a listing: the state that the rules go on from (domain/price-alerts/watch.ts), and what questions over many
-- listings need of it. Who judges holds the row.
create table price_watches (
  listing_id uuid primary key references listings (id) on delete cascade,
  competitor_id uuid not null references competitors (id) on delete cascade,
  state jsonb not null default '{}',
  -- The last observation that was judged.
  judged_at timestamptz,
  judged_id uuid,
  -- The last price that is believed, and since when it is known.
  good_amount bigint,
  good_currency text,
  good_in_stock boolean,
  good_at timestamptz,
  -- The same in the currency, tax and quantity of our price.
  comparable_amount bigint,
  comparable_currency text,
  -- Which way it went last, and when: many of a site at once are doubted.
  moved text,
  moved_at timestamptz,
  held_since timestamptz,
  updated_at timestamptz not null default now(),
  constraint price_watches_move_known check (moved in ('down', 'up', 'out', 'in')),
  constraint price_watches_good_whole check ((good_amount is null) = (good_currency is null))
) with (fillfactor = 70);
create index price_watches_moved_idx on price_watches (competitor_id, moved, moved_at) where moved is not null;

-- One row per change that a rule fired on. held: doubted, and looked at again; nobody is told.
create table price_alerts (
  id uuid primary key,
  -- A rule and a listing that are gone leave their alerts: `rule` and `facts` say all of it.
  rule_id uuid references alert_rules (id) on delete set null,
  listing_id uuid references listings (id) on delete set null,
  competitor_id uuid references competitors (id) on delete set null,
  variant_id uuid references variants (id) on delete set null,
  kind text not null,
  rule jsonb not null,
  status text not null,
  observation_id uuid not null,
  observed_at timestamptz not null,
  -- Both prices with their times, what was compared, the match, and what was noted: domain/price-alerts/alert-facts.ts.
  facts jsonb not null,
  held_reasons text[] not null default '{}',
  delivery text,
  opened_at timestamptz,
  escalate_at timestamptz,
  escalated_at timestamptz,
  resolved_at timestamptz,
  resolution text,
  last_event integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint price_alerts_status_known check (status in ('held', 'open', 'escalated', 'resolved', 'dismissed')),
  constraint price_alerts_end_told check ((status in ('resolved', 'dismissed')) = (resolved_at is not null)),
  constraint price_alerts_end_reasoned check ((resolved_at is null) = (resolution is null)),
  constraint price_alerts_opening_told check (status not in ('open', 'escalated') or opened_at is not null),
  -- One alert per change.
  constraint price_alerts_change_key unique (listing_id, rule_id, observation_id)
);
create unique index price_alerts_one_live on price_alerts (listing_id, rule_id) where status in ('held', 'open', 'escalated');
create index price_alerts_status_idx on price_alerts (status, id desc);
create index price_alerts_listing_idx on price_alerts (listing_id, id desc);
create index price_alerts_variant_idx on price_alerts (variant_id, id desc);
create index price_alerts_competitor_idx on price_alerts (competitor_id, id desc);
create index price_alerts_rule_idx on price_alerts (rule_id, id desc);
create index price_alerts_escalating_idx on price_alerts (escalate_at) where status = 'open' and escalate_at is not null;

create table price_alert_events (
  alert_id uuid not null references price_alerts (id) on delete cascade,
  sequence integer not null,
  type text not null,
  data jsonb not null default '{}',
  -- Who did it: a key, or the address that a link was sent to; null: the rules themselves.
  actor text,
  created_at timestamptz not null default now(),
  primary key (alert_id, sequence)
);

-- What nobody wants to hear of for a while. It ends by itself.
create table price_mutes (
  id uuid primary key,
  scope text not null,
  scope_value text not null,
  -- One rule alone; null: all.
  rule_id uuid references alert_rules (id) on delete cascade,
  reason text,
  actor text,
  ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint price_mutes_scope_known check (scope in ('competitor', 'product', 'variant', 'tag', 'listing')),
  constraint price_mutes_bounded check (ends_at > created_at and ends_at <= created_at + interval '90 days')
);
create index price_mutes_scope_idx on price_mutes (scope, scope_value, ends_at);

-- The least that a variant may be advertised at.
create table minimum_advertised_prices (
  variant_id uuid not null references variants (id) on delete cascade,
  currency text not null,
  amount bigint not null,
  updated_at timestamptz not null default now(),
  primary key (variant_id, currency),
  constraint minimum_advertised_prices_sound check (amount > 0 and currency ~ '^[a-z]{3}$')
);

-- A site of which nearly nothing could be seen: one notice, which ends when it can be seen again.
create table site_failures (
  id uuid primary key,
  competitor_id uuid not null references competitors (id) on delete cascade,
  reason text not null,
  looks integer not null,
  failed integer not null,
  since timestamptz not null default now(),
  resolved_at timestamptz
);
create unique index site_failures_one_open on site_failures (competitor_id) where resolved_at is null;
