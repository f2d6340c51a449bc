-- How the pages of each site are understood, when that changes, and what is proposed to put it right.

-- A way in which pages of a site were understood (domain/pages/page-reading.ts), or in which they were not.
create table extraction_shapes (
  id uuid primary key,
  competitor_id uuid not null references competitors (id) on delete cascade,
  shape text not null,
  outcome text not null,
  -- learned: from when the site was new, or of pages that say nothing; unconfirmed: what it says is held and waits for a person;
  -- confirmed, rejected: a person has decided. Nothing but a person confirms.
  status text not null,
  seen bigint not null default 1,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- What it was first seen on.
  observation_id uuid not null,
  -- From when on its days count for what its pages used to say.
  learned_from timestamptz not null default now(),
  decided_at timestamptz,
  decided_by text,
  constraint extraction_shapes_key unique (competitor_id, shape),
  constraint extraction_shapes_outcome_known check (outcome in ('observed', 'none')),
  constraint extraction_shapes_status_known check (status in ('learned', 'unconfirmed', 'confirmed', 'rejected')),
  constraint extraction_shapes_decision_told check ((status in ('confirmed', 'rejected')) = (decided_at is not null))
);
create index extraction_shapes_held_idx on extraction_shapes (competitor_id) where status in ('unconfirmed', 'rejected');

-- How many pages of a shape were read each day, and how many of them had which field.
create table extraction_days (
  shape_id uuid not null references extraction_shapes (id) on delete cascade,
  day date not null,
  seen integer not null,
  fields jsonb not null,
  primary key (shape_id, day)
);

-- How each page was understood last, and whether it ever said a price.
create table listing_shapes (
  listing_id uuid primary key references listings (id) on delete cascade,
  competitor_id uuid not null references competitors (id) on delete cascade,
  shape_id uuid not null references extraction_shapes (id) on delete cascade,
  was_read boolean not null,
  seen_at timestamptz not null
);
create index listing_shapes_shape_idx on listing_shapes (shape_id, listing_id);
create index listing_shapes_competitor_idx on listing_shapes (competitor_id) where was_read;

-- What a person is to look at: opened by what was read, closed by a decision.
create table extraction_changes (
  id uuid primary key,
  competitor_id uuid not null references competitors (id) on delete cascade,
  shape_id uuid not null references extraction_shapes (id) on delete cascade,
  kind text not null,
  -- The field that has vanished.
  field text,
  -- Pages of the site that were read before, and how many of them are understood otherwise or not at all.
  pages integer not null,
  changed integer not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  -- When operations was told, and a repair was looked for.
  told_at timestamptz,
  constraint extraction_changes_kind_known check (kind in ('new_shape', 'failures_rising', 'field_vanished')),
  constraint extraction_changes_field_told check ((kind = 'field_vanished') = (field is not null))
);
create unique index extraction_changes_one_open on extraction_changes (shape_id) where closed_at is null;
create index extraction_changes_untold_idx on extraction_changes (opened_at) where told_at is null and closed_at is null;
create index extraction_changes_open_idx on extraction_changes (competitor_id) where closed_at is null;

-- A place where a price known from before stands on the changed pages, tried on all that are kept.
create table extraction_repairs (
  id uuid primary key,
  competitor_id uuid not null references competitors (id) on delete cascade,
  status text not null default 'proposed',
  field text not null default 'price',
  selector text not null,
  -- By page: { listing_id, observation_id, url, before, after, agrees, shape, snippet }.
  pages jsonb not null,
  tried integer not null,
  agreed integer not null,
  -- What the site had there before it was accepted; null: nothing.
  replaced text,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_by text,
  constraint extraction_repairs_status_known check (status in ('proposed', 'accepted', 'refused', 'undone', 'superseded')),
  constraint extraction_repairs_decision_told check ((status = 'proposed') = (decided_at is null)),
  constraint extraction_repairs_agreed_sound check (agreed between 0 and tried)
);
create unique index extraction_repairs_one_open on extraction_repairs (competitor_id, field) where status = 'proposed';
create index extraction_repairs_competitor_idx on extraction_repairs (competitor_id, id);
