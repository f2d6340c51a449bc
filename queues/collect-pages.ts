import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Look at a batch of Firecrawl's and take the pages that it has brought. */
export const collectPages = defineQueue({
  name: 'collect-pages',
  pool: 'prices',
  payload: z.object({ batch_id: id }),
  jobId: (payload) => `batch-${payload.batch_id}`,
});
