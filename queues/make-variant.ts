import { z } from 'zod';
import { contentHash, defineQueue, recipe } from './define-queue.ts';

/** Make one variant that somebody has asked for: of a preset that is not made for every picture. */
export const makeVariant = defineQueue({
  name: 'make-variant',
  pool: 'images',
  payload: z.object({
    sha256: contentHash,
    recipe,
    preset: z.string().regex(/^\d{1,4}(x\d{1,4})?$/),
    format: z.enum(['avif', 'webp', 'jpeg']),
  }),
  jobId: ({ sha256, recipe: of, preset, format }) => `variant-${sha256}-${of}-${preset}-${format}`,
});
