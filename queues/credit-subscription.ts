import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Take the value of skipped goods off the subscription's next invoice, or refund it when there is none. */
export const creditSubscription = defineQueue({
  name: 'credit-subscription',
  pool: 'payments',
  payload: z.object({ order_id: id, credit_id: id }),
  jobId: (payload) => `credit-${payload.credit_id}`,
  orderId: (payload) => payload.order_id,
});
