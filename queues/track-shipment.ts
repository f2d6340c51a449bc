import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Bring a shipment up to what its carrier says: from one event of the carrier's, or (without) by asking. */
export const trackShipment = defineQueue({
  name: 'track-shipment',
  pool: 'checkout',
  payload: z.object({ order_id: id, shipment_id: id, event_id: z.string().optional() }),
  jobId: (payload) => (payload.event_id ? `event-${payload.event_id}` : `shipment-${payload.shipment_id}`),
  orderId: (payload) => payload.order_id,
});
