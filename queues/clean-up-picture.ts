import { z } from 'zod';
import { contentHash, defineQueue } from './define-queue.ts';

/** Delete a picture that nobody has any more, or the variants of recipes that it is not shown by any more. */
export const cleanUpPicture = defineQueue({
  name: 'clean-up-picture',
  pool: 'images',
  payload: z.object({ sha256: contentHash }),
  jobId: (payload) => `picture-${payload.sha256}`,
});
