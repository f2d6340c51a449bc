import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Ask Stripe how a dispute stands of which nothing was heard for a while. */
export const readDispute = defineQueue({
  name: 'read-dispute',
  pool: 'payments',
  payload: z.object({ order_id: id, dispute_id: id }),
  jobId: (payload) => `dispute-${payload.dispute_id}`,
  orderId: (payload) => payload.order_id,
});
