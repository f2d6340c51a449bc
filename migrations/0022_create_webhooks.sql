-- Webhooks out: who is told of which events, what is still to be told, and the events that belong to no order.

-- Who wrote an event: the publisher takes what its last look could not see yet, in whatever order transactions commit. Both
-- indexes cost the order's path nothing to speak of: a block range index is touched once in a thousand rows.
alter table order_events add column xid bigint not null default pg_current_xact_id()::text::bigint;
create index order_events_xid_idx on order_events using brin (xid) with (autosummarize = on);
-- For replays of a time.
create index order_events_age_idx on order_events using brin (created_at) with (autosummarize = on);

-- What happened to something that is no order: an image, stock, a price. Numbered per subject, as an order's events are.
create table shop_event_subjects (
  object text not null,
  object_id text not null,
  last_event integer not null default 1,
  primary key (object, object_id)
) with (fillfactor = 70);
create table shop_events (
  id uuid primary key,
  object text not null,
  object_id text not null,
  sequence integer not null,
  type text not null,
  data jsonb not null default '{}',
  xid bigint not null default pg_current_xact_id()::text::bigint,
  created_at timestamptz not null default now(),
  constraint shop_events_sequence_key unique (object, object_id, sequence)
);
create index shop_events_xid_idx on shop_events (xid);
create index shop_events_age_idx on shop_events (created_at);

-- active: told | paused: what happens is kept for it and told when it resumes | disabled: told nothing, nothing is kept |
-- deleted: the same, and not shown any more.
create table webhook_endpoints (
  id uuid primary key,
  url text not null,
  description text not null default '',
  event_types text[] not null,
  -- Since when it has this filter: for what happened before, another may have been asked.
  filtered_since timestamptz not null default '-infinity',
  -- So many webhooks begin in a second; none: as fast as it answers.
  max_per_second integer,
  status text not null default 'active',
  status_reason text,
  -- What was committed before is not told.
  since pg_snapshot not null default pg_current_snapshot(),
  collects_from timestamptz not null default now(),
  -- Failures in a row, since when, and until when it is left alone.
  failures integer not null default 0,
  failing_since timestamptz,
  rests_until timestamptz not null default '-infinity',
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_error jsonb,
  -- Whose turn it is to deliver.
  holder uuid,
  held_until timestamptz not null default '-infinity',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhook_endpoints_status_known check (status in ('active', 'paused', 'disabled', 'deleted')),
  constraint webhook_endpoints_pace_is_positive check (max_per_second > 0),
  constraint webhook_endpoints_has_types check (cardinality(event_types) > 0)
) with (fillfactor = 60);

-- Several while one is being replaced: each signs.
create table webhook_secrets (
  id uuid primary key,
  endpoint_id uuid not null references webhook_endpoints (id),
  secret text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index webhook_secrets_endpoint_idx on webhook_secrets (endpoint_id);

-- One publisher at a time works, holding this row; another goes on from what it has seen.
create table webhook_publisher (
  id integer primary key default 1,
  seen pg_snapshot,
  seen_at timestamptz,
  constraint webhook_publisher_is_one_row check (id = 1)
) with (fillfactor = 20);
insert into webhook_publisher default values;

-- An event for an endpoint, once. waiting → delivered | failed (its attempts are used up) → waiting again by a replay.
create table webhook_deliveries (
  id uuid primary key,
  endpoint_id uuid not null references webhook_endpoints (id),
  -- The webhook-id: the same in every attempt and for every endpoint.
  event_id text not null,
  type text not null,
  order_id uuid,
  data jsonb not null,
  occurred_at timestamptz not null,
  status text not null default 'waiting',
  -- All that were made, and those of the present round of retries.
  attempts integer not null default 0,
  tries integer not null default 0,
  next_attempt_at timestamptz default now(),
  delivered_at timestamptz,
  response_status integer,
  duration_ms integer,
  error jsonb,
  created_at timestamptz not null default now(),
  constraint webhook_deliveries_event_key unique (endpoint_id, event_id),
  constraint webhook_deliveries_status_known check (status in ('waiting', 'delivered', 'failed'))
) with (fillfactor = 80);
create index webhook_deliveries_due_idx on webhook_deliveries (endpoint_id, next_attempt_at) where status = 'waiting';
create index webhook_deliveries_failed_idx on webhook_deliveries (endpoint_id, id) where status = 'failed';
create index webhook_deliveries_list_idx on webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_order_idx on webhook_deliveries (order_id) where order_id is not null;
create index webhook_deliveries_age_idx on webhook_deliveries using brin (created_at);

-- Failed attempts only: one that went well at once is told by its delivery.
create table webhook_attempts (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
  number integer not null,
  response_status integer,
  error jsonb not null,
  -- The beginning of what the endpoint answered.
  response_body text,
  duration_ms integer not null,
  created_at timestamptz not null default now()
);
create index webhook_attempts_delivery_idx on webhook_attempts (delivery_id, number);

-- Images settle in several statements, alone and in sets: told here, none is forgotten.
create function tell_of_image() returns trigger language plpgsql as $$
begin
  with subject as (
    insert into shop_event_subjects (object, object_id) values ('image', new.id::text)
    on conflict (object, object_id) do update set last_event = shop_event_subjects.last_event + 1
    returning object, object_id, last_event
  )
  insert into shop_events (id, object, object_id, sequence, type)
  select gen_random_uuid(), object, object_id, last_event, 'image.' || new.status from subject;
  return null;
end
$$;
create trigger product_images_are_told after insert on product_images
  for each row when (new.status in ('ready', 'rejected', 'failed')) execute function tell_of_image();
create trigger product_images_changes_are_told after update of status on product_images
  for each row when (new.status in ('ready', 'rejected', 'failed') and old.status is distinct from new.status)
  execute function tell_of_image();
