/** What a process that runs the prices pool opens beside the stores: the way to competitors' pages, and where pages are kept. */

import type { FirecrawlOptions } from '../providers/firecrawl.ts';
import { createObjectStorage, type ObjectStorageSettings } from '../providers/object-storage.ts';
import { createPageFetcher } from '../providers/page-fetcher.ts';
import { createPublicFetch, type PublicFetchOptions } from '../providers/public-fetch.ts';
import { createPageReader } from './page-reader.ts';
import type { PriceTools } from './prices-pool.ts';

export interface PriceToolSettings extends Pick<PriceTools, 'settings'> {
  storage: ObjectStorageSettings;
  publicFetch: PublicFetchOptions;
  /** Undefined: no site is asked through it. */
  firecrawl: FirecrawlOptions | undefined;
}

export interface OpenedPriceTools extends PriceTools {
  close(): Promise<void>;
}

/** Firecrawl's client is loaded where it is used. */
export async function openPriceTools(given: PriceToolSettings): Promise<OpenedPriceTools> {
  const { settings, storage, publicFetch } = given;
  const firecrawlClient =
    given.firecrawl && (await import('../providers/firecrawl.ts')).createFirecrawl(given.firecrawl);
  const guarded = createPublicFetch(publicFetch);
  const reader = createPageReader();
  return {
    settings,
    storage: createObjectStorage(storage),
    publicFetch: guarded,
    pages: createPageFetcher({ publicFetch: guarded }),
    reader,
    firecrawlClient,
    async close() {
      await Promise.all([guarded.close(), reader.close()]);
    },
  };
}
