import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Try again whether a paid recurring order that waits for stock can be sent, or do what its customer chose. */
export const settleShortage = defineQueue({
  name: 'settle-shortage',
  pool: 'checkout',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
