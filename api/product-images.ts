/** /v1/products/{id}/images: the pictures of a product, in their order, and how they come along. */
import { z } from 'zod';
import { orderImages } from '../db/arrange-images.ts';
import { findImagesOfProducts } from '../db/product-images.ts';
import { addImagesRoute, type ImageContext } from './add-images.ts';
import { idOrSlug } from './catalogue-schemas.ts';
import type { ImageFollowers } from './follow-images.ts';
import { findProductFor, lockFor } from './image-products.ts';
import { imageOrder, imageView } from './image-schemas.ts';
import { presignedRoutes } from './presigned-images.ts';
import { conflict } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { streamImages } from './stream-images.ts';

export interface ProductImagesContext extends ImageContext {
  imageFollowers: ImageFollowers;
}

const PATH = '/v1/products/{id}/images';
const TAG = 'Images';
const imageList = z.object({ data: z.array(imageView) }).meta({ id: 'ImageList' });

export function productImageRoutes(context: ProductImagesContext): Route[] {
  return [addImagesRoute(context), list(context), events(context), order(context), ...presignedRoutes(context)];
}

const list = ({ db, images }: ProductImagesContext) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: "List a product's images",
    description: 'Publishable keys see what is ready; secret ones see every state, and why an image was rejected.',
    scope: 'catalogue:read',
    publishable: true,
    params: idOrSlug,
    responses: { 200: { description: 'All of them, in their order', schema: imageList } },
    async handle({ params, key, res }) {
      const { id } = await findProductFor(db, params.id, key);
      res.vary('Authorization');
      const found = await findImagesOfProducts(db, [id]);
      return { status: 200, body: { data: await images.views.show(found.get(id) ?? [], key) } };
    },
  });

const order = ({ db, images }: ProductImagesContext) =>
  defineRoute({
    method: 'put',
    path: `${PATH}/order`,
    tag: TAG,
    summary: "Put a product's images in order",
    description: 'Names all of them; 409 with the present ids when others were added or deleted meanwhile.',
    scope: 'catalogue:write',
    params: idOrSlug,
    body: imageOrder,
    responses: { 200: { description: 'In their new order', schema: imageList } },
    async handle({ params, key, body }) {
      const { id } = await findProductFor(db, params.id, key);
      const found = await db.transaction(async (tx) => {
        const { has } = await lockFor(tx, id);
        const ids = has.map((image) => image.id);
        if (ids.length !== body.images.length || !ids.every((each) => body.images.includes(each)))
          throw conflict('images_differ', 'The product has other images than the body names.', { images: ids });
        await orderImages(tx, id, body.images);
        return findImagesOfProducts(tx, [id]);
      });
      return { status: 200, body: { data: await images.views.show(found.get(id) ?? [], key) } };
    },
  });

const events = ({ db, images, imageFollowers }: ProductImagesContext) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/events`,
    tag: TAG,
    summary: "Follow a product's images as they come along (SSE)",
    description:
      'First an event for each image as it stands, then one for each change: `{ "type": "image", "image": …, "open": n }`, where `open` says how many still wait; `{ "type": "removed", "id": …, "open": n }` when one is deleted. States may be skipped, the last one never is. Reconnecting with Last-Event-ID goes on from there.',
    scope: 'catalogue:read',
    params: idOrSlug,
    requestHeaders: z.object({ 'Last-Event-ID': z.string().max(8_000).optional() }),
    responses: { 200: { description: 'Server-Sent Events', schema: z.string(), mediaType: 'text/event-stream' } },
    async handle({ params, key, headers, res }) {
      const { id } = await findProductFor(db, params.id, key);
      streamImages(res, {
        followers: imageFollowers,
        productId: id,
        seen: headers['last-event-id'],
        show: (found) => images.views.show(found, key),
      });
      return undefined;
    },
  });
