import { z } from 'zod';
import { contentHash, defineQueue, recipe } from './define-queue.ts';

/** Make the variants of a ready picture anew, by another recipe. A queue of its own, so that no new picture waits for a rebuild. */
export const rebuildVariants = defineQueue({
  name: 'rebuild-variants',
  pool: 'images',
  payload: z.object({ sha256: contentHash, recipe }),
  jobId: (payload) => `picture-${payload.sha256}-${payload.recipe}`,
});
