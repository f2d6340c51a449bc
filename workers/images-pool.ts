/** The processors of pictures, each with as much in hand as keeps the decoders busy: what a process holds in memory is bounded by that. */
import type { SourceFormat } from '../providers/image-codec.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import { cleanStorage } from '../queues/clean-storage.ts';
import { cleanUpPicture } from '../queues/clean-up-picture.ts';
import type { Worker } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import { encodeLateFormats } from '../queues/encode-late-formats.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import { makeVariant } from '../queues/make-variant.ts';
import { processImage } from '../queues/process-image.ts';
import { rebuildVariants } from '../queues/rebuild-variants.ts';
import { createCleanStorage } from './clean-storage.ts';
import { createCleanUpPicture } from './clean-up-picture.ts';
import { createEncodeLateFormats } from './encode-late-formats.ts';
import { createFetchImage } from './fetch-image.ts';
import type { FetchPictureDeps } from './fetch-picture.ts';
import { createMakeVariant } from './make-variant.ts';
import { createProcessImage } from './process-image.ts';
import { createRebuildVariants } from './rebuild-variants.ts';
import type { PictureDeps } from './render-picture.ts';
import type { Processor } from './run-worker.ts';

/** What the pool is given beside the database. */
export interface ImageTools extends Omit<PictureDeps, 'db' | 'storage'> {
  storage: Pick<ObjectStorage, 'folder' | 'put' | 'read' | 'stat' | 'remove' | 'list'>;
  publicFetch: PublicFetch;
  fetching: FetchPictureDeps['settings'];
  inputFormats: readonly SourceFormat[];
  graceSeconds: number;
  /** How many decoders there are. */
  processes: number;
}

/** With one more picture in hand than there are decoders, none waits while another is read, stored or recorded. */
const SPARE = 1;

export function startImagesPool(
  tools: ImageTools & Pick<PictureDeps, 'db'>,
  start: <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker,
): Worker[] {
  const { processes, fetching, rendition } = tools;
  const { recipe } = rendition;
  return [
    start(fetchImage, createFetchImage({ ...tools, settings: fetching, recipe })),
    start(processImage, createProcessImage(tools), processes + SPARE),
    start(encodeLateFormats, createEncodeLateFormats(tools), processes),
    start(rebuildVariants, createRebuildVariants(tools), processes),
    start(makeVariant, createMakeVariant(tools), processes + SPARE),
    start(cleanUpPicture, createCleanUpPicture({ ...tools, recipe }), 2),
    start(cleanStorage, createCleanStorage({ ...tools, recipe }), 1),
  ];
}
