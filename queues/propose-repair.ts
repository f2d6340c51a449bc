import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Look on a site's saved pages for the places where prices known from before stand now. */
export const proposeRepair = defineQueue({
  name: 'propose-repair',
  pool: 'prices',
  payload: z.object({ competitor_id: id }),
  jobId: ({ competitor_id }) => `competitor-${competitor_id}`,
});
