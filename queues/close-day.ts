import { z } from 'zod';
import { defineQueue } from './define-queue.ts';

/** Close a day of the ledger: keep its journal, and take no more bookings into it. */
export const closeDay = defineQueue({
  name: 'close-day',
  pool: 'payments',
  payload: z.object({ day: z.iso.date() }),
  jobId: (payload) => `day-${payload.day}`,
});
