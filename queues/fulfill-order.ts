import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Allocate the stock of a paid order and buy one label per shipment. */
export const fulfillOrder = defineQueue({
  name: 'fulfill-order',
  pool: 'checkout',
  payload: z.object({ order_id: id }),
  jobId: (payload) => `order-${payload.order_id}`,
  orderId: (payload) => payload.order_id,
});
