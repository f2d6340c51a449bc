import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/**
 * Read a vendor's connected account and keep what it says. One job for each event: a run that has read the account already would not
 * see what a later event tells of.
 */
export const readVendorAccount = defineQueue({
  name: 'read-vendor-account',
  pool: 'payments',
  payload: z.object({ account_id: z.string().regex(/^acct_[A-Za-z0-9_]+$/), event_id: z.string().min(1) }),
  jobId: (payload) => `account-${payload.account_id}-${payload.event_id}`,
});
