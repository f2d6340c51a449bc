import { z } from 'zod';
import { contentHash, defineQueue, recipe } from './define-queue.ts';

/** Judge a picture and make its variants; every product image that waits for it is settled by that. */
export const processImage = defineQueue({
  name: 'process-image',
  pool: 'images',
  payload: z.object({ sha256: contentHash, recipe }),
  jobId: (payload) => `picture-${payload.sha256}-${payload.recipe}`,
});

/** For whoever does not know the configuration: a new picture is made by the recipe of the process that makes it. */
export const ANY_RECIPE = '00000000';
