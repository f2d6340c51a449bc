import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Give back what credits have paid for an order that has ended. Written by the database, whatever ends the order. */
export const returnCredits = defineQueue({
  name: 'return-credits',
  pool: 'payments',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
