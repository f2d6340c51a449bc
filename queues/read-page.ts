import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Read a page that was fetched: what it says, whose variant it is, and what is kept of it. */
export const readPage = defineQueue({
  name: 'read-page',
  pool: 'prices',
  payload: z.object({ scrape_id: id }),
  jobId: (payload) => `scrape-${payload.scrape_id}`,
});
