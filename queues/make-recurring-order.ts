import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Make the order of a paid invoice that has none. */
export const makeRecurringOrder = defineQueue({
  name: 'make-recurring-order',
  pool: 'payments',
  payload: z.object({ invoice_id: id }),
  jobId: (payload) => `invoice-${payload.invoice_id}`,
});
