/** The thread of page-reader.ts: reads the pages that it is given, one at a time. */
import { parentPort } from 'node:worker_threads';
import { digestPage } from '../domain/pages/digest-page.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import type { SiteHints } from '../domain/pages/page-reading.ts';

parentPort?.on('message', ({ page, hints }: { page: FetchedPage; hints: SiteHints }) => {
  try {
    parentPort?.postMessage({ digested: digestPage(page, hints) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
