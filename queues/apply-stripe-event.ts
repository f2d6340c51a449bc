import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Apply one event of Stripe's by reading the object it speaks of anew. */
export const applyStripeEvent = defineQueue({
  name: 'apply-stripe-event',
  pool: 'payments',
  payload: z.object({ event_id: z.string().min(1), order_id: z.uuid().optional() }),
  jobId: (payload) => `event-${payload.event_id}`,
  orderId: (payload) => payload.order_id,
});
