import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Look at one listing: ask its site for the page when it is its turn, or have Firecrawl ask. */
export const scrapePrice = defineQueue({
  name: 'scrape-price',
  pool: 'prices',
  payload: z.object({ scrape_id: id }),
  jobId: (payload) => `scrape-${payload.scrape_id}`,
});
