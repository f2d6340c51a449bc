import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Settle an edit of an order: change the intent's amount at Stripe, or follow what became of the order that takes what is due. */
export const applyEdit = defineQueue({
  name: 'apply-edit',
  pool: 'payments',
  /** `turn` tells its occasions apart: each is a job of its own, so that none is swallowed by one that runs. */
  payload: z.object({ order_id: id, edit_id: id, turn: z.string().regex(/^[a-z_]{1,20}$/) }),
  jobId: (payload) => `edit-${payload.edit_id}-${payload.turn}`,
  orderId: (payload) => payload.order_id,
});
