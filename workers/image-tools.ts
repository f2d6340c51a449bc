/** What a process that runs the images pool opens beside the stores: decoders, storage, and the guarded way to addresses of strangers. */
import { availableParallelism } from 'node:os';
import { createImageCodec, type ImageCodecOptions } from '../providers/image-codec.ts';
import { createObjectStorage, type ObjectStorageSettings } from '../providers/object-storage.ts';
import { createPublicFetch, type PublicFetchOptions } from '../providers/public-fetch.ts';
import type { ImageTools } from './images-pool.ts';

export interface ImageToolSettings extends Pick<ImageTools, 'rendition' | 'graceSeconds'> {
  codec: ImageCodecOptions;
  storage: ObjectStorageSettings;
  publicFetch: PublicFetchOptions;
  fetching: Pick<ImageTools['fetching'], 'timeoutMs' | 'fetchesPerHost'>;
}

export interface OpenedTools extends ImageTools {
  /** Decoders end at once: what they had in hand goes to another process. */
  close(): Promise<void>;
}

export function openImageTools({ rendition, graceSeconds, ...settings }: ImageToolSettings): OpenedTools {
  const processes = settings.codec.processes ?? availableParallelism();
  const codec = createImageCodec({ ...settings.codec, processes });
  const publicFetch = createPublicFetch(settings.publicFetch);
  const { maxBytes, inputFormats } = settings.codec.limits;
  return {
    codec,
    publicFetch,
    processes,
    rendition,
    graceSeconds,
    inputFormats,
    storage: createObjectStorage(settings.storage),
    fetching: { ...settings.fetching, maxBytes },
    async close() {
      await Promise.all([codec.close(), publicFetch.close()]);
    },
  };
}
