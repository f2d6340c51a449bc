/**
 * Where pages come from: the shops next door, a few canned ones, and servers of this machine. A page that was fetched is kept, and
 * comes from there when the client allows it to be that old, as it does by default.
 */
import type { Answer } from '../competitors/answer.ts';
import type { Store } from '../store.ts';
import { cannedPage } from './canned.ts';

export interface PageRequest {
  url: string;
  userAgent: string;
  country: string;
  timeoutMs: number;
  maxAgeMs: number;
  store: boolean;
}

export interface SourcePage {
  /** Where redirects led. */
  finalUrl: string;
  status: number;
  contentType: string;
  html: string;
  fetchedMs: number;
  cached: boolean;
}

export class PageError extends Error {
  code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface PageSourceParts {
  store: Store;
  /** The shops; undefined: no shop is there. */
  visit: (visitor: { url: string; userAgent: string; country: string }) => Answer | undefined;
  nowMs: () => number;
}

const SCHEMA = 'CREATE TABLE IF NOT EXISTS firecrawl_cache (url TEXT PRIMARY KEY, page TEXT NOT NULL)';
const MAX_REDIRECTS = 10;
const KEPT_BYTES = 2_000_000;

export type FetchSourcePage = (request: PageRequest) => Promise<SourcePage>;

/** The function throws {@link PageError} for what cannot be fetched; an error page is a page. */
export function createPageSource({ store, visit, nowMs }: PageSourceParts): FetchSourcePage {
  store.exec(SCHEMA);
  const cachedOf = ({ url, maxAgeMs }: PageRequest): SourcePage | undefined => {
    if (maxAgeMs <= 0) return undefined;
    const row = store.statement('SELECT page FROM firecrawl_cache WHERE url = ?').get(url);
    const page = row && (JSON.parse(String(row.page)) as SourcePage);
    return page && page.fetchedMs > nowMs() - maxAgeMs ? { ...page, cached: true } : undefined;
  };
  return async (request) => {
    const cached = cachedOf(request);
    if (cached) return cached;
    const page = { ...(await follow(visit, request)), fetchedMs: nowMs(), cached: false };
    if (request.store && page.status < 400 && page.html.length < KEPT_BYTES) {
      const sql = 'INSERT OR REPLACE INTO firecrawl_cache VALUES (?, ?)';
      store.statement(sql).run(request.url, JSON.stringify(page));
    }
    return page;
  };
}

async function follow(visit: PageSourceParts['visit'], request: PageRequest) {
  let url = new URL(request.url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const { status, headers, body, delayMs = 0 } = await answerOf(visit, url, request);
    if (delayMs >= request.timeoutMs) throw new PageError('SCRAPE_TIMEOUT', 'The page took too long to load.');
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const to = status >= 300 && status < 400 && headers.Location;
    if (!to) return { finalUrl: url.href, status, contentType: headers['Content-Type'] ?? 'text/html', html: body };
    url = new URL(to, url);
  }
  throw new PageError('SCRAPE_SITE_ERROR', 'The page redirects too often: ERR_TOO_MANY_REDIRECTS');
}

async function answerOf(visit: PageSourceParts['visit'], url: URL, request: PageRequest): Promise<Answer> {
  const { userAgent, country } = request;
  const shop = visit({ url: url.href, userAgent, country });
  if (shop) return shop;
  const canned = cannedPage(url);
  if (canned !== undefined)
    return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: canned };
  if (/^(127\.0\.0\.1|localhost)$/.test(url.hostname)) return fetchHere(url, request);
  throw new PageError('SCRAPE_DNS_RESOLUTION_ERROR', `DNS resolution failed for hostname: ${url.hostname}.`);
}

/** A server that a test has put up beside. */
async function fetchHere(url: URL, { userAgent, timeoutMs }: PageRequest): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { redirect: 'manual', headers: { 'User-Agent': userAgent }, signal });
    const location = answer.headers.get('location');
    const headers = { 'Content-Type': answer.headers.get('content-type') ?? 'text/html' };
    const { status } = answer;
    return { status, headers: location ? { ...headers, Location: location } : headers, body: await answer.text() };
  } catch (error) {
    throw new PageError('SCRAPE_SITE_ERROR', `The URL failed to load in the browser: ${(error as Error).message}`);
  }
}
