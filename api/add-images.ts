/**
 * POST /v1/products/{id}/images: pictures as files (multipart/form-data) or by address (JSON). What is accepted is a row and a job;
 * what is refused says why, and stops no other.
 */
import type { Database, Executor } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { leavePicture } from '../db/pictures.ts';
import { type PlacedUrl, placeUploads, placeUrls, type Upload } from '../db/place-images.ts';
import { holdAs, PictureGoneError } from '../db/product-images.ts';
import { roomFor } from '../domain/plan-images.ts';
import { SNIFF_BYTES } from '../providers/image-codec/sniff.ts';
import { makeJob } from '../queues/define-queue.ts';
import { processImage } from '../queues/process-image.ts';
import { idOrSlug } from './catalogue-schemas.ts';
import { type ImageOptions, urlOptions } from './image-options.ts';
import { assertTakesImages, findProductFor, lockFor, TOO_MANY, tooManyImages } from './image-products.ts';
import { addedImages, imageForm, imagesByUrl } from './image-schemas.ts';
import { type KeptFile, keepOriginals } from './keep-originals.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { readOn } from './read-on.ts';
import { type ReceivedFile, receiveFiles } from './receive-files.ts';
import { type Answer, type Call, defineRoute } from './route.ts';

export interface ImageContext {
  db: Database;
  images: ImageOptions;
}

const FORM = 'multipart/form-data';

export const addImagesRoute = ({ db, images }: ImageContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/products/{id}/images',
    tag: 'Images',
    summary: 'Add pictures to a product, as files or by address',
    description: `As ${FORM}, each file is a part named \`files\` (or \`file\`); \`alt\`, \`position\` and \`primary\` stand before the file they belong to. As JSON, addresses are fetched by a job; an address that the product has already is that same image. Every file or address gets a status of its own, in their order: \`ready\` when the content is known already, \`queued\`, or \`rejected\` with the reason. At most ${images.maxPerProduct} images per product (409 when it is full) and ${images.maxBytes} bytes per file; what a file is, is judged by its content.`,
    scope: 'catalogue:write',
    params: idOrSlug,
    body: imagesByUrl,
    rawBody: [FORM],
    form: imageForm,
    responses: { 202: { description: 'What became of each', schema: addedImages } },
    async handle(call) {
      const { id: productId } = await openFor(call, { db, images });
      if (!call.req.is(FORM)) return once(db, idempotentRequest(call), (tx) => addUrls(tx, productId, call, images));
      const { maxPerProduct: maxFiles, maxBytes } = images;
      const received = await receiveFiles(call.req, { maxFiles, maxBytes, headBytes: SNIFF_BYTES }).catch((error) => {
        // What is left of the body would be read as the next request.
        call.res.set('Connection', 'close');
        throw error;
      });
      try {
        return await addFiles({ db, images }, productId, received.files, call);
      } finally {
        await received.discard();
      }
    },
  });

/** What can be refused before the body is read. */
async function openFor(call: Call<unknown, unknown, { id: string }>, { db, images }: ImageContext) {
  try {
    images.assertCapacity();
    const product = await findProductFor(db, call.params.id, call.key);
    assertTakesImages(product);
    return product;
  } catch (error) {
    if (!call.req.readableEnded) {
      call.res.set('Connection', 'close');
      await readOn(call.req);
    }
    throw error;
  }
}

async function addUrls(
  tx: Executor,
  productId: string,
  call: Call<{
    images: { url: string; alt?: string | undefined; position?: number | undefined; primary?: boolean | undefined }[];
  }>,
  images: ImageOptions,
): Promise<Answer> {
  const wishes = call.body.images.map((image) => ({ ...image, product_id: productId }));
  const placed = await placeUrls(tx, wishes, urlOptions(images, call.key.id));
  if (placed.every(({ result }) => result === 'refused')) throw tooManyImages(images.maxPerProduct);
  return accepted(
    productId,
    placed.map((each, at) => ({ url: wishes[at]!.url, ...describeUrl(each) })),
  );
}

const describeUrl = (placed: PlacedUrl) =>
  placed.result === 'refused'
    ? { status: 'rejected', problem: TOO_MANY }
    : { id: placed.id, status: placed.status, problem: placed.problem ?? undefined };

const accepted = (productId: string, data: object[]): Answer => ({
  status: 202,
  body: { data },
  headers: { Location: `/v1/products/${productId}/images` },
});

const GONE_TRIES = 3;

async function addFiles(context: ImageContext, productId: string, files: ReceivedFile[], call: Call): Promise<Answer> {
  const content = files.map(({ name, bytes, sha256, alt, position, primary }) => ({
    name,
    bytes,
    sha256,
    alt,
    position,
    primary,
  }));
  const request = idempotentRequest(call, content);
  for (let tries = 1; ; tries++) {
    const kept = await keepOriginals({ db: context.db, ...context.images }, files);
    try {
      return await once(context.db, request, (tx) =>
        placeFiles(tx, productId, kept, { ...context.images, actor: call.key.id }),
      );
    } catch (error) {
      // Its last holder went, and its grace with it, between the claim and this.
      if (tries === GONE_TRIES || !(error instanceof PictureGoneError)) throw error;
    }
  }
}

async function placeFiles(
  tx: Executor,
  productId: string,
  kept: readonly KeptFile[],
  { actor, maxPerProduct, recipe }: ImageOptions & { actor: string },
): Promise<Answer> {
  const product = await lockFor(tx, productId);
  assertTakesImages(product);
  const good = kept.filter(({ problem }) => !problem).map(({ file }) => file);
  if (good.length > 0 && roomFor(product.has, maxPerProduct) === 0) throw tooManyImages(maxPerProduct);
  const uploads = await holdAll(tx, good);
  const ids = await placeUploads(tx, product, uploads, { maxPerProduct, actor });
  const placed = new Map(good.map((file, at) => [file, { ...uploads[at]!, id: ids[at] }]));
  await startJobs(tx, [...placed.values()], recipe);
  return accepted(
    productId,
    kept.map(({ file, problem }) => ({ file: file.name, ...describeFile(problem, placed.get(file)) })),
  );
}

/** In one order, as every transaction locks pictures. */
async function holdAll(tx: Executor, files: readonly ReceivedFile[]): Promise<(Upload & { sha256: string })[]> {
  const held = new Map<string, Awaited<ReturnType<typeof holdAs>>>();
  for (const sha256 of [...new Set(files.map((file) => file.sha256))].sort())
    held.set(sha256, await holdAs(tx, sha256));
  return files.map(({ sha256, alt = '', position, primary }) => ({
    source: 'upload',
    sha256,
    alt,
    position,
    primary,
    ...held.get(sha256)!,
  }));
}

type Placed = Upload & { sha256: string; id: string | undefined };

async function startJobs(tx: Executor, placed: readonly Placed[], recipe: string): Promise<void> {
  const queued = placed.filter(({ id, status }) => id !== undefined && status === 'queued');
  await reopenJobs(
    tx,
    [...new Set(queued.map(({ sha256 }) => sha256))].map((sha256) => makeJob(processImage, { sha256, recipe })),
  );
  for (const { sha256, id } of placed) if (id === undefined) await leavePicture(tx, sha256);
}

function describeFile(problem: KeptFile['problem'], placed: Placed | undefined) {
  if (problem) return { status: 'rejected', problem };
  if (placed?.id === undefined) return { status: 'rejected', problem: TOO_MANY };
  return { id: placed.id, status: placed.status, problem: placed.problem ?? undefined };
}
