/**
 * The outbox: jobs as rows. A row is written in the transaction of its cause, handed to the queue by the relay, and
 * closed by the effect; what is open without a live job is handed over again.
 */
import { type Executor, statement } from './database.ts';

/** A job as it is written (see queues/define-queue.ts) and as the relay reads it. */
export interface OutboxJob {
  queue: string;
  jobId: string;
  payload: object;
  orderId: string | undefined;
  availableAt: Date | undefined;
}

export interface ClaimedJob {
  queue: string;
  job_id: string;
  payload: object;
  order_id: string | null;
  /** The queue may still hold a finished job of this id, which would swallow the new one. */
  seen_before: boolean;
}

export interface JobKey {
  queue: string;
  jobId: string;
}

const insert = statement(
  'insert_outbox',
  `insert into outbox (queue, job_id, payload, order_id, available_at)
   select queue, job_id, payload::jsonb, order_id, coalesce(available_at, now())
   from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[]) as job (queue, job_id, payload, order_id, available_at)
   on conflict (queue, job_id) do nothing`,
);

/** Writes jobs that are not there yet: the same work is the same row. */
export async function insertJobs(db: Executor, jobs: readonly OutboxJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await db.rows(insert, columns(jobs));
  db.signal('stockroom_outbox', '');
}

function columns(jobs: readonly OutboxJob[]): unknown[] {
  return [
    jobs.map((job) => job.queue),
    jobs.map((job) => job.jobId),
    jobs.map((job) => JSON.stringify(job.payload)),
    jobs.map((job) => job.orderId ?? null),
    jobs.map((job) => job.availableAt ?? null),
  ];
}

const reopen = statement(
  'reopen_outbox',
  `insert into outbox (queue, job_id, payload, order_id, available_at, checked_at)
   select queue, job_id, payload::jsonb, order_id, coalesce(available_at, now()), now()
   from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[]) as job (queue, job_id, payload, order_id, available_at)
   on conflict (queue, job_id) do update
   set status = 'pending', available_at = excluded.available_at, checked_at = now(), finished_at = null
   where outbox.status = 'done' or (outbox.status = 'failed' and outbox.finished_at < now() - make_interval(secs => $6))
   returning queue, job_id`,
);

/**
 * Writes jobs, or opens them again when they had ended; leaves alone what is open, and what gave up less than
 * `restSeconds` ago. Returns how many now wait anew.
 */
export async function reopenJobs(db: Executor, jobs: readonly OutboxJob[], restSeconds = 0): Promise<number> {
  if (jobs.length === 0) return 0;
  const reopened = await db.rows(reopen, [...columns(jobs), restSeconds]);
  if (reopened.length > 0) db.signal('stockroom_outbox', '');
  return reopened.length;
}

const claim = statement(
  'claim_outbox',
  `with due as (
     select queue, job_id, checked_at from outbox
     where status = 'pending' and available_at <= now()
     order by available_at limit $1
     for update skip locked
   )
   update outbox o set status = 'enqueued', checked_at = now() from due
   where o.queue = due.queue and o.job_id = due.job_id
   returning o.queue, o.job_id, o.payload, o.order_id, due.checked_at is not null as seen_before`,
);

/** Takes due jobs for handing over; concurrent relays take different ones. */
export function claimJobs(db: Executor, limit: number): Promise<ClaimedJob[]> {
  return db.rows<ClaimedJob>(claim, [limit]);
}

const unclaim = statement(
  'unclaim_outbox',
  `update outbox o set status = 'pending', available_at = now() + make_interval(secs => $3)
   from unnest($1::text[], $2::text[]) as job (queue, job_id)
   where o.queue = job.queue and o.job_id = job.job_id and o.status = 'enqueued'`,
);

/** The undo of {@link claimJobs}: the queue store did not take them, try again after a while. */
export async function unclaimJobs(db: Executor, keys: readonly JobKey[], delaySeconds: number): Promise<void> {
  await db.rows(unclaim, [keys.map((key) => key.queue), keys.map((key) => key.jobId), delaySeconds]);
}

const close = statement(
  'close_outbox',
  `with closed as (
     update outbox o set status = 'done', finished_at = now()
     from unnest($1::text[], $2::text[]) as job (queue, job_id)
     where o.queue = job.queue and o.job_id = job.job_id and o.status <> 'done'
     returning o.queue, o.job_id, o.attempts
   )
   update exceptions x set resolved_at = now(), resolution = 'The job went well when it was tried again.'
   from closed c
   where c.attempts > 0 and x.code = 'job_failed' and x.subject = c.queue || '/' || c.job_id and x.resolved_at is null`,
);

/** Ends jobs that went well; one that had given up before is taken from the exceptions list. */
export async function closeJobs(db: Executor, keys: readonly JobKey[]): Promise<void> {
  await db.rows(close, [keys.map((key) => key.queue), keys.map((key) => key.jobId)]);
}

const enqueued = statement(
  'enqueued_outbox',
  `select queue, count(*)::integer as jobs from outbox where status = 'enqueued' group by queue`,
);

/** How many rows each queue's store should hold a live job for. */
export async function countEnqueuedJobs(db: Executor): Promise<Map<string, number>> {
  const rows = await db.rows<{ queue: string; jobs: number }>(enqueued);
  return new Map(rows.map((row) => [row.queue, row.jobs]));
}

const stale = statement(
  'stale_outbox',
  `with stale as (
     select queue, job_id from outbox
     where status = 'enqueued' and checked_at < now() - make_interval(secs => $1) and queue <> all($3)
     order by checked_at limit $2 for update skip locked
   )
   update outbox o set checked_at = now() from stale
   where o.queue = stale.queue and o.job_id = stale.job_id
   returning o.queue, o.job_id`,
);

/** Enqueued jobs that nobody has looked at for a while, but for those of the queues in `except`; marks them as looked at. */
export async function takeStaleJobs(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
  except: readonly string[] = [],
): Promise<JobKey[]> {
  const rows = await db.rows<{ queue: string; job_id: string }>(stale, [olderThanSeconds, limit, except]);
  return rows.map((row) => ({ queue: row.queue, jobId: row.job_id }));
}

const fail = statement(
  'fail_outbox',
  `with attempt as (
     insert into job_attempts (queue, job_id, order_id, attempt, outcome, error)
     values ($1, $2, $3, $4, $5, $6) returning 1
   )
   update outbox set attempts = attempts + 1, last_error = $6,
     status = case when $5 = 'give_up' then 'failed' else status end,
     finished_at = case when $5 = 'give_up' then now() end
   where queue = $1 and job_id = $2`,
);

export interface FailedAttempt extends JobKey {
  orderId: string | null;
  attempt: number;
  outcome: 'retry' | 'give_up';
  error: { message: string; code?: string };
}

/** Records a failed attempt; `give_up` ends the job until somebody opens it again. */
export async function recordFailedAttempt(db: Executor, failed: FailedAttempt): Promise<void> {
  const { queue, jobId, orderId, attempt, outcome, error } = failed;
  await db.rows(fail, [queue, jobId, orderId, attempt, outcome, JSON.stringify(error)]);
}

const depth = statement(
  'outbox_depth',
  `select queue, status, count(*)::integer as jobs, extract(epoch from now() - min(created_at))::float8 as oldest_seconds
   from outbox where status in ('pending', 'enqueued', 'failed') group by queue, status order by queue, status`,
);

export interface OutboxDepth {
  queue: string;
  status: string;
  jobs: number;
  oldest_seconds: number;
}

/** Open and failed jobs per queue, with the age of the oldest. */
export function readOutboxDepth(db: Executor): Promise<OutboxDepth[]> {
  return db.rows<OutboxDepth>(depth);
}

const countOpen = statement(
  'count_open_outbox',
  `select count(*)::integer as jobs from (select from outbox where status in ('pending', 'enqueued') limit $1) open`,
);

/** How many jobs are open, counted no further than `atMost`. */
export async function countOpenJobs(db: Executor, atMost: number): Promise<number> {
  const [row] = await db.rows<{ jobs: number }>(countOpen, [atMost]);
  return row?.jobs ?? 0;
}
