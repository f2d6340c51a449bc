import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Give up an order that nobody paid in time: cancel its intent, free its stock. */
export const expireOrder = defineQueue({
  name: 'expire-order',
  pool: 'checkout',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
