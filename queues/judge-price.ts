import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Judge what was seen of a listing and not judged yet. One job per observation: one that comes while another is judged is not missed. */
export const judgePrice = defineQueue({
  name: 'judge-price',
  pool: 'prices',
  payload: z.object({ listing_id: id, observation_id: id.optional() }),
  jobId: ({ listing_id, observation_id }) => `listing-${listing_id}${observation_id ? `-${observation_id}` : ''}`,
});
