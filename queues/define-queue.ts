/**
 * What producers and workers agree on: a queue carries one kind of job, with a payload of ids only (so that nothing
 * personal and nothing stale travels), and an id derived from the payload (so that the same work is the same job).
 */
import { z } from 'zod';

export type Pool = 'checkout' | 'payments' | 'images' | 'notifications' | 'prices';

export interface QueueDefinition<P extends object = object> {
  readonly name: string;
  readonly pool: Pool;
  readonly payload: z.ZodType<P>;
  readonly jobId: (payload: P) => string;
  /** The order that the job belongs to, for its history. */
  readonly orderId?: (payload: P) => string | undefined;
}

/** A job as a row of the outbox. */
export interface Job {
  queue: string;
  jobId: string;
  payload: object;
  orderId: string | undefined;
  availableAt: Date | undefined;
}

export function defineQueue<P extends object>(definition: QueueDefinition<P>): QueueDefinition<P> {
  return Object.freeze(definition);
}

/**
 * Makes a job of a queue. Throws a ZodError when the payload is not the queue's.
 * @param availableAt not before this time (default: at once)
 */
export function makeJob<P extends object>(queue: QueueDefinition<P>, payload: P, availableAt?: Date): Job {
  const checked = queue.payload.parse(payload);
  const jobId = queue.jobId(checked);
  assertJobId(jobId);
  return { queue: queue.name, jobId, payload: checked, orderId: queue.orderId?.(checked), availableAt };
}

/** BullMQ reads ":" as a separator and a number as a position; both would break a custom id. */
function assertJobId(jobId: string): void {
  if (jobId.includes(':') || /^\d+$/.test(jobId)) throw new RangeError(`not a usable job id: ${jobId}`);
}

export const id = z.uuid();
/** The SHA-256 of a picture's original bytes. */
export const contentHash = z.string().regex(/^[0-9a-f]{64}$/);
/** See `recipeOf` in domain/image-presets.ts. */
export const recipe = z.string().regex(/^[0-9a-f]{8}$/);
