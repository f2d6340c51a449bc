/** What a process that runs the prices pool opens beside the stores: the way to competitors' pages, and where pages are kept. */
import { createObjectStorage, type ObjectStorageSettings } from '../providers/object-storage.ts';
import { createPageFetcher } from '../providers/page-fetcher.ts';
import { createPublicFetch, type PublicFetchOptions } from '../providers/public-fetch.ts';
import type { PriceTools } from './prices-pool.ts';

export interface PriceToolSettings extends Pick<PriceTools, 'settings'> {
  storage: ObjectStorageSettings;
  publicFetch: PublicFetchOptions;
}

export interface OpenedPriceTools extends PriceTools {
  close(): Promise<void>;
}

export function openPriceTools({ settings, storage, publicFetch }: PriceToolSettings): OpenedPriceTools {
  const guarded = createPublicFetch(publicFetch);
  return {
    settings,
    storage: createObjectStorage(storage),
    publicFetch: guarded,
    pages: createPageFetcher({ publicFetch: guarded }),
    close: () => guarded.close(),
  };
}
