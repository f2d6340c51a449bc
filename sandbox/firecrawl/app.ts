/**
 * A Firecrawl: the API under /v2, its pictures of pages under /firecrawl, its switches at /sandbox/control/firecrawl. It looks at the
 * shops next door, at a few canned pages, and at servers of this machine. Faults by the provider's name `firecrawl`.
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import type { Competitors } from '../competitors/app.ts';
import type { Faults } from '../faults.ts';
import { sendPage } from '../page.ts';
import type { Store } from '../store.ts';
import { createAccount } from './account.ts';
import { makeDocument } from './document.ts';
import {
  answerFault,
  badRequest,
  INSUFFICIENT_CREDITS,
  notFound,
  rateLimited,
  refuse,
  TIMED_OUT,
  UNAUTHORIZED,
} from './errors.ts';
import { createFinder } from './find.ts';
import { createJobRoutes } from './job-routes.ts';
import { createJobs } from './jobs.ts';
import { overviewPage } from './overview.ts';
import { createPageSource, PageError } from './page-source.ts';
import { readScrape, readUrl } from './read-request.ts';
import { createRunner } from './run-jobs.ts';
import { createScreenshots } from './screenshots.ts';
import { changeSettings, DEFAULT_SETTINGS, type FirecrawlSettings } from './settings.ts';
import { createTracking } from './tracking.ts';
import { createUsageRoutes } from './usage-routes.ts';
import { createWebhooks } from './webhooks.ts';

export interface FirecrawlSandboxOptions {
  store: Store;
  faults: Faults;
  /** Where the sandbox is reached. */
  baseUrl: string;
  competitors: Pick<Competitors, 'visit' | 'find'>;
  /** The only key that is taken; without one, any that begins as Firecrawl's do. */
  apiKey?: string | undefined;
  webhookSecret?: string | undefined;
  settings?: Partial<FirecrawlSettings>;
  nowMs?: () => number;
  log?: (message: string, facts?: object) => void;
}

export interface FirecrawlSandbox {
  /** To be mounted at `/`. */
  router: Router;
  /** To be mounted at `/sandbox/control/firecrawl`. */
  control: Router;
  settings: FirecrawlSettings;
  close(): void;
}

export function createFirecrawlSandbox(options: FirecrawlSandboxOptions): FirecrawlSandbox {
  const { store, faults, baseUrl, competitors, nowMs = Date.now, log = () => {} } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const account = createAccount(store, settings, nowMs);
  const jobs = createJobs(store);
  const webhooks = createWebhooks({ store, faults, settings, secret: options.webhookSecret, nowMs, log });
  const screenshots = createScreenshots(store, baseUrl);
  const fetchPage = createPageSource({ store, visit: competitors.visit, nowMs });
  const making = { faults, fetchPage, tracking: createTracking(store, nowMs), screenshotUrl: screenshots.urlOf };
  const transaction = (work: () => void) => store.transaction(work);
  const runner = createRunner({ ...making, jobs, webhooks, account, settings, nowMs, transaction });
  const finder = createFinder({ competitors, account, settings });

  const api = express.Router();
  // The body is read before a fault strikes: a slow server goes on with its work when the caller has given up.
  api.use(express.json({ limit: '10mb' }), authenticate(options.apiKey), faults.middleware('firecrawl', answerFault));
  api.use(limitRate(settings, nowMs));
  api.post('/scrape', scrape({ making, account, settings }));
  api.use(finder.router);
  api.use(
    createJobRoutes({ store, faults, jobs, runner, webhooks, account, settings, nowMs, mapSite: finder.mapSite }),
  );
  api.use(createUsageRoutes({ account, jobs, settings, runner }));
  api.use(notFound, refuseBody);

  const router = express.Router();
  router.use('/v2', api);
  router.use('/firecrawl', screenshots.router);
  router.get('/firecrawl', (_req, res) => sendPage(res, overviewPage({ account, jobs, webhooks, settings })));
  runner.wake();
  return {
    ...{ router, settings },
    control: createControl(settings, webhooks.list),
    close() {
      runner.close();
      webhooks.close();
    },
  };
}

interface ScrapeParts {
  making: Parameters<typeof makeDocument>[0];
  account: ReturnType<typeof createAccount>;
  settings: FirecrawlSettings;
}

function scrape({ making, account, settings }: ScrapeParts): RequestHandler {
  return async (req, res) => {
    const body = (req.body ?? {}) as Record<string, unknown>;
    if (account.remaining() < 1) return refuse(res, INSUFFICIENT_CREDITS);
    const url = readUrl(body.url);
    if (url === undefined) return refuse(res, badRequest('Invalid URL', ['url']));
    const options = readScrape(body);
    if ('error' in options) return refuse(res, options);
    const id = randomUUID();
    account.note({ id, endpoint: 'scrape', target: url });
    try {
      await new Promise((resolve) => setTimeout(resolve, settings.pageMs));
      const { document, credits } = await makeDocument(making, url, options, id);
      account.charge(credits, 'scrape');
      res.json({ success: true, data: document });
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      const { code, message } = error;
      refuse(res, code === 'SCRAPE_TIMEOUT' ? TIMED_OUT : { status: 500, code, error: message });
    }
  };
}

function authenticate(apiKey: string | undefined): RequestHandler {
  const expected = apiKey && Buffer.from(apiKey);
  return (req, res, next) => {
    const given = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? '';
    const bytes = Buffer.from(given);
    const known = expected ? bytes.length === expected.length && timingSafeEqual(bytes, expected) : /^fc-./.test(given);
    if (known) next();
    else refuse(res, UNAUTHORIZED);
  };
}

/** Counts what begins work, by the minute; asking how it goes is free here. */
function limitRate(settings: FirecrawlSettings, nowMs: () => number): RequestHandler {
  let began: number[] = [];
  return (req, res, next) => {
    if (settings.requestsPerMinute === 0 || req.method !== 'POST') return next();
    const now = nowMs();
    began = began.filter((at) => at > now - 60_000);
    if (began.length < settings.requestsPerMinute) {
      began.push(now);
      return next();
    }
    const seconds = Math.ceil((began[0]! + 60_000 - now) / 1_000);
    res.setHeader('Retry-After', String(seconds));
    refuse(res, rateLimited(began.length + 1, seconds));
  };
}

function createControl(settings: FirecrawlSettings, deliveries: (job: string | undefined) => object[]): Router {
  const router = express.Router();
  router.use(express.json());
  router.get('/settings', (_req, res) => void res.json(settings));
  router.post('/settings', (req, res) => {
    const problem = changeSettings(settings, (req.body ?? {}) as Record<string, unknown>);
    if (problem) res.status(400).json({ error: { message: problem } });
    else res.json(settings);
  });
  router.get('/deliveries', ({ query }, res) => {
    res.json({ data: deliveries(typeof query.job === 'string' ? query.job : undefined) });
  });
  return router;
}

const refuseBody: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  refuse(res, status < 500 ? { ...badRequest('The body is not JSON'), status } : { status, error: 'Internal error' });
};
