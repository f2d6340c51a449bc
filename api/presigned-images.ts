/** Uploads that go straight to the object storage: the API gives the address, and is told when the bytes are there. */

import { insertJobs } from '../db/outbox.ts';
import { placeUploads, type Upload } from '../db/place-images.ts';
import { findImageToFetch, queueUploadedImage } from '../db/product-images.ts';
import { imageRejection, tooManyBytes, unsupportedFormat } from '../domain/image-rejections.ts';
import { stagedKey } from '../domain/picture-keys.ts';
import { roomFor } from '../domain/plan-images.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import type { ImageContext } from './add-images.ts';
import { idOrSlug } from './catalogue-schemas.ts';
import { assertTakesImages, findProductFor, lockFor, tooManyImages } from './image-products.ts';
import { imageView, uploadsInput, uploadsView } from './image-schemas.ts';
import { showOne } from './images.ts';
import { findAnswerTo, idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';

const TAG = 'Images';

export const presignedRoutes = (context: ImageContext): Route[] => [begin(context), complete(context)];

const begin = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/products/{id}/images/uploads',
    tag: TAG,
    summary: 'Begin uploads that go straight to storage',
    description: `Each image gets an address of its own, good for ${images.uploadSeconds} seconds and for exactly the bytes and type that were named. When they are there, POST /v1/images/{id}/uploaded. All or none: 409 when the product has no room for all.`,
    scope: 'catalogue:write',
    params: idOrSlug,
    body: uploadsInput,
    responses: { 201: { description: 'Where to upload to', schema: uploadsView } },
    async handle(call) {
      images.assertCapacity();
      const product = await findProductFor(db, call.params.id, call.key);
      assertTakesImages(product);
      refuseUploads(call.body.images, images);
      return once(db, idempotentRequest(call), async (tx) => {
        const locked = await lockFor(tx, product.id);
        if (roomFor(locked.has, images.maxPerProduct) < call.body.images.length)
          throw tooManyImages(images.maxPerProduct);
        const expires = new Date(Date.now() + images.uploadSeconds * 1_000).toISOString();
        const uploads = call.body.images.map(
          ({ alt = '', position, primary }): Upload => ({
            source: 'presigned',
            status: 'awaiting_upload',
            alt,
            position,
            primary,
            expires_at: expires,
          }),
        );
        const ids = await placeUploads(tx, locked, uploads, {
          maxPerProduct: images.maxPerProduct,
          actor: call.key.id,
        });
        const data = call.body.images.map(async ({ content_type: contentType, bytes }, at) => {
          const upload = await images.storage.presignUpload(stagedKey(ids[at]!), {
            contentType,
            bytes,
            seconds: images.uploadSeconds,
          });
          return { id: ids[at]!, status: 'awaiting_upload', upload };
        });
        return {
          status: 201,
          body: { data: await Promise.all(data) },
          headers: { Location: `/v1/products/${product.id}/images` },
        };
      });
    },
  });

function refuseUploads(
  uploads: readonly { content_type: string; bytes: number }[],
  { maxBytes, inputFormats }: Pick<ImageContext['images'], 'maxBytes' | 'inputFormats'>,
): void {
  const errors = uploads.flatMap(({ content_type, bytes }, at) => {
    if (bytes > maxBytes) return [{ pointer: `/images/${at}/bytes`, ...tooManyBytes(maxBytes) }];
    if (inputFormats.includes(content_type.replace('image/', ''))) return [];
    return [
      {
        pointer: `/images/${at}/content_type`,
        ...unsupportedFormat(inputFormats),
      },
    ];
  });
  if (errors.length > 0) throw invalid(errors, 422);
}

const complete = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/images/{id}/uploaded',
    tag: TAG,
    summary: 'Tell that an upload to storage is complete',
    description:
      'Told again, it changes nothing. 409 while nothing stands at the address, and once the upload has expired.',
    scope: 'catalogue:write',
    params: uuidParams,
    responses: { 202: { description: 'The image, which is now processed', schema: imageView } },
    async handle(call) {
      const { id } = call.params;
      const request = idempotentRequest(call);
      const before = await findAnswerTo(db, request);
      if (before) return before;
      // Storage is asked before the transaction, which so holds nothing while it answers.
      await assertUploaded({ db, images }, id);
      return once(db, request, async (tx) => {
        if (await queueUploadedImage(tx, id)) await insertJobs(tx, [makeJob(fetchImage, { image_id: id })]);
        return showOne({ db: tx, images }, id, call.key, 202);
      });
    },
  });

/** Throws 404 or 409 for what is no upload, or has no bytes. */
async function assertUploaded({ db, images }: ImageContext, id: string): Promise<void> {
  const found = await findImageToFetch(db, id);
  if (!found) throw notFound('image', id);
  if (found.source !== 'presigned') throw conflict('no_upload', 'The image was not begun as an upload to storage.');
  if (found.status === 'rejected' && found.sha256 === null)
    throw conflict('upload_expired', imageRejection('upload_expired').message);
  if (found.status === 'awaiting_upload' && !(await images.storage.stat(stagedKey(id))))
    throw conflict('upload_missing', 'Nothing was uploaded to its address yet.');
}
