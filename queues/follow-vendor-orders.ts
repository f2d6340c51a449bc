import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/**
 * Bring the vendors' parts of an order to what the order says by now, and tell its vendors. Written by triggers, once for each transaction
 * that changed something (migrations/0035_create_vendors.sql), of which `turn` is the number.
 */
export const followVendorOrders = defineQueue({
  name: 'follow-vendor-orders',
  pool: 'checkout',
  payload: z.object({ order_id: id, turn: z.string().regex(/^\d+$/) }),
  jobId: (payload) => `order-${payload.order_id}-${payload.turn}`,
  orderId: (payload) => payload.order_id,
});
