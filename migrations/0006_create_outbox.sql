-- The outbox: every job is a row first, written in the transaction of what caused it. The queue only delivers it.
-- pending (open) → gone, with an entry in finished_jobs | failed (the processor gave up) → pending again.
-- Handing a job over writes nothing: the relay reads what was committed since its last look. A row without a live job is
-- handed over again by the sweeper, so the queue store may be lost at any time.

create table outbox (
  queue text not null,
  job_id text not null,
  payload jsonb not null,
  order_id uuid,
  status text not null default 'pending',
  attempts integer not null default 0,
  -- Who made the row due: a relay takes what its last look could not see yet.
  xid xid8 not null default pg_current_xact_id(),
  -- The queue store may hold an earlier job of this id, which would swallow the new one.
  again boolean not null default false,
  available_at timestamptz not null default now(),
  -- When the sweeper last found its live job.
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  last_error jsonb,
  primary key (queue, job_id),
  constraint outbox_status_known check (status in ('pending', 'failed'))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index outbox_xid_idx on outbox (xid);
create index outbox_delayed_idx on outbox (available_at) where available_at > created_at;
create index outbox_order_idx on outbox (order_id) where order_id is not null;

-- What became of the jobs that went well; only ever added to, and trimmed by age.
create table finished_jobs (
  queue text not null,
  job_id text not null,
  order_id uuid,
  attempts integer not null,
  last_error jsonb,
  created_at timestamptz not null,
  finished_at timestamptz not null default now()
);
create index finished_jobs_order_idx on finished_jobs (order_id) where order_id is not null;
create index finished_jobs_age_idx on finished_jobs using brin (created_at);

-- One relay works at a time; another goes on from what it had seen when its lease runs out.
create table relay (
  id integer primary key default 1,
  holder uuid,
  lease_until timestamptz not null default '-infinity',
  seen pg_snapshot,
  seen_at timestamptz,
  constraint relay_is_one_row check (id = 1)
);
insert into relay default values;

-- Every job in one list; `enqueued` is what the relay has handed over.
create view jobs as
  select queue, job_id, order_id,
    case when status = 'pending' and xid < pg_snapshot_xmax(relay.seen) and available_at <= greatest(created_at, relay.seen_at)
      then 'enqueued' else status end as status,
    attempts, available_at, created_at, finished_at, last_error, payload
  from outbox cross join relay
  union all
  select queue, job_id, order_id, 'done', attempts, created_at, created_at, finished_at, last_error, null from finished_jobs;

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
