import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Apply a batch of the e-mail provider's events to the notifications they speak of. */
export const applyEmailEvents = defineQueue({
  name: 'apply-email-events',
  pool: 'notifications',
  payload: z.object({ batch_id: z.uuid(), event_ids: z.array(z.string().min(1)).min(1) }),
  jobId: (payload) => `batch-${payload.batch_id}`,
});
