import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Read a payout of Stripe's, keep it and book it. */
export const readPayout = defineQueue({
  name: 'read-payout',
  pool: 'payments',
  payload: z.object({ payout_id: z.string().regex(/^po_[A-Za-z0-9_]+$/) }),
  jobId: (payload) => `payout-${payload.payout_id}`,
});
