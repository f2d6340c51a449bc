/** GET /v1/images/{id}/duplicates: where a shop shows the same picture again, told by how it looks. */
import { z } from 'zod';
import { listAlikeImages } from '../db/alike-images.ts';
import { findImagesOfProducts, findProductImage } from '../db/product-images.ts';
import { ALIKE_DISTANCE } from '../domain/perceptual-hash.ts';
import type { ImageContext } from './add-images.ts';
import { duplicatesView } from './image-schemas.ts';
import { notFound } from './problem.ts';
import { defineRoute } from './route.ts';
import { uuidParams } from './schemas.ts';

const limit = z.coerce.number().int().min(1).max(100).default(20);

export const imageDuplicates = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/images/{id}/duplicates',
    tag: 'Images',
    summary: 'List images that look like this one',
    description: `Ready images of all products whose perceptual hash differs in at most ${ALIKE_DISTANCE} of 64 bits: the same picture scaled, compressed again, in another format or slightly lighter; not turned, mirrored or cropped. The nearest first. Pictures of one colour all look alike. Empty until the image is ready.`,
    scope: 'catalogue:read',
    params: uuidParams,
    query: z.object({ limit }),
    responses: { 200: { description: 'What looks like it', schema: duplicatesView } },
    async handle({ params, query, key }) {
      const image = await findProductImage(db, params.id);
      if (!image) throw notFound('image', params.id);
      const found = image.status === 'ready' ? await listAlikeImages(db, image, query.limit) : [];
      const theirs = await findImagesOfProducts(db, [...new Set(found.map((each) => each.image.product_id))]);
      const data = found.map(async (each) => {
        const [shown] = await images.views.show([each.image], key, theirs.get(each.image.product_id));
        return { distance: each.distance, same_bytes: each.image.sha256 === image.sha256, image: shown! };
      });
      return { status: 200, body: { data: await Promise.all(data) } };
    },
  });
