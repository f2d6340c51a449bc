import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Send one refund row to Stripe, under the row's own idempotency key. */
export const issueRefund = defineQueue({
  name: 'issue-refund',
  pool: 'payments',
  payload: z.object({ order_id: id, refund_id: id }),
  jobId: (payload) => `refund-${payload.refund_id}`,
  orderId: (payload) => payload.order_id,
});
