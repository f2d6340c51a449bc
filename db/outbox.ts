/**
 * The outbox: jobs as rows. A row is written in the transaction of its cause, handed to the queue by the relay (see
 * db/relay.ts), and leaves for `finished_jobs` when its effect is there; what is open without a live job is handed over again.
 */
import { type Executor, FEW, setStatement, statement } from './database.ts';

/** A job as it is written (see queues/define-queue.ts). */
export interface OutboxJob {
  queue: string;
  jobId: string;
  payload: object;
  orderId: string | undefined;
  availableAt: Date | undefined;
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

/** Writes jobs that are not open yet: the same work is the same row. */
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
  `insert into outbox (queue, job_id, payload, order_id, available_at, again)
   select queue, job_id, payload::jsonb, order_id, coalesce(available_at, now()), true
   from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[]) as job (queue, job_id, payload, order_id, available_at)
   on conflict (queue, job_id) do update
   set status = 'pending', xid = pg_current_xact_id(), again = true, available_at = excluded.available_at, finished_at = null
   where outbox.status = 'failed' and outbox.finished_at < now() - make_interval(secs => $6)
   returning queue, job_id`,
);

/**
 * Writes jobs, also such as had ended before, or opens them again when they gave up; leaves alone what is open, and what gave
 * up less than `restSeconds` ago. Returns how many now wait anew.
 */
export async function reopenJobs(db: Executor, jobs: readonly OutboxJob[], restSeconds = 0): Promise<number> {
  if (jobs.length === 0) return 0;
  const reopened = await db.rows(reopen, [...columns(jobs), restSeconds]);
  if (reopened.length > 0) db.signal('stockroom_outbox', '');
  return reopened.length;
}

const touch = statement(
  'touch_outbox',
  `update outbox o set xid = pg_current_xact_id(), again = true, available_at = now() + make_interval(secs => $3)
   from unnest($1::text[], $2::text[]) as job (queue, job_id)
   where o.queue = job.queue and o.job_id = job.job_id and o.status = 'pending'`,
);

/** Has open jobs handed over once more, after a while. */
export async function handOverAgain(db: Executor, keys: readonly JobKey[], delaySeconds: number): Promise<void> {
  await db.rows(touch, [keys.map((key) => key.queue), keys.map((key) => key.jobId), delaySeconds]);
  db.signal('stockroom_outbox', '');
}

// Exceptions are found by an array of their subjects: in a join the planner may prefer to read all that are open.
const close = setStatement<JobKey>(
  'close_outbox',
  (key) => `${key.queue}/${key.jobId}`,
  `with closed as (
     delete from outbox o using json_to_recordset($1) as item (n integer, queue text, "jobId" text)
     where ${FEW} and o.queue = item.queue and o.job_id = item."jobId"
     returning o.queue, o.job_id, o.order_id, o.attempts, o.last_error, o.created_at
   ), kept as (
     insert into finished_jobs (queue, job_id, order_id, attempts, last_error, created_at) select * from closed
   )
   update exceptions set resolved_at = now(), resolution = 'The job went well when it was tried again.'
   where code = 'job_failed' and subject = any (array(select queue || '/' || job_id from closed where attempts > 0))
     and resolved_at is null`,
  { gatherMs: 15 },
);

/** Ends a job that went well; one that had given up before is taken from the exceptions list. */
export async function closeJob(db: Executor, key: JobKey): Promise<void> {
  await db.each(close, key);
}

const openByQueue = statement(
  'open_outbox_by_queue',
  `select queue, count(*)::integer as jobs from outbox
   where status = 'pending' and greatest(available_at, created_at) < now() - interval '1 second' group by queue`,
);

/** How many jobs each queue's store should hold alive: those that a relay has had the time for. */
export async function countJobsByQueue(db: Executor): Promise<Map<string, number>> {
  const rows = await db.rows<{ queue: string; jobs: number }>(openByQueue);
  return new Map(rows.map((row) => [row.queue, row.jobs]));
}

const stale = statement(
  'stale_outbox',
  `with stale as (
     select queue, job_id from outbox
     where status = 'pending' and greatest(available_at, created_at, checked_at) < now() - make_interval(secs => $1)
       and (queue, job_id) > ($2, $3) and queue <> all($4)
     order by queue, job_id limit $5 for update skip locked
   ), looked as (
     update outbox o set checked_at = now() from stale where o.queue = stale.queue and o.job_id = stale.job_id
   )
   select queue, job_id as "jobId" from stale order by queue, job_id`,
);

/**
 * Open jobs that nobody has looked at for a while, by queue and id from behind `after` on, but for those of the queues in
 * `except`; marks them as looked at.
 */
export function takeStaleJobs(
  db: Executor,
  olderThanSeconds: number,
  { after, except, limit }: { after: JobKey; except: readonly string[]; limit: number },
): Promise<JobKey[]> {
  return db.rows<JobKey>(stale, [olderThanSeconds, after.queue, after.jobId, except, limit]);
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
   from jobs where status <> 'done' group by queue, status order by queue, status`,
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
  `select count(*)::integer as jobs from (select from outbox where status = 'pending' limit $1) open`,
);

/** How many jobs are open, counted no further than `atMost`. */
export async function countOpenJobs(db: Executor, atMost: number): Promise<number> {
  const [row] = await db.rows<{ jobs: number }>(countOpen, [atMost]);
  return row?.jobs ?? 0;
}
