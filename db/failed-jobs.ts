/** Jobs as operations see them: what is open, what was given up, and why. */
import { type Executor, statement } from './database.ts';
import type { OutboxJob } from './outbox.ts';

export interface JobRow {
  queue: string;
  job_id: string;
  order_id: string | null;
  status: string;
  attempts: number;
  created_at: Date;
  finished_at: Date | null;
  last_error: { message?: string } | null;
  /** Null once the job is done. */
  payload: object | null;
}

const COLUMNS = 'queue, job_id, order_id, status, attempts, created_at, finished_at, last_error, payload';

const list = statement(
  'list_jobs',
  `select ${COLUMNS} from jobs where status = $1 and ($2::text is null or queue = $2) order by created_at desc limit $3`,
);

/** Newest first. */
export function listJobs(db: Executor, status: string, queue: string | undefined, limit: number): Promise<JobRow[]> {
  return db.rows<JobRow>(list, [status, queue, limit]);
}

const find = statement('find_job', `select ${COLUMNS} from jobs where queue = $1 and job_id = $2`);

export async function findJob(db: Executor, queue: string, jobId: string): Promise<JobRow | undefined> {
  return (await db.rows<JobRow>(find, [queue, jobId]))[0];
}

/** A failed row as `reopenJobs` takes it. */
export const jobOfRow = ({ queue, job_id, payload, order_id }: JobRow): OutboxJob => ({
  queue,
  jobId: job_id,
  payload: payload ?? {},
  orderId: order_id ?? undefined,
  availableAt: undefined,
});
