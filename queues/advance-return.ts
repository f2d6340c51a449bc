import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/**
 * Do what a return waits for that needs no person: buy its label, tell operations, settle it. A job is of one version of the
 * return, so that what happens while one runs gets a job of its own.
 */
export const advanceReturn = defineQueue({
  name: 'advance-return',
  pool: 'payments',
  payload: z.object({ order_id: id, return_id: id, version: z.int() }),
  jobId: (payload) => `return-${payload.return_id}-${payload.version}`,
  orderId: (payload) => payload.order_id,
});
