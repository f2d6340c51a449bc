import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Bring to Stripe what was asked of a subscription, under the change row's own idempotency key. */
export const applySubscriptionChange = defineQueue({
  name: 'apply-subscription-change',
  pool: 'payments',
  payload: z.object({ subscription_id: id, change_id: id }),
  jobId: (payload) => `subscription-change-${payload.change_id}`,
});
