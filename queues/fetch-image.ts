import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Get the bytes of a product image, from its address or from where they were uploaded to, and keep them under their hash. */
export const fetchImage = defineQueue({
  name: 'fetch-image',
  pool: 'images',
  payload: z.object({ image_id: id }),
  jobId: (payload) => `image-${payload.image_id}`,
});
