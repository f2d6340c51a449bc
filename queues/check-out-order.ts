import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Reserve the stock of an accepted order and create its PaymentIntent. */
export const checkOutOrder = defineQueue({
  name: 'check-out-order',
  pool: 'checkout',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
