import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/**
 * Read a payout of Stripe's, keep it and book it. One job for each event: a run that has read the payout already would not see
 * what a later event tells of.
 */
export const readPayout = defineQueue({
  name: 'read-payout',
  pool: 'payments',
  payload: z.object({ payout_id: z.string().regex(/^po_[A-Za-z0-9_]+$/), event_id: z.string().min(1) }),
  jobId: (payload) => `payout-${payload.payout_id}-${payload.event_id}`,
});
