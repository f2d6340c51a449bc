import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Apply a batch of what a provider tells of messages to the notifications that it speaks of. */
export const applyEmailEvents = defineQueue({
  name: 'apply-email-events',
  pool: 'notifications',
  payload: z.object({
    batch_id: z.uuid(),
    provider: z.enum(['sendgrid', 'twilio']),
    event_ids: z.array(z.string().min(1)).min(1),
  }),
  jobId: (payload) => `batch-${payload.batch_id}`,
});
