/** `/v2/batch/scrape` and `/v2/crawl`: start, status in parts, errors, cancel. */
import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import type { FoundPage } from '../competitors/app.ts';
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import type { Account } from './account.ts';
import { badRequest, INSUFFICIENT_CREDITS, JOB_NOT_FOUND, type Refusal, refuse } from './errors.ts';
import type { Job, JobKind, Jobs } from './jobs.ts';
import { OWN_KEYS, readScrape, readUrl, readWebhook, type ScrapeOptions, type Webhook } from './read-request.ts';
import type { Runner } from './run-jobs.ts';
import type { FirecrawlSettings } from './settings.ts';
import type { Webhooks } from './webhooks.ts';

export interface JobRouteParts {
  store: Store;
  faults: Faults;
  jobs: Jobs;
  runner: Runner;
  webhooks: Webhooks;
  account: Account;
  settings: FirecrawlSettings;
  nowMs: () => number;
  /** The pages of a site that its robots.txt allows and forbids. */
  mapSite: (url: string, limit: number) => { allowed: FoundPage[]; blocked: string[] };
}

interface Wanted {
  kind: JobKind;
  urls: readonly string[];
  invalidURLs?: string[];
  options: ScrapeOptions;
  webhook: Webhook | null;
  maxConcurrency: number | null;
  appendTo?: string | undefined;
  robotsBlocked: readonly string[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PATHS: Readonly<Record<JobKind, string>> = { batch_scrape: '/batch/scrape', crawl: '/crawl' };

export function createJobRoutes(parts: JobRouteParts): Router {
  const { jobs, account } = parts;
  const router = express.Router();
  router.post('/batch/scrape', (req, res) => start(parts, 'batch_scrape', req, res, readBatch));
  router.post('/crawl', (req, res) => start(parts, 'crawl', req, res, (body) => readCrawl(parts, body)));
  router.post('/crawl/params-preview', (req, res) => {
    const url = readUrl((req.body as Record<string, unknown> | undefined)?.url);
    if (url === undefined) return refuse(res, badRequest('Invalid URL', ['url']));
    res.json({ success: true, data: { url, includePaths: [], excludePaths: [], crawlEntireDomain: true } });
  });
  router.get('/crawl/active', (_req, res) => {
    const crawls = jobs.list('crawl', 'scraping').map(({ id, target, status, options }) => ({
      ...{ id, teamId: 'sandbox', url: target, status },
      options: { scrapeOptions: { formats: options.formats } },
    }));
    res.json({ success: true, crawls });
  });
  for (const [kind, path] of Object.entries(PATHS) as [JobKind, string][]) {
    router.get(`${path}/:id`, (req, res) => answerStatus(parts, kind, req, res));
    router.delete(`${path}/:id`, (req, res) => cancel(parts, kind, req, res));
    router.get(`${path}/:id/errors`, (req, res) => {
      const job = findJob(parts, kind, String(req.params.id));
      if ('error' in job) refuse(res, job);
      else res.json({ success: true, errors: jobs.errors(job.id), robotsBlocked: job.robotsBlocked });
    });
  }
  router.get('/team/activity', ({ query }, res) => {
    const limit = Math.min(100, Math.max(1, Number(query.limit) || 50));
    const endpoint = typeof query.endpoint === 'string' ? query.endpoint : undefined;
    const { data, cursor } = account.activity({ endpoint, limit, cursor: Number(query.cursor) || undefined });
    res.json({ success: true, data, cursor, has_more: cursor !== null });
  });
  return router;
}

/** Credits first, then the key, which is used up even when the body is refused afterwards. */
function start(
  parts: JobRouteParts,
  kind: JobKind,
  req: Request,
  res: Response,
  read: (body: Record<string, unknown>) => Wanted | Refusal,
) {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const minimum = Number(body.limit ?? (Array.isArray(body.urls) ? body.urls.length : 1)) || 1;
  if (parts.account.remaining() < minimum) return refuse(res, INSUFFICIENT_CREDITS);
  const key = kind === 'batch_scrape' ? req.get('x-idempotency-key') : undefined;
  if (key !== undefined && !(UUID.test(key) && parts.jobs.useKey(key)))
    return refuse(res, { status: 409, error: 'Idempotency key already used' });
  const wanted = read(body);
  if ('error' in wanted) return refuse(res, wanted);
  const id = parts.store.transaction(() => insert(parts, wanted));
  if (id === undefined) return refuse(res, JOB_NOT_FOUND);
  const { invalidURLs } = wanted;
  const url = `${req.protocol}://${req.get('host')}/v2${PATHS[kind]}/${id}`;
  parts.store.afterCommit(() => {
    res.json({ success: true, id, url, ...(invalidURLs ? { invalidURLs } : {}) });
    parts.runner.wake();
  });
}

function insert({ jobs, webhooks, account, nowMs }: JobRouteParts, wanted: Wanted): string | undefined {
  const { kind, urls, options, webhook, maxConcurrency, robotsBlocked, appendTo } = wanted;
  const pages = urls.map((url) => ({ url, scrapeId: randomUUID() }));
  if (appendTo !== undefined) {
    if (!jobs.find(appendTo)) return undefined;
    jobs.setStatus(appendTo, 'scraping', nowMs());
    jobs.append(appendTo, pages);
    return appendTo;
  }
  const id = randomUUID();
  const job: Job = {
    ...{ id, kind, status: 'scraping', createdMs: nowMs(), completedMs: null, options, webhook },
    ...{ maxConcurrency, target: urls[0] ?? '', robotsBlocked },
  };
  jobs.insert(job, pages);
  account.note({ id, endpoint: kind, target: job.target });
  webhooks.tell(id, webhook, { type: `${kind}.started`, success: true, data: [] });
  return id;
}

function readBatch(body: Record<string, unknown>): Wanted | Refusal {
  const { urls, ignoreInvalidURLs = true, webhook: target, maxConcurrency = null, appendToId } = body;
  if (!Array.isArray(urls) || urls.length === 0) return badRequest('Expected at least one URL', ['urls']);
  const options = readScrape(body, OWN_KEYS.batch);
  if ('error' in options) return options;
  const webhook = readWebhook(target);
  if (webhook && 'error' in webhook) return webhook;
  const read = urls.map(readUrl);
  const invalidURLs = urls.filter((_, index) => read[index] === undefined).map(String);
  if (invalidURLs.length > 0 && ignoreInvalidURLs !== true) return badRequest('Invalid URL', ['urls']);
  const valid = read.filter((url) => url !== undefined);
  if (valid.length === 0) return { status: 400, error: 'No valid URLs provided' };
  return {
    ...{ kind: 'batch_scrape', urls: valid, options, webhook, robotsBlocked: [] },
    ...(ignoreInvalidURLs === true ? { invalidURLs } : {}),
    maxConcurrency: typeof maxConcurrency === 'number' ? maxConcurrency : null,
    appendTo: typeof appendToId === 'string' ? appendToId : undefined,
  };
}

function readCrawl({ mapSite }: JobRouteParts, body: Record<string, unknown>): Wanted | Refusal {
  const url = readUrl(body.url);
  if (url === undefined) return badRequest('Invalid URL', ['url']);
  const options = readScrape((body.scrapeOptions ?? {}) as Record<string, unknown>, OWN_KEYS.nested);
  if ('error' in options) return options;
  const webhook = readWebhook(body.webhook);
  if (webhook && 'error' in webhook) return webhook;
  const { allowed, blocked } = mapSite(url, Math.min(Number(body.limit ?? 100) || 100, 1_000));
  const maxConcurrency = typeof body.maxConcurrency === 'number' ? body.maxConcurrency : null;
  const urls = [url, ...allowed.map((page) => page.url).filter((each) => each !== url)];
  const limited = urls.slice(0, Math.max(1, Number(body.limit ?? urls.length) || urls.length));
  return { kind: 'crawl', urls: limited, options, webhook, maxConcurrency, robotsBlocked: blocked };
}

function findJob({ jobs, settings, nowMs }: JobRouteParts, kind: JobKind, id: string): Job | Refusal {
  const job = jobs.find(id);
  if (job?.kind !== kind) return JOB_NOT_FOUND;
  return job.createdMs + settings.resultsMs < nowMs() ? { ...JOB_NOT_FOUND, error: 'Job expired' } : job;
}

function answerStatus(parts: JobRouteParts, kind: JobKind, req: Request, res: Response) {
  const { jobs, faults, settings } = parts;
  const job = findJob(parts, kind, String(req.params.id));
  if ('error' in job) return refuse(res, job);
  const skip = Math.max(0, Number(req.query.skip) || 0);
  if (skip > 0 && faults.forPage('firecrawl', 'page_next_failed', job.target))
    return refuse(res, { status: 500, error: 'An unexpected error occurred.' });
  const limit = Math.max(1, Math.min(settings.documentsPerAnswer, Number(req.query.limit) || Number.POSITIVE_INFINITY));
  const { total, completed, credits } = jobs.counts(job.id);
  const { documents, passed } = jobs.documents(job.id, skip, limit);
  const stuck = job.status === 'completed' && faults.forPage('firecrawl', 'page_stuck', job.target);
  const lost = (url: unknown) => faults.forPage('firecrawl', 'page_lost', String(url));
  const next = `${req.protocol}://${req.get('host')}/v2${PATHS[kind]}/${job.id}?skip=${skip + passed}`;
  res.json({
    success: true,
    ...{ id: job.id, status: stuck ? 'scraping' : job.status, completed, total, creditsUsed: credits },
    createdAt: new Date(job.createdMs).toISOString(),
    ...(job.completedMs === null
      ? {}
      : { completedAt: new Date(job.completedMs).toISOString(), duration: (job.completedMs - job.createdMs) / 1_000 }),
    expiresAt: new Date(job.createdMs + settings.resultsMs).toISOString(),
    ...(total > skip + passed ? { next: req.query.limit ? `${next}&limit=${limit}` : next } : {}),
    data: documents.filter(({ metadata }) => !lost((metadata as { sourceURL?: string }).sourceURL)),
  });
}

/** What is being fetched at this moment is not paid for: it is thrown away. */
function cancel(parts: JobRouteParts, kind: JobKind, req: Request, res: Response) {
  const job = findJob(parts, kind, String(req.params.id));
  if ('error' in job) return refuse(res, job);
  if (job.status === 'completed') return refuse(res, { status: 409, error: 'Crawl is already completed' });
  parts.jobs.setStatus(job.id, 'cancelled', parts.nowMs());
  res.json({ success: true, status: 'cancelled' });
}
