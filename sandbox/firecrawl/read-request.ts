/** What a client asks of a page, checked as Firecrawl checks it: what it does not know is refused. */
import { badRequest, type Refusal } from './errors.ts';

export type Format = Readonly<Record<string, unknown>> & { type: string };

export interface ScrapeOptions {
  formats: readonly Format[];
  onlyMainContent: boolean;
  maxAgeMs: number;
  storeInCache: boolean;
  timeoutMs: number;
  waitForMs: number;
  country: string;
  userAgent: string;
  zeroDataRetention: boolean;
}

export interface Webhook {
  url: string;
  headers: Readonly<Record<string, string>>;
  metadata: Readonly<Record<string, unknown>>;
  events: readonly string[];
}

const SCRAPE_KEYS = [
  ...['formats', 'onlyMainContent', 'onlyCleanContent', 'includeTags', 'excludeTags', 'maxAge', 'minAge', 'headers'],
  ...['waitFor', 'mobile', 'skipTlsVerification', 'timeout', 'parsers', 'actions', 'location', 'removeBase64Images'],
  ...['blockAds', 'proxy', 'storeInCache', 'lockdown', 'redactPII', 'profile', 'threatProtection', 'auditMetadata'],
  ...['fastMode', 'zeroDataRetention', 'origin', 'integration'],
];
/** Beside the options of a scrape. */
export const OWN_KEYS = {
  scrape: [...SCRAPE_KEYS, 'url'],
  batch: [...SCRAPE_KEYS, 'urls', 'webhook', 'maxConcurrency', 'ignoreInvalidURLs', 'appendToId'],
  nested: SCRAPE_KEYS,
} as const;

const FORMATS = [
  ...['markdown', 'summary', 'html', 'rawHtml', 'links', 'images', 'screenshot', 'json', 'changeTracking', 'branding'],
  ...['product', 'menu', 'audio', 'video', 'question', 'highlights', 'attributes'],
];

const AGENT = 'Mozilla/5.0 (compatible; FirecrawlAgent/2.0; +https://firecrawl.dev)';
const TWO_DAYS_MS = 172_800_000;
type Body = Readonly<Record<string, unknown>>;

/** An address as Firecrawl takes it: without a scheme it is http. Undefined for none. */
export function readUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname } = new URL(text);
  const sound = /^https?:$/.test(protocol) && (hostname.includes('.') || hostname === 'localhost');
  return sound ? text : undefined;
}

export function readScrape(body: Body, keys: readonly string[] = OWN_KEYS.scrape): ScrapeOptions | Refusal {
  const unknown = Object.keys(body).filter((key) => !keys.includes(key));
  if (unknown.length > 0)
    return badRequest(
      `Unrecognized key in body -- please review the v2 API documentation for request body changes: ${unknown.join(', ')}`,
    );
  const formats = readFormats(body.formats ?? ['markdown']);
  if ('status' in formats) return formats;
  for (const name of ['maxAge', 'waitFor', 'timeout', 'minAge'] as const) {
    const value = body[name];
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0))
      return badRequest(`Expected a number from 0, received ${JSON.stringify(value)}`, [name]);
  }
  const timeoutMs = Number(body.timeout ?? 60_000);
  if (timeoutMs < 1_000 || timeoutMs > 300_000) return badRequest('timeout must be from 1000 to 300000', ['timeout']);
  const headers = (body.headers ?? {}) as Record<string, string>;
  const userAgent = Object.entries(headers).find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  const { country = 'US' } = (body.location ?? {}) as { country?: string };
  return {
    ...{ formats: formats.list, timeoutMs, userAgent: String(userAgent ?? AGENT), country: country.toUpperCase() },
    ...{ onlyMainContent: body.onlyMainContent !== false, storeInCache: body.storeInCache !== false },
    maxAgeMs: Number(body.maxAge ?? TWO_DAYS_MS),
    waitForMs: Number(body.waitFor ?? 0),
    zeroDataRetention: body.zeroDataRetention === true,
  };
}

function readFormats(value: unknown): { list: Format[] } | Refusal {
  if (!Array.isArray(value)) return badRequest('Expected array', ['formats']);
  const list: Format[] = [];
  for (const [index, each] of value.entries()) {
    const format = (typeof each === 'string' ? { type: each.replace('@fullPage', '') } : each) as Format;
    if (!FORMATS.includes(format?.type)) return badRequest('Invalid input', ['formats', index]);
    if (format.type === 'json' && format.schema === undefined && typeof format.prompt !== 'string')
      return badRequest('The json format needs a schema or a prompt', ['formats', index]);
    list.push(format);
  }
  return { list };
}

export function readWebhook(value: unknown): Webhook | null | Refusal {
  if (value === undefined) return null;
  const {
    url,
    headers = {},
    metadata = {},
    events,
  } = (typeof value === 'string' ? { url: value } : (value ?? {})) as Partial<Webhook>;
  if (typeof url !== 'string' || !URL.canParse(url)) return badRequest('Invalid url', ['webhook', 'url']);
  return { url, headers, metadata, events: events ?? ['completed', 'failed', 'page', 'started'] };
}
