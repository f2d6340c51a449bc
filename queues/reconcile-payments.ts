import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Carry out one run of reconciliation, from where it stands. */
export const reconcilePayments = defineQueue({
  name: 'reconcile-payments',
  pool: 'payments',
  payload: z.object({ run_id: id }),
  jobId: (payload) => `run-${payload.run_id}`,
});
