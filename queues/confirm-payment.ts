import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Confirm the order's PaymentIntent with the payment method of one attempt (pay again after a decline). */
export const confirmPayment = defineQueue({
  name: 'confirm-payment',
  pool: 'payments',
  payload: z.object({ order_id: id, attempt_id: id }),
  jobId: (payload) => `attempt-${payload.attempt_id}`,
  orderId: (payload) => payload.order_id,
});
