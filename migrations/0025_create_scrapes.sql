-- The plan of the day, the pace at which sites are asked, what their robots.txt says, and what was asked for when.

-- One look at a listing. Written by the plan; a row is the look's owner from the plan to its observation.
create table scrapes (
  id uuid primary key,
  -- Goes with its listing, by the trigger below: a reference would be looked up for each row that the plan writes, which holds its listing's
  -- row anyway. A competitor has listings as long as it has looks.
  listing_id uuid not null,
  competitor_id uuid not null,
  -- scheduled: its interval is over; recheck: what was seen is to be seen again before anybody hears of it; requested: a person asked.
  reason text not null default 'scheduled',
  source text not null,
  -- Above 100 it goes before what is scheduled.
  priority integer not null default 0,
  status text not null default 'planned',
  -- When the plan means it to be asked for. The site's turns decide when it is.
  planned_for timestamptz not null,
  -- When its time was near enough to make it a job.
  queued_at timestamptz,
  -- Goes up with each claim, and is named by whoever works on it, so that one who wakes up late changes nothing.
  attempts integer not null default 0,
  claimed_at timestamptz,
  -- How often it came to something that may pass.
  troubles integer not null default 0,
  -- Where redirects have led so far.
  next_url text,
  hops integer not null default 0,
  -- Of Firecrawl: when robots.txt and the allowlist let it through, and which batch asks for it.
  cleared_at timestamptz,
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
  constraint scrapes_end_told check ((status in ('done', 'canceled')) = (finished_at is not null)),
  constraint scrapes_done_has_outcome check (status <> 'done' or outcome is not null)
) with (fillfactor = 85);
-- A listing has one scheduled look at a time, and one more that was asked for.
create unique index scrapes_one_open on scrapes (listing_id, (reason = 'scheduled')) where status in ('planned', 'fetching', 'fetched');
create index scrapes_waiting_idx on scrapes (competitor_id, (priority > 100) desc, planned_for) where status = 'planned' and queued_at is null;
create index scrapes_in_hand_idx on scrapes (competitor_id, queued_at) where status in ('planned', 'fetching') and queued_at is not null;
create index scrapes_cleared_idx on scrapes (cleared_at) where status = 'planned' and cleared_at is not null;
create index scrapes_fetched_idx on scrapes (claimed_at) where status = 'fetched';
create index scrapes_listing_idx on scrapes (listing_id, id desc);
create index scrapes_batch_idx on scrapes (batch_id) where batch_id is not null;
create index scrapes_finished_idx on scrapes (finished_at, competitor_id) where finished_at is not null;

-- What the plan looks for, without passing by those of sites that are paused, however many there are.
create index listings_plan_idx on listings (competitor_id, due_at) where status = 'active' and url is not null;

create function forget_looks() returns trigger language plpgsql as $$
begin
  delete from scrapes where listing_id = old.id;
  return null;
end
$$;
create trigger listings_forget_looks after delete on listings for each row execute function forget_looks();

-- Whose turn it is: a site (a competitor's domain with all hosts below it), a host of nobody's, or `firecrawl` for all its pages.
create table page_turns (
  budget text primary key,
  -- No request may start before this.
  next_at timestamptz not null default '-infinity',
  -- It asked for a rest, or is given one because it is in trouble.
  rests_until timestamptz not null default '-infinity',
  rest_reason text,
  troubles integer not null default 0,
  -- As its robots.txt asks.
  crawl_delay_seconds float8 not null default 0,
  -- Whose request is under way, and when it is over even if nobody says so.
  visit text,
  visit_ends_at timestamptz,
  asked_at timestamptz
) with (fillfactor = 70);

-- Takes the turn for a request that starts now, or tells in how many seconds to ask again. One request of a budget is under way at
-- a time, and the next one starts a gap after it ended: so no two starts are ever nearer than the gap, also as the site itself
-- sees them, whatever the network and this machine do in between.
create function take_page_turn(p_budget text, p_visit text, p_gap_seconds float8, p_lease_seconds float8) returns float8
language plpgsql as $$
declare
  t page_turns;
  moment timestamptz;
  free timestamptz;
begin
  insert into page_turns (budget) values (p_budget) on conflict do nothing;
  -- One at a time asks, and reads the clock when it is let in.
  select * into t from page_turns where budget = p_budget for update;
  moment := clock_timestamp();
  free := greatest(t.next_at, t.rests_until);
  if t.visit_ends_at > moment then
    free := greatest(free, least(t.visit_ends_at, moment + interval '1 second'));
  end if;
  if free > moment then
    return extract(epoch from free - moment);
  end if;
  update page_turns set visit = p_visit, asked_at = moment, next_at = moment + make_interval(secs => p_gap_seconds),
    -- Until then its request may start; whoever dies leaves the gap behind that, too.
    visit_ends_at = moment + make_interval(secs => p_lease_seconds + p_gap_seconds)
  where budget = p_budget;
  return 0;
end
$$;

-- What a site's robots.txt says (RFC 9309), by origin: one file for all processes, asked for once.
create table robots_files (
  origin text primary key,
  -- Counts the answers: who judged by an older one judges again.
  version integer not null default 0,
  -- read: its own word; unavailable: there is none, all is allowed; unreachable: nothing is.
  kind text not null default 'unreachable',
  reason text not null default 'not asked for yet',
  body bytea,
  etag text,
  last_modified text,
  fetched_at timestamptz,
  expires_at timestamptz not null default '-infinity',
  failures integer not null default 0,
  -- Where redirects have led so far, and who asks.
  next_url text,
  hops integer not null default 0,
  asking text,
  asking_until timestamptz,
  constraint robots_files_kind_known check (kind in ('read', 'unavailable', 'unreachable')),
  constraint robots_files_bounded check (octet_length(body) <= 524288),
  constraint robots_files_fresh_for_a_day check (expires_at <= fetched_at + interval '24 hours')
);

-- What was asked for when, under which rule: kept for STOCKROOM_PAGE_LOG_DAYS.
create table page_requests (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  source text not null,
  host text not null,
  url text not null,
  competitor_id uuid,
  scrape_id uuid,
  -- The line of robots.txt that allowed it, or why there was none.
  rule text,
  user_agent text not null,
  -- How it ended; null while it is under way, or when its process died.
  outcome text,
  status integer,
  bytes bigint,
  milliseconds integer,
  detail text,
  constraint page_requests_kind_known check (kind in ('robots', 'page')),
  constraint page_requests_source_known check (source in ('built_in', 'firecrawl'))
);
create index page_requests_at_idx on page_requests using brin (at);
create index page_requests_host_idx on page_requests (host, id);
create index page_requests_competitor_idx on page_requests (competitor_id, id) where competitor_id is not null;
create index page_requests_scrape_idx on page_requests (scrape_id) where scrape_id is not null;
