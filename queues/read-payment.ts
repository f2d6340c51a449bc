import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Read an order's PaymentIntent anew, because its events may have been lost. */
export const readPayment = defineQueue({
  name: 'read-payment',
  pool: 'payments',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
