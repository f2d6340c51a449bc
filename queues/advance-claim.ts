import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/**
 * Do what a claim waits for that needs no person: tell operations that it was asked for; give the money back when the goods could not
 * be sent once more (that job is written by the database, whatever ends the replacement).
 */
export const advanceClaim = defineQueue({
  name: 'advance-claim',
  pool: 'payments',
  payload: z.object({ order_id: id, claim_id: id, turn: z.enum(['requested', 'not_sent']) }),
  jobId: (payload) => `claim-${payload.claim_id}-${payload.turn}`,
  orderId: (payload) => payload.order_id,
});
