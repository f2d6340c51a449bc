-- The plan of the day, the pace at which sites are asked, what their robots.txt says, and what was asked for when.

-- One look at a listing. Written by the plan; a row is the look's owner from the plan to its observation.
create table scrapes (
  id uuid primary key,
  listing_id uuid not null references listings (id) on delete cascade,
  competitor_id uuid not null references competitors (id),
  -- scheduled: its interval is over; recheck: what was seen is to be seen again before anybody hears of it; requested: a person asked.
  reason text not null default 'scheduled',
  source text not null,
  priority integer not null default 0,
  status text not null default 'planned',
  -- When the plan means it to be asked for. The site's turns decide when it is.
  planned_for timestamptz not null,
  attempts integer not null default 0,
  -- Whoever works on it names the attempt, so that one who wakes up late changes nothing.
  claimed_at timestamptz,
  -- Of Firecrawl: which batch asks for it.
  batch_id uuid,
  -- Where the page lies that was fetched, until it is read.
  page_key text,
  -- The line of robots.txt that let it be asked for.
  rule text,
  outcome text,
  observation_id uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint scrapes_reason_known check (reason in ('scheduled', 'recheck', 'requested')),
  constraint scrapes_source_known check (source in ('built_in', 'firecrawl')),
  constraint scrapes_status_known check (status in ('planned', 'fetching', 'fetched', 'done', 'canceled')),
  constraint scrapes_end_told check ((status in ('done', 'canceled')) = (finished_at is not null))
);
-- A listing has one scheduled look at a time, and one more that was asked for.
create unique index scrapes_one_open on scrapes (listing_id, (reason = 'scheduled')) where status in ('planned', 'fetching', 'fetched');
create index scrapes_planned_idx on scrapes (planned_for) where status = 'planned';
create index scrapes_open_idx on scrapes (competitor_id, planned_for) where status in ('planned', 'fetching', 'fetched');
create index scrapes_listing_idx on scrapes (listing_id, id desc);
create index scrapes_batch_idx on scrapes (batch_id) where batch_id is not null;
create index scrapes_finished_idx on scrapes (finished_at) where finished_at is not null;
