import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Ask the carrier about a parcel that comes back, of which it has said nothing for a while. */
export const trackReturn = defineQueue({
  name: 'track-return',
  pool: 'payments',
  payload: z.object({ order_id: id, parcel_id: id }),
  jobId: (payload) => `return-parcel-${payload.parcel_id}`,
  orderId: (payload) => payload.order_id,
});
