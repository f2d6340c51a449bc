/** `images list`, `failed`, `progress` and `retry`: how pictures stand, and another try for those that came to nothing. */
import { type Command, Option } from 'commander';
import type { Database, Executor } from '../db/database.ts';
import { countImages, listImages } from '../db/image-list.ts';
import { readRebuildProgress } from '../db/image-rebuilds.ts';
import { reopenJobs } from '../db/outbox.ts';
import { renewPicture } from '../db/pictures.ts';
import { lockImages } from '../db/place-images.ts';
import { findProductImage, IMAGE_STATUSES, type ImageStatus, requeueImage } from '../db/product-images.ts';
import { roomFor } from '../domain/plan-images.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import { ANY_RECIPE, processImage } from '../queues/process-image.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

interface ListOptions {
  status: ImageStatus;
  limit: number;
}

export function addImageLists(images: Command, context: Context): void {
  const status = new Option('--status <status>').choices([...IMAGE_STATUSES]).default('ready');
  images
    .command('list')
    .description('pictures of a status, newest first')
    .addOption(status)
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action((options: ListOptions, command: Command) => list(context, command, options));
  images
    .command('failed')
    .description('pictures that came to nothing for a reason that may be over, newest first')
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action(({ limit }: ListOptions, command: Command) => list(context, command, { status: 'failed', limit }));
  images
    .command('progress')
    .description('how many pictures there are of each status, and how a rebuild comes along')
    .action((_: object, command: Command) => progress(context, command));
  images
    .command('retry')
    .description('try pictures again: one that failed or was rejected, or all that failed')
    .argument('[id]', 'of the image', parseId)
    .option('--all', 'all that failed')
    .option('--max-per-product <count>', 'how many pictures a product may have', parseCount, 10)
    .action((id: string | undefined, options: RetryOptions, command: Command) => retry(context, command, id, options));
}

async function list(context: Context, command: Command, { status, limit }: ListOptions): Promise<void> {
  const found = await withDatabase(context, (db) => listImages(db, status, { limit }));
  const rows = found.slice(0, limit).map((image) => ({
    ...image,
    from: image.source_url ?? image.source,
    code: image.problem?.code ?? null,
    message: image.problem?.message ?? null,
  }));
  printRows(outputOf(context, command), rows, ['id', 'product_id', 'status', 'code', 'from', 'message']);
}

async function progress(context: Context, command: Command): Promise<void> {
  const { counts, rebuild } = await withDatabase(context, async (db) => ({
    counts: await countImages(db),
    rebuild: (await readRebuildProgress(db)) ?? null,
  }));
  const images = Object.fromEntries(IMAGE_STATUSES.map((status) => [status, counts[status] ?? 0]));
  const sentence = IMAGE_STATUSES.map((status) => `${images[status]} ${status.replace('_', ' ')}`).join(', ');
  const rebuilt =
    rebuild && `; rebuild ${rebuild.status}, ${rebuild.remaining ?? '?'} of ${rebuild.total ?? '?'} to do`;
  printResult(outputOf(context, command), `${sentence}${rebuilt ?? ''}.`, { images, rebuild });
}

interface RetryOptions {
  all?: boolean;
  maxPerProduct: number;
}

async function retry(
  context: Context,
  command: Command,
  id: string | undefined,
  { all = false, maxPerProduct }: RetryOptions,
): Promise<void> {
  if (all === (id !== undefined)) command.error('error: name an image, or give --all');
  const retried = await withDatabase(context, (db) => (id ? retryOne(db, id, maxPerProduct) : retryAll(db)));
  printResult(outputOf(context, command), `${retried} picture(s) are tried again.`, { retried });
}

async function retryOne(db: Database, id: string, maxPerProduct: number): Promise<number> {
  const image = await findProductImage(db, id);
  if (!image) throw new CliError(`There is no image ${id}.`);
  if (image.status !== 'failed' && image.status !== 'rejected')
    throw new CliError(`The image ${id} is ${image.status}: only one that failed or was rejected is tried again.`);
  return db.transaction(async (tx) => {
    const has = (await lockImages(tx, [image.product_id])).get(image.product_id) ?? [];
    if (image.status === 'rejected' && roomFor(has, maxPerProduct) === 0)
      throw new CliError(`The product has ${maxPerProduct} other pictures by now.`);
    return tryAgain(tx, image);
  });
}

/** A page at a time; each is another list then, since what was tried again has not failed any more. */
async function retryAll(db: Database): Promise<number> {
  let retried = 0;
  let after: string | undefined;
  for (;;) {
    const images = (await listImages(db, 'failed', { limit: 100, after })).slice(0, 100);
    for (const image of images) {
      retried += await db.transaction(async (tx) => {
        await lockImages(tx, [image.product_id]);
        return tryAgain(tx, image);
      });
    }
    after = images.at(-1)?.id;
    if (images.length < 100) return retried;
  }
}

async function tryAgain(tx: Executor, { id, sha256 }: { id: string; sha256: string | null }): Promise<number> {
  if (sha256) await renewPicture(tx, sha256);
  if (!(await requeueImage(tx, id))) return 0;
  const job = sha256 ? makeJob(processImage, { sha256, recipe: ANY_RECIPE }) : makeJob(fetchImage, { image_id: id });
  await reopenJobs(tx, [job]);
  return 1;
}
