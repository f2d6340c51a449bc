import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Remove pages that were read and evidence whose time is up, once a day. */
export const cleanEvidence = defineQueue({
  name: 'clean-evidence',
  pool: 'prices',
  payload: z.object({ day: z.iso.date() }),
  jobId: (payload) => `day-${payload.day}`,
});
