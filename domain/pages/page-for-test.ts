/** Small pages of a made-up shop. */
import type { FetchedPage } from './fetched-page.ts';
import type { PageReading, PageValues, SiteHints } from './page-reading.ts';
import { readPage } from './read-page.ts';

const HINTS: SiteHints = { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'Lampenladen' };

export function pageOf(html: string, changes: Partial<FetchedPage> = {}): FetchedPage {
  const url = changes.url ?? 'https://shop.example/p/lamp';
  return {
    url,
    finalUrl: url,
    status: 200,
    contentType: 'text/html; charset=utf-8',
    html,
    fetchedAt: '2026-11-21T12:00:00Z',
    source: 'built_in',
    json: null,
    screenshotUrl: null,
    rule: '',
    credits: 0,
    ...changes,
  };
}

export function read(html: string, hints: Partial<SiteHints> = {}, changes: Partial<FetchedPage> = {}): PageReading {
  return readPage(pageOf(html, changes), { ...HINTS, ...hints });
}

/** A page of that body, with JSON-LD blocks: data, or text as it is to stand there. */
export function documentOf(body: string, blocks: readonly unknown[] = [], head = '<title>Lamp</title>'): string {
  const scripts = blocks.map((data) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    return `<script type="application/ld+json">${text}</script>`;
  });
  return `<!doctype html><html><head>${head}${scripts.join('')}</head><body>${body}</body></html>`;
}

/** `exact 1999 eur`, `range 1999 2999 eur`, or why there is none. */
export function priceIn(reading: PageReading): string {
  if (reading.kind === 'none') return reading.reason;
  const price = reading.fields.price?.value;
  if (!price) return 'no price';
  return [price.kind, price.amount, ...(price.upper === null ? [] : [price.upper]), price.currency].join(' ');
}

export function fieldOf<K extends keyof PageValues>(reading: PageReading, name: K): PageValues[K] | undefined {
  return reading.kind === 'none' ? undefined : reading.fields[name]?.value;
}
