/**
 * The life of a job's run, the same for every queue: parse the payload, run the processor, turn its outcome into what
 * BullMQ and the outbox row must know. The only place that knows retries.
 */
import { DelayedError, type Job, UnrecoverableError, type Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { closeJob, recordFailedAttempt } from '../db/outbox.ts';
import type { QueueStore } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import type { Outcome } from './outcome.ts';

export interface Run {
  log: Logger;
  signal?: AbortSignal;
  /** 1 at first; goes up with each failure. */
  attempt?: number;
}

export type Processor<P extends object> = (payload: P, run: Run) => Promise<Outcome>;

export interface RunOptions {
  store: QueueStore;
  /** For the bookkeeping of runs: may commit asynchronously, since a lost closing only repeats a harmless run. */
  db: Database;
  log: Logger;
  concurrency: number;
  attempts: number;
  backoffMs: number;
  backoffMaxMs: number;
  lockMs: number;
  stalledMs: number;
}

export function runWorker<P extends object>(
  queue: QueueDefinition<P>,
  processor: Processor<P>,
  options: RunOptions,
): Worker {
  return options.store.openWorker(queue.name, (job, token) => runJob(queue, processor, options, job, token), {
    concurrency: options.concurrency,
    lockDuration: options.lockMs,
    stalledInterval: options.stalledMs,
    // A killed worker is no fault of the job's: the outbox row decides when it is over, not the number of deaths.
    maxStalledCount: 1_000,
    settings: { backoffStrategy: (made) => backoff(made, options) },
    ...RETENTION,
  });
}

/** Finished jobs are history, which SQL keeps; Redis keeps a few for the dashboard, PostgreSQL none. */
const RETENTION = { removeOnComplete: { count: 500 }, removeOnFail: { count: 1_000, age: 7 * 86_400 } };

/** Exponential with full jitter on the upper half, so that retries of one outage do not come back in step. */
function backoff(attemptsMade: number, { backoffMs, backoffMaxMs }: RunOptions): number {
  const ceiling = Math.min(backoffMaxMs, backoffMs * 2 ** (attemptsMade - 1));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}

async function runJob<P extends object>(
  queue: QueueDefinition<P>,
  processor: Processor<P>,
  options: RunOptions,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const key = { queue: queue.name, jobId: job.id ?? '' };
  const parsed = queue.payload.safeParse(job.data);
  const orderId = parsed.success ? (queue.orderId?.(parsed.data) ?? null) : null;
  const log = options.log.child({ queue: queue.name, job_id: key.jobId, ...(orderId ? { order_id: orderId } : {}) });
  const outcome = parsed.success
    ? await attempt(() => processor(parsed.data, { log, attempt: job.attemptsMade + 1 }))
    : ({ kind: 'give_up', code: 'payload_invalid', message: parsed.error.message } as const);

  if (outcome.kind === 'done') {
    log.debug({ note: outcome.note }, 'job done');
    return closeJob(options.db, key);
  }
  if (outcome.kind === 'later') {
    await job.moveToDelayed(Date.now() + outcome.delayMs, token);
    throw new DelayedError();
  }
  const last = outcome.kind === 'give_up' || job.attemptsMade + 1 >= options.attempts;
  const error = { code: outcome.code, message: outcome.message };
  log[last ? 'error' : 'warn'](
    {
      err: outcome.kind === 'retry' ? outcome.error : Object.assign(new Error(error.message), error),
      attempt: job.attemptsMade + 1,
    },
    last ? 'job gave up' : 'job will be retried',
  );
  const failed = {
    ...key,
    orderId,
    attempt: job.attemptsMade + 1,
    outcome: last ? 'give_up' : 'retry',
    error,
  } as const;
  // Listed before it is closed: a job that ended badly is never without its entry.
  if (last)
    await openException(options.db, {
      code: 'job_failed',
      subject: `${key.queue}/${key.jobId}`,
      orderId,
      detail: error,
    });
  await recordFailedAttempt(options.db, failed);
  if (!last) throw outcome.kind === 'retry' ? outcome.error : new Error(error.message);
  throw new UnrecoverableError(error.message);
}

type Retry = { kind: 'retry'; error: Error; code: string; message: string };

async function attempt(run: () => Promise<Outcome>): Promise<Outcome | Retry> {
  try {
    return await run();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return {
      kind: 'retry',
      error,
      code: String((error as { code?: unknown }).code ?? error.name),
      message: error.message,
    };
  }
}
