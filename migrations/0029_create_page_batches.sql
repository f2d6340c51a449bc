-- Pages that Firecrawl fetches for us, in batches, and what it charges for them.

-- One row is one batch at Firecrawl: its id is the key by which it is started once.
create table page_batches (
  id uuid primary key,
  -- Firecrawl's name for it; null until its answer or its first report is here.
  provider_id text,
  -- open → submitting (a start may have reached Firecrawl) → submitted → done; refused: it was not started; lost: nobody knows.
  status text not null default 'open',
  locale text not null,
  -- The month (UTC) whose budget it uses.
  month date not null,
  -- What each of its pages is expected to cost; so much is reserved for each that is still waited for.
  credits_per_page integer not null,
  -- As Firecrawl said last.
  completed integer not null default 0,
  total integer not null default 0,
  -- How often Firecrawl reported on it.
  reports integer not null default 0,
  -- When it is to be looked at again, reported or not.
  due_at timestamptz,
  created_at timestamptz not null default now(),
  submitted_at timestamptz,
  polled_at timestamptz,
  -- When something new of it was last seen.
  progressed_at timestamptz,
  finished_at timestamptz,
  error text,
  constraint page_batches_status_known check (status in ('open', 'submitting', 'submitted', 'done', 'refused', 'lost')),
  constraint page_batches_provider_known check (provider_id is not null or status not in ('submitted', 'done')),
  constraint page_batches_end_told check ((status in ('done', 'refused', 'lost')) = (finished_at is not null)),
  constraint page_batches_provider_key unique (provider_id)
);
create index page_batches_open_idx on page_batches (coalesce(due_at, created_at)) where finished_at is null;
create index page_batches_finished_idx on page_batches (finished_at) where finished_at is not null;

create table page_batch_items (
  batch_id uuid not null references page_batches (id) on delete cascade,
  scrape_id uuid not null,
  -- As it is asked for: the page is known by it.
  url text not null,
  -- The line of robots.txt that let it be asked for.
  rule text,
  -- Its line in the log of what was asked for.
  request_id uuid,
  -- waiting → fetched | failed (there is no page) | asked_again (it was lost, or its site said "not now")
  state text not null default 'waiting',
  -- What Firecrawl charged; booked once, also for a page that came too late to be used.
  credits integer,
  detail text,
  ended_at timestamptz,
  primary key (batch_id, scrape_id),
  constraint page_batch_items_url_key unique (batch_id, url),
  constraint page_batch_items_state_known check (state in ('waiting', 'fetched', 'failed', 'asked_again')),
  constraint page_batch_items_end_told check ((state = 'waiting') = (ended_at is null)),
  constraint page_batch_items_credits_sound check (credits >= 0)
);
create index page_batch_items_scrape_idx on page_batch_items (scrape_id);

-- The budget: what was charged in a month, and what is reserved for pages that are waited for.
create table firecrawl_months (
  month date primary key,
  used integer not null default 0,
  reserved integer not null default 0,
  pages integer not null default 0,
  -- What of it was used for searches.
  searches integer not null default 0,
  -- What operations were told of.
  told text[] not null default '{}',
  constraint firecrawl_months_sound check (used >= 0 and reserved >= 0 and pages >= 0 and searches >= 0)
);

-- What Firecrawl itself says of the account.
create table firecrawl_account (
  id integer primary key default 1,
  remaining integer,
  plan integer,
  period_start timestamptz,
  period_end timestamptz,
  checked_at timestamptz,
  -- It said that there are no credits (402): nothing is asked for until then.
  refused_until timestamptz not null default '-infinity',
  constraint firecrawl_account_is_one_row check (id = 1)
);
insert into firecrawl_account default values;
