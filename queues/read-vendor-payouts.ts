import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/**
 * Read what has moved in a vendor's connected account since the last look: its payouts, their lines, its balance. One job for each event:
 * a run that has read them already would not see what a later event tells of.
 */
export const readVendorPayouts = defineQueue({
  name: 'read-vendor-payouts',
  pool: 'payments',
  payload: z.object({ account_id: z.string().regex(/^acct_[A-Za-z0-9_]+$/), event_id: z.string().min(1) }),
  jobId: (payload) => `account-payouts-${payload.account_id}-${payload.event_id}`,
});
