-- The outbox: every job is a row first, written in the transaction of what caused it. The queue only delivers it.
-- pending → enqueued (the relay handed it to the queue) → done | failed (the processor gave up).
-- A row that is enqueued but has no live job is handed over again by the sweeper, so the queue store may be lost at any time.

create table outbox (
  queue text not null,
  job_id text not null,
  payload jsonb not null,
  order_id uuid,
  status text not null default 'pending',
  attempts integer not null default 0,
  available_at timestamptz not null default now(),
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  last_error jsonb,
  primary key (queue, job_id),
  constraint outbox_status_known check (status in ('pending', 'enqueued', 'done', 'failed'))
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index outbox_pending_idx on outbox (available_at) where status = 'pending';
create index outbox_enqueued_idx on outbox (checked_at) where status = 'enqueued';
create index outbox_failed_idx on outbox (finished_at) where status = 'failed';
create index outbox_order_idx on outbox (order_id) where order_id is not null;
create index outbox_age_idx on outbox using brin (created_at);

-- Failed attempts only: a job that went well at once is told by its outbox row.
create table job_attempts (
  id bigint generated always as identity primary key,
  queue text not null,
  job_id text not null,
  order_id uuid,
  attempt integer not null,
  outcome text not null,
  error jsonb not null,
  created_at timestamptz not null default now()
);
create index job_attempts_job_idx on job_attempts (queue, job_id, id);
create index job_attempts_order_idx on job_attempts (order_id) where order_id is not null;
