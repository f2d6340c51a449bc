import { z } from 'zod';
import { contentHash, defineQueue, recipe } from './define-queue.ts';

/** Make the formats that take long, of a picture that is shown already. */
export const encodeLateFormats = defineQueue({
  name: 'encode-late-formats',
  pool: 'images',
  payload: z.object({ sha256: contentHash, recipe }),
  jobId: (payload) => `picture-${payload.sha256}-${payload.recipe}`,
});
