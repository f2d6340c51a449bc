/** A site's own search: which of the pages that it found may show our variant. Told by the words of their links; it only suggests. */
import { isOfDomain, normalizePageUrl } from '../watch-list/page-url.ts';
import { type Comparison, comparePage } from './compare-page.ts';
import type { OurVariant, Setting } from './match.ts';
import type { PageFacts } from './page-facts.ts';

export interface FoundLink {
  url: string;
  /** What its links say. */
  text: string;
}

const MOST_LINKS = 2_000;
const LONGEST_TEXT = 300;

/** What stands within a tag, and how far a link reaches, is bounded, so that no page costs more than its length. */
const LINK = /<a\s([^<>]{0,3000})>((?:(?!<\/a\s*>).){0,3000})/gis;
const HREF = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
const TITLE = /(?:^|\s)(?:title|aria-label|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/** Links to pages of the site, each page once with all that its links say. */
export function linksOf(html: string, pageUrl: string, domain: string): FoundLink[] {
  const found = new Map<string, Set<string>>();
  for (const [, tag = '', inner = ''] of html.matchAll(LINK)) {
    if (found.size >= MOST_LINKS) break;
    const url = addressOf(tag, pageUrl, domain);
    if (url === undefined) continue;
    const words = found.get(url) ?? new Set();
    for (const text of textsOf(tag, inner)) words.add(text);
    found.set(url, words);
  }
  return [...found].map(([url, words]) => ({ url, text: [...words].join(' ').slice(0, LONGEST_TEXT) }));
}

function addressOf(tag: string, pageUrl: string, domain: string): string | undefined {
  const [, double, single, bare] = HREF.exec(tag) ?? [];
  const href = decode(double ?? single ?? bare ?? '').trim();
  if (href === '' || href.startsWith('#') || !URL.canParse(href, pageUrl)) return undefined;
  const url = normalizePageUrl(new URL(href, pageUrl).href);
  if (!url || !isOfDomain(url, domain) || url.href === normalizePageUrl(pageUrl)?.href) return undefined;
  return url.href;
}

function textsOf(tag: string, inner: string): string[] {
  const said = [...`${tag} ${inner}`.matchAll(TITLE)].map(([, double, single]) => double ?? single ?? '');
  return [inner.replaceAll(/<[^<>]*>/g, ' '), ...said]
    .map((text) => decode(text).replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text.length > 2);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** A link says less than a page: it is worth a look sooner. */
const LOOK_FROM = 0.4;
const MOST_SUGGESTED = 5;

const NOTHING_SAID: Omit<PageFacts, 'title'> = {
  ...{ brand: undefined, gtin: undefined, mpn: undefined, sku: undefined, price: undefined, condition: undefined },
  ...{ seller: undefined, packCount: undefined, attributes: {} },
};

/** Best first; those that a guard objects to are not among them. */
export function chooseLinks(
  links: readonly FoundLink[],
  variant: OurVariant,
  setting: Setting,
): { url: string; comparison: Comparison }[] {
  return links
    .map(({ url, text }) => ({ url, comparison: comparePage(variant, { ...NOTHING_SAID, title: text }, setting) }))
    .filter(({ comparison }) => comparison.score >= LOOK_FROM && comparison.objections.length === 0)
    .sort((a, b) => b.comparison.score - a.comparison.score)
    .slice(0, MOST_SUGGESTED);
}
