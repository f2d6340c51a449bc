import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Ask Firecrawl for the pages of a batch, once. */
export const submitPages = defineQueue({
  name: 'submit-pages',
  pool: 'prices',
  payload: z.object({ batch_id: id }),
  jobId: (payload) => `batch-${payload.batch_id}`,
});
