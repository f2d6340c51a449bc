/** What a process that runs the images pool opens beside the stores: decoders, storage, and the guarded way to addresses of strangers. */
import { availableParallelism } from 'node:os';
import { type Config, renditionOf } from '../config.ts';
import { storageSettingsOf } from '../config-storage.ts';
import { createImageCodec } from '../providers/image-codec.ts';
import { createObjectStorage } from '../providers/object-storage.ts';
import { createPublicFetch } from '../providers/public-fetch.ts';
import type { ImageTools } from './images-pool.ts';

export interface OpenedTools extends ImageTools {
  /** Decoders end at once: what they had in hand goes to another process. */
  close(): Promise<void>;
}

export function openImageTools(config: Config): OpenedTools {
  const maxBytes = config.STOCKROOM_IMAGE_MAX_BYTES;
  const inputFormats = config.STOCKROOM_IMAGE_INPUT_FORMATS;
  const processes = config.STOCKROOM_IMAGE_PROCESSES ?? availableParallelism();
  const codec = createImageCodec({
    processes,
    threads: config.STOCKROOM_IMAGE_THREADS,
    timeoutMs: config.STOCKROOM_IMAGE_TIMEOUT_SECONDS * 1_000,
    maxMemoryMiB: config.STOCKROOM_IMAGE_MEMORY_MIB,
    limits: {
      maxBytes,
      inputFormats,
      maxPixels: config.STOCKROOM_IMAGE_MAX_PIXELS,
      maxFrames: config.STOCKROOM_IMAGE_MAX_FRAMES,
    },
  });
  const publicFetch = createPublicFetch({
    userAgent: `Stockroom (pictures; ${config.STOCKROOM_PUBLIC_URL})`,
    allowedPrivateHosts: config.STOCKROOM_ALLOWED_PRIVATE_HOSTS,
  });
  return {
    codec,
    publicFetch,
    processes,
    inputFormats,
    storage: createObjectStorage(storageSettingsOf(config)),
    rendition: renditionOf(config),
    fetching: {
      maxBytes,
      timeoutMs: config.STOCKROOM_IMAGE_FETCH_SECONDS * 1_000,
      fetchesPerHost: config.STOCKROOM_IMAGE_FETCHES_PER_HOST,
    },
    graceSeconds: config.STOCKROOM_IMAGE_GRACE_HOURS * 3_600,
    async close() {
      await Promise.all([codec.close(), publicFetch.close()]);
    },
  };
}
