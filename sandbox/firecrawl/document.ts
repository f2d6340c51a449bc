/** A page as a document in the formats that were asked for. */
import { randomUUID } from 'node:crypto';
import { type CheerioAPI, load } from 'cheerio/slim';
import type { Faults } from '../faults.ts';
import { creditsOf } from './account.ts';
import { toMarkdown } from './markdown.ts';
import type { FetchSourcePage, SourcePage } from './page-source.ts';
import { misread, readJson } from './read-json.ts';
import type { Format, ScrapeOptions } from './read-request.ts';
import type { Tracking } from './tracking.ts';

export interface DocumentParts {
  faults: Faults;
  fetchPage: FetchSourcePage;
  tracking: Tracking;
  /** Of a picture of this page. */
  screenshotUrl: (page: SourcePage, title: string) => string;
}

export interface MadeDocument {
  document: Record<string, unknown>;
  credits: number;
}

interface Making extends Pick<DocumentParts, 'faults' | 'tracking' | 'screenshotUrl'> {
  asked: string;
  page: SourcePage;
  options: ScrapeOptions;
  dom: CheerioAPI;
}

/** Throws PageError when there is no page; one that says 404 is a document, and is paid for. */
export async function makeDocument(
  { fetchPage, ...parts }: DocumentParts,
  asked: string,
  options: ScrapeOptions,
  scrapeId: string = randomUUID(),
): Promise<MadeDocument> {
  const { userAgent, country, timeoutMs, maxAgeMs, storeInCache } = options;
  const url = new URL(asked).href;
  const page = await fetchPage({ url, userAgent, country, timeoutMs, maxAgeMs, store: storeInCache });
  const credits = creditsOf(options);
  const making = { ...parts, asked, page, options, dom: load(page.html) };
  const metadata = metadataOf(making, scrapeId, credits);
  if (parts.faults.forPage('firecrawl', 'page_empty', asked)) return { document: { metadata }, credits };
  const made = options.formats.map((format) => formatOf(making, format));
  const warnings = made.flatMap(({ warning }) => (typeof warning === 'string' ? [warning] : []));
  const document = Object.assign({}, ...made, warnings.length > 0 ? { warning: warnings.join(' ') } : {}, { metadata });
  return { document, credits };
}

function formatOf(making: Making, format: Format): Record<string, unknown> {
  const { dom, page, asked, faults, tracking } = making;
  switch (format.type) {
    case 'markdown':
      return { markdown: toMarkdown(mainOf(making), page.finalUrl) };
    case 'html':
      return { html: mainOf(making) };
    case 'rawHtml':
      return { rawHtml: page.html };
    case 'links':
      return { links: addresses(making, 'a[href]', 'href') };
    case 'images':
      return { images: [...addresses(making, 'img[src]', 'src'), ...addresses(making, 'link[rel*=icon]', 'href')] };
    case 'screenshot':
      return { screenshot: making.screenshotUrl(page, dom('title').first().text()) };
    case 'summary':
      return { summary: summaryOf(dom) };
    case 'json': {
      const json = readJson(dom, format.schema);
      return { json: faults.forPage('firecrawl', 'page_wrong_json', asked) ? misread(json) : json };
    }
    case 'changeTracking':
      return { changeTracking: tracking.compare(asked, format.tag, toMarkdown(mainOf(making), page.finalUrl)) };
    case 'attributes':
      return { attributes: attributesOf(dom, format.selectors) };
    default:
      return { warning: `The sandbox has no ${format.type}.` };
  }
}

/** Without what nobody reads, and without the frame of the site unless that is wanted. */
function mainOf({ page, options }: Making): string {
  const copy = load(page.html);
  copy('script,style,noscript,template').remove();
  if (options.onlyMainContent) copy('header,footer,nav,aside').remove();
  return copy('body').html()?.trim() ?? '';
}

function addresses({ dom, page }: Making, selector: string, name: string): string[] {
  const found = dom(selector)
    .toArray()
    .map((element) => dom(element).attr(name) ?? '')
    .filter((address) => URL.canParse(address, page.finalUrl))
    .map((address) => new URL(address, page.finalUrl).href);
  return [...new Set(found)];
}

const summaryOf = (dom: CheerioAPI): string =>
  [dom('title').first().text().trim(), dom('meta[name=description]').attr('content') ?? dom('p').first().text().trim()]
    .filter(Boolean)
    .join('. ') || 'The page is empty.';

function attributesOf(dom: CheerioAPI, selectors: unknown): object[] {
  const wanted = Array.isArray(selectors) ? (selectors as { selector: string; attribute: string }[]) : [];
  return wanted.map(({ selector, attribute }) => ({
    ...{ selector, attribute },
    values: dom(selector)
      .toArray()
      .flatMap((element) => dom(element).attr(attribute) ?? []),
  }));
}

function metadataOf({ dom, page, asked }: Making, scrapeId: string, creditsUsed: number): Record<string, unknown> {
  const tags = dom('meta[property], meta[name]')
    .toArray()
    .map((tag) => [dom(tag).attr('property') ?? dom(tag).attr('name') ?? '', dom(tag).attr('content') ?? '']);
  return {
    ...Object.fromEntries(tags),
    title: dom('title').first().text().trim(),
    description: dom('meta[name=description]').attr('content') ?? '',
    language: dom('html').attr('lang') ?? 'en',
    ...{ scrapeId, sourceURL: asked, url: page.finalUrl, statusCode: page.status, contentType: page.contentType },
    ...(page.status >= 400 ? { error: `The page answered ${page.status}` } : {}),
    ...{ proxyUsed: 'basic', cacheState: page.cached ? 'hit' : 'miss', creditsUsed, concurrencyLimited: false },
    ...(page.cached ? { cachedAt: new Date(page.fetchedMs).toISOString() } : {}),
  };
}
