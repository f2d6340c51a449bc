/** How competitors' pages are asked for, by whom, and what is kept of them: the part of config.ts that says so. */
import { z } from 'zod';
import { storageSettingsOf } from './config-storage.ts';
import { batchPace } from './domain/pages/batch-pace.ts';
import type { FirecrawlOptions } from './providers/firecrawl.ts';

const url = z.url().transform((text) => text.replace(/\/+$/, ''));
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);
const secret = z.string().trim().min(8, 'must be set to a secret of at least 8 characters');
/** As in an address: lower case, with the port when it is not the usual one. */
const host = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/, 'must be hosts like shop.example, by commas');
const hosts = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(host).min(1));

export const pricesSchema = {
  STOCKROOM_PRICES_CONCURRENCY: count(16),
  STOCKROOM_PLAN_INTERVAL_SECONDS: seconds(5),
  FIRECRAWL_API_KEY: secret.optional(),
  FIRECRAWL_API_URL: url.default('https://api.firecrawl.dev'),
  FIRECRAWL_WEBHOOK_SECRET: secret.optional(),
  STOCKROOM_FIRECRAWL_REQUESTS_PER_MINUTE: z.coerce.number().positive().max(6_000).default(10),
  STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH: z.coerce.number().int().min(0).default(3_000),
  STOCKROOM_FIRECRAWL_BATCH_SIZE: z.coerce.number().int().min(1).max(500).default(50),
  STOCKROOM_FIRECRAWL_POLL_SECONDS: seconds(15),
  STOCKROOM_FIRECRAWL_PATIENCE_SECONDS: seconds(900),
  // The token that a robots.txt calls us by: letters, `_` and `-` alone (RFC 9309, 2.2.1).
  STOCKROOM_CRAWLER_NAME: z
    .string()
    .regex(/^[A-Za-z_-]{1,40}$/, 'must be letters, _ and - alone, as in a robots.txt')
    .default('Stockroom'),
  STOCKROOM_CRAWLER_CONTACT: url.optional(),
  STOCKROOM_PAGE_ALLOWLIST: hosts.optional(),
  // Below what a process has to drain in when it is to stop.
  STOCKROOM_PAGE_TIMEOUT_SECONDS: seconds(20),
  STOCKROOM_PAGE_MAX_BYTES: count(5_242_880),
  STOCKROOM_EVIDENCE_DAYS: count(90),
  STOCKROOM_PAGE_LOG_DAYS: count(30),
  STOCKROOM_PRICE_RECHECK_SECONDS: count(600),
  STOCKROOM_TAX_PERCENT: z.coerce.number().min(0).max(100).default(0),
  STOCKROOM_COMPARE_SHIPPING: z.stringbool().default(false),
};

type PricesConfig = Readonly<z.output<z.ZodObject<typeof pricesSchema>>>;

/** Firecrawl's reports are believed by their signature alone: without the secret pages are fetched by asking again. */
export function checkPrices(config: PricesConfig, context: z.core.$RefinementCtx): void {
  if (config.FIRECRAWL_WEBHOOK_SECRET === undefined || config.FIRECRAWL_API_KEY !== undefined) return;
  context.issues.push({ code: 'custom', path: ['FIRECRAWL_API_KEY'], message: 'is not set', input: undefined });
}

/** How the prices pool works, beside where it keeps things. */
export const priceSettingsOf = (config: PricesConfig) => ({
  productToken: config.STOCKROOM_CRAWLER_NAME,
  allowlist: config.STOCKROOM_PAGE_ALLOWLIST,
  timeoutMs: config.STOCKROOM_PAGE_TIMEOUT_SECONDS * 1_000,
  maxBytes: config.STOCKROOM_PAGE_MAX_BYTES,
  evidenceDays: config.STOCKROOM_EVIDENCE_DAYS,
  recheckSeconds: config.STOCKROOM_PRICE_RECHECK_SECONDS,
  taxPercent: config.STOCKROOM_TAX_PERCENT,
  withShipping: config.STOCKROOM_COMPARE_SHIPPING,
  firecrawl: {
    requestsPerMinute: config.STOCKROOM_FIRECRAWL_REQUESTS_PER_MINUTE,
    batchSize: config.STOCKROOM_FIRECRAWL_BATCH_SIZE,
    creditsPerMonth: config.STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH,
    pollSeconds: config.STOCKROOM_FIRECRAWL_POLL_SECONDS,
    patienceSeconds: config.STOCKROOM_FIRECRAWL_PATIENCE_SECONDS,
  },
});

/** What createFirecrawl takes; undefined: there is no key. */
export function firecrawlOptionsOf(
  config: PricesConfig & { STOCKROOM_PUBLIC_URL: string },
): FirecrawlOptions | undefined {
  if (!config.FIRECRAWL_API_KEY) return undefined;
  const timeoutMs = config.STOCKROOM_PAGE_TIMEOUT_SECONDS * 1_000;
  return {
    apiKey: config.FIRECRAWL_API_KEY,
    apiUrl: config.FIRECRAWL_API_URL,
    timeoutMs,
    // What waits at Firecrawl for its turn uses it up, too: less than its own usual minute would end pages that are merely late.
    pageTimeoutMs: Math.max(timeoutMs, 60_000),
    userAgent: crawlerAgentOf(config),
    // Reports that cannot be verified are not asked for.
    webhookUrl: config.FIRECRAWL_WEBHOOK_SECRET
      ? `${config.STOCKROOM_PUBLIC_URL.replace(/\/+$/, '')}/webhooks/firecrawl`
      : undefined,
  };
}

/** `Name/1 (+contact URL)`: who asks, and where to say that it should stop. */
export const crawlerAgentOf = (config: PricesConfig & { STOCKROOM_PUBLIC_URL: string }): string =>
  `${config.STOCKROOM_CRAWLER_NAME}/1 (+${config.STOCKROOM_CRAWLER_CONTACT ?? config.STOCKROOM_PUBLIC_URL})`;

type Whole = PricesConfig &
  Parameters<typeof storageSettingsOf>[0] & {
    STOCKROOM_ALLOWED_PRIVATE_HOSTS: readonly string[];
    STOCKROOM_MERCHANDISER_EMAIL?: string | undefined;
  };

/** What a process that runs the prices pool opens. */
export const priceToolSettingsOf = (config: Whole) => ({
  storage: storageSettingsOf(config),
  publicFetch: { userAgent: crawlerAgentOf(config), allowedPrivateHosts: config.STOCKROOM_ALLOWED_PRIVATE_HOSTS },
  firecrawl: firecrawlOptionsOf(config),
  settings: {
    ...priceSettingsOf(config),
    userAgent: crawlerAgentOf(config),
    merchandiserEmail: config.STOCKROOM_MERCHANDISER_EMAIL,
  },
});

/** How the scheduler plans looks. */
export const planSettingsOf = (config: PricesConfig) => ({
  everyMs: config.STOCKROOM_PLAN_INTERVAL_SECONDS * 1_000,
  pageLogDays: config.STOCKROOM_PAGE_LOG_DAYS,
  batches: config.FIRECRAWL_API_KEY
    ? {
        pace: batchPace(config.STOCKROOM_FIRECRAWL_REQUESTS_PER_MINUTE, config.STOCKROOM_FIRECRAWL_BATCH_SIZE),
        creditBudget: config.STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH,
      }
    : undefined,
});
