import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Close the PaymentIntent of an order that ended unpaid, so that no late money comes in. */
export const cancelPayment = defineQueue({
  name: 'cancel-payment',
  pool: 'payments',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
