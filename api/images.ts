/** /v1/images: single product images, wherever they are, and how the whole pipeline stands. */
import { z } from 'zod';
import type { ApiKey } from '../db/api-keys.ts';
import { changeImage, type LockedImage, lockImage } from '../db/arrange-images.ts';
import type { Executor } from '../db/database.ts';
import { countImages, countPictures, listImages } from '../db/image-list.ts';
import { reopenJobs } from '../db/outbox.ts';
import { renewPicture } from '../db/pictures.ts';
import { findImagesOfProducts, findProductImage, IMAGE_STATUSES, requeueImage } from '../db/product-images.ts';
import { removeImages } from '../db/remove-images.ts';
import { looksLikeId } from '../domain/catalogue-slug.ts';
import { roomFor } from '../domain/plan-images.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import { processImage } from '../queues/process-image.ts';
import type { ImageContext } from './add-images.ts';
import { assertVersion, etagOf, expectedVersion, isNotModified } from './etag.ts';
import { imageDuplicates } from './image-duplicates.ts';
import { findProductFor, lockFor, tooManyImages } from './image-products.ts';
import { imagePatch, imageView, progressView } from './image-schemas.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, page, toPage, uuidParams } from './schemas.ts';

const ITEM = '/v1/images/{id}';
const TAG = 'Images';
const ifMatch = z.object({ 'If-Match': z.string().optional().meta({ description: 'ETag that must still hold' }) });

export const imageRoutes = (context: ImageContext): Route[] => [
  list(context),
  progress(context),
  read(context),
  imageDuplicates(context),
  change(context),
  remove(context),
  retry(context),
];

const list = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/images',
    tag: TAG,
    summary: 'List images of all products by status',
    scope: 'catalogue:read',
    query: z.object({ status: z.enum(IMAGE_STATUSES).default('failed'), ...page }),
    responses: { 200: { description: 'A page of images, newest first', schema: listOf('ImagePage', imageView) } },
    async handle({ query, key }) {
      const rows = await listImages(db, query.status, { limit: query.limit, after: readCursor(query.cursor) });
      const theirs = await findImagesOfProducts(db, [...new Set(rows.map((row) => row.product_id))]);
      const shown = toPage(
        rows,
        query.limit,
        (row) => row.id,
        (row) => images.views.show([row], key, theirs.get(row.product_id)),
      );
      return { status: 200, body: { ...shown, data: (await Promise.all(shown.data)).flat() } };
    },
  });

function readCursor(cursor: string | undefined): string | undefined {
  const id = decodeCursor(cursor);
  if (id === undefined || looksLikeId(id)) return id;
  throw invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);
}

const progress = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/images/progress',
    tag: TAG,
    summary: 'How many images wait, are ready, were rejected or have failed',
    scope: 'catalogue:read',
    responses: { 200: { description: 'Counts', schema: progressView } },
    async handle() {
      const [counts, pictures] = [await countImages(db), await countPictures(db, images.recipe)];
      const byStatus = Object.fromEntries(IMAGE_STATUSES.map((status) => [status, counts[status] ?? 0]));
      const late = images.hasLateFormats ? pictures.late : 0;
      return { status: 200, body: { ...byStatus, pictures: { ...pictures, late }, recipe: images.recipe } };
    },
  });

const read = (context: ImageContext) =>
  defineRoute({
    method: 'get',
    path: ITEM,
    tag: TAG,
    summary: 'Read an image',
    scope: 'catalogue:read',
    publishable: true,
    params: uuidParams,
    responses: { 200: { description: 'The image', schema: imageView }, 304: { description: 'Not modified' } },
    async handle(call) {
      const answer = await showOne(context, call.params.id, call.key);
      return isNotModified(call, answer.headers!.ETag!) ? { status: 304, headers: answer.headers! } : answer;
    },
  });

/** An image with its ETag. Throws 404 when there is none, or none that this key may see. */
export async function showOne(
  { db, images }: Pick<ImageContext, 'images'> & { db: Executor },
  id: string,
  key: Pick<ApiKey, 'kind'>,
  status = 200,
): Promise<Answer> {
  const found = await findProductImage(db, id);
  if (!found) throw notFound('image', id);
  if (key.kind === 'publishable')
    await findProductFor(db, found.product_id, key).catch(() => {
      throw notFound('image', id);
    });
  const all = await findImagesOfProducts(db, [found.product_id]);
  const image = (await images.views.show(all.get(found.product_id) ?? [], key)).find((each) => each.id === id);
  if (!image) throw notFound('image', id);
  return { status, body: image, headers: { ETag: etagOf(image.version), Vary: 'Authorization' } };
}

type ItemCall = Pick<Call<unknown, unknown, { id: string }>, 'params' | 'headers'>;

/** Locks the image's product, then the image. Throws 404, or 412 when If-Match asks for another version. */
async function lockWithProduct(tx: Executor, call: ItemCall) {
  const expected = expectedVersion(call);
  const found = await lockImageOf(tx, call.params.id);
  assertVersion(expected, found.image.version);
  return found;
}

async function lockImageOf(
  tx: Executor,
  id: string,
): Promise<{ image: LockedImage; product: Awaited<ReturnType<typeof lockFor>> }> {
  const found = await findProductImage(tx, id);
  if (!found) throw notFound('image', id);
  const product = await lockFor(tx, found.product_id);
  const image = await lockImage(tx, id);
  if (!image) throw notFound('image', id);
  return { image, product };
}

const change = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'patch',
    path: ITEM,
    tag: TAG,
    summary: "Change an image's text, position, or whether it comes first",
    scope: 'catalogue:write',
    params: uuidParams,
    body: imagePatch,
    requestHeaders: ifMatch,
    responses: { 200: { description: 'The image as it is now', schema: imageView } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { image } = await lockWithProduct(tx, call);
        await changeImage(tx, image, call.body);
        return showOne({ db: tx, images }, image.id, call.key);
      }),
  });

const remove = ({ db }: ImageContext) =>
  defineRoute({
    method: 'delete',
    path: ITEM,
    tag: TAG,
    summary: 'Delete an image',
    description: 'What no other product shows is removed from storage after a grace time.',
    scope: 'catalogue:write',
    params: uuidParams,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Deleted' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        // The picture is locked before its image, as everywhere: the image's version is read under the product's lock.
        const found = await findProductImage(tx, call.params.id);
        if (!found) throw notFound('image', call.params.id);
        await lockFor(tx, found.product_id);
        const expected = expectedVersion(call);
        if (expected !== undefined) assertVersion(expected, (await findProductImage(tx, found.id))?.version ?? -1);
        await removeImages(tx, [found.id]);
        return { status: 204 };
      }),
  });

const retry = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'post',
    path: `${ITEM}/retry`,
    tag: TAG,
    summary: 'Try an image again that failed or was rejected',
    description: 'An image that is on its way or ready stays as it is. 409 for an upload that never came.',
    scope: 'catalogue:write',
    params: uuidParams,
    responses: { 202: { description: 'The image', schema: imageView } },
    handle: async (call) => {
      images.assertCapacity();
      return once(db, idempotentRequest(call), async (tx) => {
        await tryAgain(tx, call.params.id, images);
        return showOne({ db: tx, images }, call.params.id, call.key, 202);
      });
    },
  });

async function tryAgain(tx: Executor, id: string, { maxPerProduct, recipe }: ImageContext['images']): Promise<void> {
  const found = await findProductImage(tx, id);
  if (!found) throw notFound('image', id);
  if (found.status !== 'failed' && found.status !== 'rejected') return;
  if (found.source === 'presigned' && found.sha256 === null && found.problem?.code === 'upload_expired')
    throw conflict('upload_expired', 'The upload was never completed: begin another.');
  const product = await lockFor(tx, found.product_id);
  // A rejected image takes no place; to be tried again it needs one.
  if (found.status === 'rejected' && roomFor(product.has, maxPerProduct) === 0) throw tooManyImages(maxPerProduct);
  if (found.sha256) await renewPicture(tx, found.sha256);
  if (!(await requeueImage(tx, id))) return;
  const job = found.sha256
    ? makeJob(processImage, { sha256: found.sha256, recipe })
    : makeJob(fetchImage, { image_id: id });
  await reopenJobs(tx, [job]);
}
