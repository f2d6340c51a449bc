/** Which place to propose, by what it would have read on every page that was kept. */
import type { Money } from '../money.ts';
import type { FetchedPage } from '../pages/fetched-page.ts';
import type { PagePrice, SiteHints } from '../pages/page-reading.ts';
import { parsePage } from '../pages/page-tree.ts';
import { readPage } from '../pages/read-page.ts';
import { findSelectors } from './find-selectors.ts';

/** A page that is not understood any more, and what it said when it was. */
export interface SavedPage {
  listingId: string;
  observationId: string;
  url: string;
  html: string;
  /** RFC 3339. */
  fetchedAt: string;
  before: Money;
}

export interface TriedPage {
  listing_id: string;
  observation_id: string;
  url: string;
  before: Money;
  /** What the selector reads; null: nothing, for the reason given. */
  after: Money | null;
  reason: string | null;
  agrees: boolean;
  /** As the page has it. */
  snippet: string | null;
  /** How the page is understood then. */
  shape: string;
}

export interface Repair {
  selector: string;
  pages: TriedPage[];
  agreed: number;
}

const MOST_TRIED = 8;
/** What is longer is left out: each page is read several times over. */
const LONGEST = 1_000_000;

/**
 * Undefined when no place agrees with what is known on enough pages.
 * @param pause is awaited before each page, so that nobody waits for all of them
 */
export async function chooseRepair(
  saved: readonly SavedPage[],
  hints: SiteHints,
  pause: () => Promise<unknown> = async () => {},
): Promise<Repair | undefined> {
  const pages = saved.filter(({ html }) => html.length <= LONGEST);
  let best: Repair | undefined;
  for (const selector of await candidatesOf(pages, hints, pause)) {
    const tried = await tryOn(pages, selector, hints, pause);
    if (tried.agreed > (best?.agreed ?? 0)) best = tried;
    if (best?.agreed === pages.length) break;
  }
  return best && best.agreed >= pages.length / 3 ? best : undefined;
}

/** Found on the most pages first; among those, the one made to be found. */
async function candidatesOf(
  pages: readonly SavedPage[],
  hints: SiteHints,
  pause: () => Promise<unknown>,
): Promise<string[]> {
  const found = new Map<string, { rank: number; pages: number }>();
  for (const { html, before } of pages) {
    await pause();
    const tree = parsePage(html);
    for (const { selector, rank } of tree ? findSelectors(tree, before, hints) : [])
      found.set(selector, { rank, pages: (found.get(selector)?.pages ?? 0) + 1 });
  }
  const sorted = [...found].sort(([, a], [, b]) => b.pages - a.pages || a.rank - b.rank);
  return sorted.slice(0, MOST_TRIED).map(([selector]) => selector);
}

/** By the reader itself, as it would read the site with this selector. */
async function tryOn(
  pages: readonly SavedPage[],
  selector: string,
  hints: SiteHints,
  pause: () => Promise<unknown>,
): Promise<Repair> {
  const withIt = { ...hints, selectors: { ...hints.selectors, price: selector } };
  const tried: TriedPage[] = [];
  for (const page of pages) {
    await pause();
    tried.push(tryPage(page, withIt));
  }
  return { selector, pages: tried, agreed: tried.filter(({ agrees }) => agrees).length };
}

function tryPage(saved: SavedPage, hints: SiteHints): TriedPage {
  const { listingId, observationId, url, before } = saved;
  const reading = readPage(fetched(saved), hints);
  const field = reading.kind === 'offer' ? reading.fields.price : undefined;
  return {
    listing_id: listingId,
    observation_id: observationId,
    url,
    before,
    after: field ? { amount: field.value.amount, currency: field.value.currency } : null,
    reason: reading.kind === 'none' ? reading.reason : null,
    agrees: field !== undefined && isSame(field.value, before),
    snippet: field?.text ?? null,
    shape: reading.shape,
  };
}

const isSame = (price: PagePrice, { amount, currency }: Money) =>
  price.kind === 'exact' && price.amount === amount && price.currency === currency;

function fetched({ url, html, fetchedAt }: SavedPage): FetchedPage {
  const source = { source: 'built_in', json: null, screenshotUrl: null, rule: '', credits: 0 } as const;
  return { url, finalUrl: url, status: 200, contentType: 'text/html', html, fetchedAt, ...source };
}
