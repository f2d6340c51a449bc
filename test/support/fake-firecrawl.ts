/** Firecrawl in memory: batches by their keys, answers that a test may replace. */
import type {
  BatchPage,
  BatchPart,
  FailedPage,
  Firecrawl,
  FirecrawlProblem,
  FirecrawlTrouble,
  NewBatch,
} from '../../providers/firecrawl.ts';

export interface PlayedBatch {
  providerId: string;
  batch: NewBatch;
  status: BatchPart['status'];
  pages: BatchPage[];
  errors: FailedPage[];
  robotsBlocked: string[];
  completed?: number;
  canceled: boolean;
}

export interface FakeFirecrawl extends Firecrawl {
  batches: PlayedBatch[];
  /** Calls by name, in their order. */
  calls: string[];
  /** What the next calls of a name answer instead; `after`: once it was done. */
  play(call: keyof Firecrawl, answers: (FirecrawlTrouble | { after: FirecrawlTrouble } | Error)[]): void;
  /** Pages in one part. */
  partSize: number;
  remaining: number;
  invalidUrls: string[];
  /** What searches find, by their words. */
  found: Record<string, { url: string; title: string }[]>;
}

export const trouble = (problem: FirecrawlProblem, more: Partial<FirecrawlTrouble> = {}): FirecrawlTrouble => ({
  kind: 'trouble',
  problem,
  status: null,
  message: `played: ${problem}`,
  retryAfterSeconds: undefined,
  ...more,
});

export const playedPage = (url: string, more: Partial<BatchPage> = {}): BatchPage => ({
  url,
  finalUrl: url,
  status: 200,
  contentType: 'text/html; charset=utf-8',
  html: '<p>12,99 €</p>',
  json: { price: 12.99 },
  screenshotUrl: null,
  credits: 5,
  error: null,
  cached: false,
  ...more,
});

export function createFakeFirecrawl(): FakeFirecrawl {
  const played = new Map<string, (FirecrawlTrouble | { after: FirecrawlTrouble } | Error)[]>();
  async function answer<T>(call: string, act: () => T | FirecrawlTrouble): Promise<T | FirecrawlTrouble> {
    fake.calls.push(call);
    const next = played.get(call)?.shift();
    if (next instanceof Error) throw next;
    if (next && 'kind' in next) return next;
    const result = act();
    return next ? next.after : result;
  }
  const find = (providerId: string) => fake.batches.find((batch) => batch.providerId === providerId);
  const fake: FakeFirecrawl = {
    batches: [],
    calls: [],
    partSize: 100,
    remaining: 1_000,
    invalidUrls: [],
    found: {},
    play: (call, answers) => void played.set(call, answers),
    startBatch: (batch) =>
      answer('startBatch', () => {
        if (fake.batches.some((known) => known.batch.id === batch.id)) return trouble('known_key', { status: 409 });
        const providerId = `provider-${fake.batches.length + 1}-${batch.id.slice(-6)}`;
        const brought = { pages: [], errors: [], robotsBlocked: [] };
        fake.batches.push({ providerId, batch, status: 'scraping', ...brought, canceled: false });
        return { kind: 'started', providerId, invalidUrls: fake.invalidUrls };
      }),
    readBatch: (providerId, skip) =>
      answer('readBatch', () => {
        const found = find(providerId);
        if (!found) return trouble('not_found', { status: 404 });
        const { pages, errors, status, batch } = found;
        const next = skip + fake.partSize < pages.length ? skip + fake.partSize : null;
        const completed = found.completed ?? pages.length + errors.length;
        return {
          kind: 'part',
          status,
          completed,
          total: batch.urls.length,
          pages: pages.slice(skip, skip + fake.partSize),
          next,
        };
      }),
    readBatchErrors: (providerId) =>
      answer('readBatchErrors', () => {
        const { errors = [], robotsBlocked = [] } = find(providerId) ?? {};
        return { kind: 'errors', errors, robotsBlocked };
      }),
    findBatches: (firstUrl) =>
      answer('findBatches', () => {
        const begun = fake.batches.filter(({ batch }) => batch.urls[0] === firstUrl);
        return { kind: 'found', providerIds: begun.map(({ providerId }) => providerId) };
      }),
    cancelBatch: (providerId) =>
      answer('cancelBatch', () => {
        const found = find(providerId);
        if (found) found.canceled = true;
        return { kind: 'canceled' };
      }),
    readCredits: () =>
      answer('readCredits', () => ({
        kind: 'credits',
        remaining: fake.remaining,
        plan: 1_000,
        periodStart: null,
        periodEnd: null,
      })),
    search: (query) => answer('search', () => ({ kind: 'results', results: fake.found[query] ?? [] })),
  };
  return fake;
}
