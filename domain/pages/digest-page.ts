/** All that is asked of a page's text, in one step: what it says, and what of it is kept. */
import type { FetchedPage } from './fetched-page.ts';
import type { PageReading, SiteHints } from './page-reading.ts';
import { readPage } from './read-page.ts';
import { trimPage } from './trim-page.ts';

export interface DigestedPage {
  reading: PageReading;
  /** As evidence. */
  trimmed: string;
}

export function digestPage(page: FetchedPage, hints: SiteHints): DigestedPage {
  return { reading: readPage(page, hints), trimmed: trimPage(page.html) };
}
