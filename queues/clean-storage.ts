import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Look through the storage for what no row knows of, once a day. */
export const cleanStorage = defineQueue({
  name: 'clean-storage',
  pool: 'images',
  payload: z.object({ day: z.iso.date() }),
  jobId: (payload) => `day-${payload.day}`,
});
