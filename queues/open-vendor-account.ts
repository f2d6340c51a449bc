import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Open the connected account of a vendor who was verified. */
export const openVendorAccount = defineQueue({
  name: 'open-vendor-account',
  pool: 'payments',
  payload: z.object({ vendor_id: id }),
  jobId: (payload) => `vendor-${payload.vendor_id}`,
});
