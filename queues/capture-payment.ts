import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Take what an order's authorization holds, or a part of it, under the capture row's own idempotency key. */
export const capturePayment = defineQueue({
  name: 'capture-payment',
  pool: 'payments',
  payload: z.object({ order_id: id, capture_id: id }),
  jobId: (payload) => `capture-${payload.capture_id}`,
  orderId: (payload) => payload.order_id,
});
