import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Bring what was transferred for one vendor order to what is payable: one transfer or reversal after the other. */
export const payVendor = defineQueue({
  name: 'pay-vendor',
  pool: 'payments',
  payload: z.object({ order_id: id, vendor_order_id: id }),
  jobId: (payload) => `vendor-order-${payload.vendor_order_id}`,
  orderId: (payload) => payload.order_id,
});
