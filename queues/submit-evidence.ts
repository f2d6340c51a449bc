import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Hand the evidence of a dispute in to the bank, once. */
export const submitEvidence = defineQueue({
  name: 'submit-evidence',
  pool: 'payments',
  payload: z.object({ order_id: id, dispute_id: id }),
  jobId: (payload) => `evidence-${payload.dispute_id}`,
  orderId: (payload) => payload.order_id,
});
