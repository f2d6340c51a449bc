import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Look for the page of a listing that has words and no address. */
export const findPage = defineQueue({
  name: 'find-page',
  pool: 'prices',
  payload: z.object({ listing_id: id }),
  jobId: (payload) => `listing-${payload.listing_id}`,
});
