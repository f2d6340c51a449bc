/**
 * Firecrawl: batches of pages, started once and read in parts; what it still has of our credits; a search for pages. Every call ends
 * in time and answers one of a closed list: what the service does wrong is never thrown.
 */

import { MODEL_PROMPT, MODEL_SCHEMA } from '../domain/pages/model-json.ts';
import { callFirecrawl, type FirecrawlAccess, type FirecrawlTrouble, trouble } from './firecrawl-call.ts';
import { type BatchPage, readDocument } from './firecrawl-pages.ts';

export type { FirecrawlProblem, FirecrawlTrouble } from './firecrawl-call.ts';
export type { BatchPage } from './firecrawl-pages.ts';

export interface FirecrawlOptions extends FirecrawlAccess {
  /** Who asks, for the sites. */
  userAgent: string;
  /** Until a page is there, queueing at Firecrawl included. */
  pageTimeoutMs: number;
  /** Where it reports to; none: it is asked. */
  webhookUrl: string | undefined;
}

export interface NewBatch {
  /** Ours: the idempotency key, and what the reports name. */
  id: string;
  urls: readonly string[];
  /** BCP 47: whose visitor the pages are shown to. */
  locale: string;
}

/** A part of what a batch has brought. */
export interface BatchPart {
  kind: 'part';
  status: 'scraping' | 'completed' | 'failed' | 'cancelled';
  /** Failed pages count as completed and are not among the pages. */
  completed: number;
  total: number;
  pages: readonly BatchPage[];
  /** How many are passed over to read on; null: this was the last part. */
  next: number | null;
}

export interface FailedPage {
  url: string;
  error: string;
}

export interface FoundPage {
  url: string;
  title: string;
}

export interface Firecrawl {
  /** `known_key`: a batch of this id was started before, and its answer was lost. */
  startBatch(
    batch: NewBatch,
  ): Promise<{ kind: 'started'; providerId: string; invalidUrls: string[] } | FirecrawlTrouble>;
  readBatch(providerId: string, skip: number): Promise<BatchPart | FirecrawlTrouble>;
  readBatchErrors(
    providerId: string,
  ): Promise<{ kind: 'errors'; errors: FailedPage[]; robotsBlocked: string[] } | FirecrawlTrouble>;
  /** Batches of the team that began with this address, since then. */
  findBatches(firstUrl: string, since: Date): Promise<{ kind: 'found'; providerIds: string[] } | FirecrawlTrouble>;
  /** Pages that were not begun are not paid for. */
  cancelBatch(providerId: string): Promise<{ kind: 'canceled' } | FirecrawlTrouble>;
  readCredits(): Promise<
    | { kind: 'credits'; remaining: number; plan: number | null; periodStart: string | null; periodEnd: string | null }
    | FirecrawlTrouble
  >;
  search(
    query: string,
    options: { limit: number; locale: string; domain?: string },
  ): Promise<{ kind: 'results'; results: FoundPage[] } | FirecrawlTrouble>;
}

/** Throws when there is no key: the SDK would go on without one, by address and with other limits. */
export function createFirecrawl(options: FirecrawlOptions): Firecrawl {
  if (options.apiKey.trim() === '') throw new Error('Firecrawl is used with a key.');
  return {
    startBatch: (batch) => startBatch(options, batch),
    readBatch: (providerId, skip) => readBatch(options, providerId, skip),
    readBatchErrors: (providerId) => readBatchErrors(options, providerId),
    findBatches: (firstUrl, since) => findBatches(options, firstUrl, since),
    cancelBatch: (providerId) =>
      callFirecrawl(options, async (client) => {
        await client.cancelBatchScrape(providerId);
        return { kind: 'canceled' } as const;
      }),
    readCredits: () => readCredits(options),
    search: (query, how) => search(options, query, how),
  };
}

function startBatch(options: FirecrawlOptions, { id, urls, locale }: NewBatch): ReturnType<Firecrawl['startBatch']> {
  return callFirecrawl(options, async (client) => {
    const { id: providerId, invalidURLs } = await client.startBatchScrape([...urls], {
      idempotencyKey: id,
      options: scrapeOptions(options, locale),
      ignoreInvalidURLs: true,
      maxConcurrency: 1,
      ...(options.webhookUrl
        ? {
            webhook: {
              url: options.webhookUrl,
              metadata: { batch_id: id },
              events: ['started', 'completed', 'failed'],
            },
          }
        : {}),
    });
    if (!isId(providerId)) return trouble('unreadable', 'Firecrawl started a batch and did not say which.');
    return { kind: 'started', providerId, invalidUrls: (invalidURLs ?? []).filter((url) => typeof url === 'string') };
  });
}

/** Given anew to every call: the SDK writes into what it is given. */
function scrapeOptions({ pageTimeoutMs, userAgent }: FirecrawlOptions, locale: string) {
  return {
    formats: [
      { type: 'rawHtml' as const },
      { type: 'json' as const, schema: structuredClone(MODEL_SCHEMA) as Record<string, unknown>, prompt: MODEL_PROMPT },
      { type: 'screenshot' as const, fullPage: false },
    ],
    // By default a page may be two days old, its certificate anybody's, and a PDF is paid for by the page.
    maxAge: 0,
    storeInCache: false,
    skipTlsVerification: false,
    parsers: [],
    onlyMainContent: false,
    // The site is asked as who we are: no disguise.
    proxy: 'basic' as const,
    headers: { 'User-Agent': userAgent },
    timeout: Math.min(Math.max(pageTimeoutMs, 1_000), 300_000),
    location: { country: countryOf(locale), languages: [locale] },
  };
}

const countryOf = (locale: string): string => new Intl.Locale(locale).maximize().region ?? 'US';

function readBatch(options: FirecrawlOptions, providerId: string, skip: number): ReturnType<Firecrawl['readBatch']> {
  return callFirecrawl(options, async (client) => {
    // Its own way to further parts takes a failed one for the end. So each is asked for by itself, by the number in `next`: the
    // address there may be of another host, which must not get the key.
    const part = skip > 0 ? `${providerId}?skip=${skip}` : providerId;
    const { status, completed, total, next, data } = await client.getBatchScrapeStatus(part, { autoPaginate: false });
    if (!STATUSES.has(status)) return trouble('unreadable', `Firecrawl says that the batch is ${String(status)}.`);
    const pages = (Array.isArray(data) ? data : []).map(readDocument).filter((page) => page !== undefined);
    return {
      kind: 'part',
      status,
      completed: countOf(completed),
      total: countOf(total),
      pages,
      next: nextOf(next, skip),
    };
  });
}

const STATUSES: ReadonlySet<string> = new Set(['scraping', 'completed', 'failed', 'cancelled']);

const countOf = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

/** Null also for what would lead backwards, or round. */
function nextOf(next: string | null | undefined, skip: number): number | null {
  const found = Number(/[?&]skip=(\d{1,9})(?:&|$)/.exec(next ?? '')?.[1]);
  return found > skip ? found : null;
}

function readBatchErrors(options: FirecrawlOptions, providerId: string): ReturnType<Firecrawl['readBatchErrors']> {
  return callFirecrawl(options, async (client) => {
    const { errors, robotsBlocked } = await client.getBatchScrapeErrors(providerId);
    return {
      kind: 'errors',
      errors: listOf(errors)
        .map((error) => ({ url: String(error.url ?? ''), error: String(error.error ?? '').slice(0, 500) }))
        .filter(({ url }) => url !== ''),
      robotsBlocked: listOf(robotsBlocked).map(String),
    };
  });
}

const listOf = <T>(value: readonly T[]): readonly T[] => (Array.isArray(value) ? value : []);

/** How far back the list of what the team did is read. */
const ACTIVITY_LIMIT = 100;

/** The SDK does not know this list; it is asked by the SDK's own HTTP client. */
function findBatches(options: FirecrawlOptions, firstUrl: string, since: Date): ReturnType<Firecrawl['findBatches']> {
  return callFirecrawl(options, async (_client, http) => {
    const { data } = await http.get(`/v2/team/activity?endpoint=batch_scrape&limit=${ACTIVITY_LIMIT}`);
    const jobs = (data as { data?: unknown } | null)?.data;
    if (!Array.isArray(jobs)) return trouble('unreadable', 'Firecrawl did not list what it did.');
    const begun = (jobs as Record<string, unknown>[]).filter(
      ({ target, created_at: at }) => sameUrl(target, firstUrl) && Date.parse(String(at)) >= since.getTime(),
    );
    return { kind: 'found', providerIds: begun.map(({ id }) => id).filter(isId) };
  });
}

const sameUrl = (target: unknown, url: string): boolean =>
  typeof target === 'string' && URL.canParse(target) && new URL(target).href === new URL(url).href;

/** It becomes a part of addresses. */
const isId = (id: unknown): id is string => typeof id === 'string' && /^[\w-]{1,100}$/.test(id);

function readCredits(options: FirecrawlOptions): ReturnType<Firecrawl['readCredits']> {
  return callFirecrawl(options, async (client) => {
    const { remainingCredits, planCredits, billingPeriodStart, billingPeriodEnd } = await client.getCreditUsage();
    // The SDK takes what is not said for zero.
    if (!Number.isFinite(remainingCredits) || (remainingCredits === 0 && planCredits === undefined))
      return trouble('unreadable', 'Firecrawl did not say what is left.');
    return {
      kind: 'credits',
      remaining: remainingCredits,
      plan: Number.isFinite(planCredits) ? (planCredits as number) : null,
      periodStart: timeOf(billingPeriodStart),
      periodEnd: timeOf(billingPeriodEnd),
    };
  });
}

const timeOf = (value: string | null | undefined): string | null =>
  value && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : null;

function search(
  options: FirecrawlOptions,
  query: string,
  { limit, locale, domain }: Parameters<Firecrawl['search']>[1],
): ReturnType<Firecrawl['search']> {
  return callFirecrawl(options, async (client) => {
    const found = await client.search(query.slice(0, 500), {
      limit,
      country: countryOf(locale),
      sources: [{ type: 'web' }],
      ignoreInvalidURLs: true,
      timeout: options.timeoutMs,
      ...(domain ? { includeDomains: [domain] } : {}),
    });
    const results = listOf<object>(found.web ?? []).map((result) => readResult(result as Record<string, unknown>));
    return { kind: 'results', results: results.filter((result) => result !== undefined) };
  });
}

function readResult({ url, title }: Record<string, unknown>): FoundPage | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return { url, title: typeof title === 'string' ? title.slice(0, 300) : '' };
}
