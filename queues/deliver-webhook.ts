import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Deliver what waits for one endpoint. One job per endpoint, whatever waits: one that hangs takes up one place. */
export const deliverWebhook = defineQueue({
  name: 'deliver-webhook',
  pool: 'notifications',
  payload: z.object({ endpoint_id: id }),
  jobId: (payload) => `endpoint-${payload.endpoint_id}`,
});
