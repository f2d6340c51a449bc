/**
 * Triggered by a batch of scrapes that the plan opened for Firecrawl. Asks robots.txt once more, takes the turn of the one budget,
 * and starts the batch under its own id. Whether a start arrived is never guessed: a second run asks with the same key, and where
 * Firecrawl knows it already, finds the batch by its first address or waits for its report. One that nobody finds is given up after a
 * while, and its pages are asked for again. A late run finds the batch started, or given up.
 */
import { noteNoCredits } from '../db/firecrawl-credits.ts';
import { type BatchItem, listItems, noteRequestOfItem } from '../db/page-batch-items.ts';
import {
  findBatch,
  finishBatch,
  markSubmitting,
  type PageBatch,
  recordStarted,
  withoutKnown,
} from '../db/page-batches.ts';
import { logPageRequest } from '../db/page-requests.ts';
import { endPageTurn, takePageTurn } from '../db/page-turns.ts';
import type { FirecrawlTrouble } from '../providers/firecrawl.ts';
import { type BatchTools, endWithoutPage, giveUpBatch, type JudgeUrl, secondsFromNow } from './batch-tools.ts';
import { done, later, type Outcome } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface SubmitPagesDeps extends BatchTools {
  /** Under which the sites are asked; for the log. */
  userAgent: string;
  /** Between the starts of two pages, through Firecrawl as a whole. */
  gapSeconds: number;
  /** When a batch is looked at first, unless it is reported on before. */
  pollSeconds: number;
  /** A start that was not answered is looked for no longer than this, and than ten minutes. */
  patienceSeconds: number;
}

const DOUBT_SECONDS = 600;
const LOOK_AGAIN_MS = 30_000;
/** Firecrawl wants to be paid first, or did not understand: the next batch waits for so long. */
const REFUSED_REST_SECONDS = 3_600;
const BUSY_SECONDS = 60;
const MAX_BUSY_SECONDS = 3_600;
/** Long enough for a start, and short enough for the turn of a process that died. */
const LEASE_SECONDS = 60;
const LATEST_MS = 20_000;

export function createSubmitPages(deps: SubmitPagesDeps): Processor<{ batch_id: string }> {
  return async ({ batch_id: batchId }) => {
    const batch = await findBatch(deps.db, batchId);
    if (batch?.status !== 'open' && batch?.status !== 'submitting')
      return done(batch ? `it is ${batch.status}` : 'gone');
    const began = performance.now();
    const pages = await allowedPages(deps, batchId);
    if (pages.length === 0) {
      await finishBatch(deps.db, batchId, 'refused', 'None of its pages may be asked for.');
      return done('none of its pages may be asked for');
    }
    const turn = turnOf(deps, batchId, pages.length);
    const wait = await takePageTurn(deps.db, turn);
    if (wait > 0) return later(wait);
    try {
      // A process that was stopped for a while has judged by an old robots.txt, and its turn may be another's.
      if (performance.now() - began > LATEST_MS) return later(1_000);
      return await startInTurn(deps, batchId, pages);
    } finally {
      await endPageTurn(deps.db, turn);
    }
  };
}

type AllowedPage = BatchItem & { rule: string };

/** What robots.txt or the allowlist forbid by now ends here; what cannot be judged yet is planned anew. */
async function allowedPages(deps: SubmitPagesDeps, batchId: string): Promise<AllowedPage[]> {
  const allowed: AllowedPage[] = [];
  for (const item of await listItems(deps.db, batchId)) {
    if (item.state !== 'waiting') continue;
    const judged = item.competitor_domain === null ? GONE : await deps.judge(item.url);
    if (judged.kind === 'allowed') allowed.push({ ...item, rule: judged.rule });
    else await endForbidden(deps, batchId, item, judged);
  }
  return allowed;
}

const GONE = { kind: 'refused', reason: 'source_failed', rule: 'Nobody watches it any more.' } as const;
const ROBOTS_REST_SECONDS = 1_800;

async function endForbidden(
  { db }: SubmitPagesDeps,
  batchId: string,
  { scrape_id: scrapeId, url }: BatchItem,
  judged: Exclude<Awaited<ReturnType<JudgeUrl>>, { kind: 'allowed' }>,
): Promise<void> {
  const later = judged.kind === 'later';
  const rest = later ? judged.delayMs / 1_000 : ROBOTS_REST_SECONDS;
  const page = {
    reason: later ? 'robots_unreachable' : judged.reason,
    detail: later ? 'robots.txt is not known yet.' : judged.rule,
    again: judged.kind === 'refused' ? null : secondsFromNow(rest),
    credits: null,
  } as const;
  await db.transaction((tx) => endWithoutPage(tx, { batchId, scrapeId, url, ...page }));
}

/** Its pages use the turns of as many requests. */
const turnOf = ({ gapSeconds }: SubmitPagesDeps, batchId: string, pages: number) => ({
  budget: 'firecrawl',
  visit: batchId,
  gapSeconds: gapSeconds * pages,
  leaseSeconds: LEASE_SECONDS,
});

async function startInTurn(deps: SubmitPagesDeps, batchId: string, pages: readonly AllowedPage[]): Promise<Outcome> {
  const batch = await markSubmitting(deps.db, batchId);
  if (!batch) return done('it was given up meanwhile');
  for (const page of pages) await logRequest(deps, batchId, page);
  return start(
    deps,
    batch,
    pages.map(({ url }) => url),
  );
}

/** Once, however often the start is tried. */
async function logRequest({ db, userAgent }: SubmitPagesDeps, batchId: string, page: AllowedPage): Promise<void> {
  const { scrape_id: scrapeId, competitor_id: competitorId, url, rule, request_id: known } = page;
  const requestId =
    known ??
    (await logPageRequest(db, { kind: 'page', source: 'firecrawl', url, competitorId, scrapeId, rule, userAgent }));
  await noteRequestOfItem(db, batchId, scrapeId, { rule, requestId });
}

async function start(deps: SubmitPagesDeps, batch: PageBatch, urls: string[]): Promise<Outcome> {
  const { db, firecrawl, pollSeconds } = deps;
  const answer = await firecrawl.startBatch({ id: batch.id, urls, locale: batch.locale });
  if (answer.kind === 'trouble') return judgeTrouble(deps, batch, urls, answer);
  if (!(await recordStarted(db, batch.id, answer.providerId, pollSeconds)))
    return settleLate(deps, batch.id, answer.providerId);
  await endInvalid(deps, batch.id, answer.invalidUrls);
  return done(`started as ${answer.providerId}`);
}

/** A report may have been here before the answer; what was given up is not to be paid for. */
async function settleLate({ db, firecrawl }: SubmitPagesDeps, batchId: string, providerId: string): Promise<Outcome> {
  const batch = await findBatch(db, batchId);
  if (batch?.provider_id === providerId) return done('its report was here first');
  await firecrawl.cancelBatch(providerId);
  return done('it was given up before it was started');
}

async function endInvalid({ db }: SubmitPagesDeps, batchId: string, invalid: readonly string[]): Promise<void> {
  if (invalid.length === 0) return;
  const without = {
    reason: 'source_failed',
    detail: 'Firecrawl does not take the address.',
    again: null,
    credits: null,
  } as const;
  for (const { scrape_id: scrapeId, url } of await listItems(db, batchId))
    if (invalid.includes(url)) await db.transaction((tx) => endWithoutPage(tx, { batchId, scrapeId, url, ...without }));
}

async function judgeTrouble(
  deps: SubmitPagesDeps,
  batch: PageBatch,
  urls: string[],
  { problem, message, retryAfterSeconds }: FirecrawlTrouble,
): Promise<Outcome> {
  const again = secondsFromNow(REFUSED_REST_SECONDS);
  switch (problem) {
    case 'known_key':
      return findStarted(deps, batch, urls);
    case 'busy':
      return later(Math.min(retryAfterSeconds ?? BUSY_SECONDS, MAX_BUSY_SECONDS) * 1_000);
    case 'no_credits':
      await giveUpBatch(deps.db, batch.id, { status: 'refused', reason: 'no_credits', detail: message, again }, (tx) =>
        noteNoCredits(tx, REFUSED_REST_SECONDS),
      );
      return done('Firecrawl has no credits left for us');
    case 'refused':
      await giveUpBatch(deps.db, batch.id, { status: 'refused', reason: 'source_failed', detail: message, again });
      return done(`refused: ${message}`);
    default:
      // Tried again with the same key, which tells whether it had arrived.
      throw Object.assign(new Error(message), { code: `firecrawl_${problem}` });
  }
}

/** It was started, and the answer was lost. */
async function findStarted(deps: SubmitPagesDeps, batch: PageBatch, urls: string[]): Promise<Outcome> {
  const { db, firecrawl, pollSeconds } = deps;
  const doubtSeconds = Math.min(DOUBT_SECONDS, deps.patienceSeconds);
  const since = new Date((batch.submitted_at ?? batch.created_at).getTime() - 60_000);
  const found = await firecrawl.findBatches(urls[0]!, since);
  const unknown = found.kind === 'found' ? await withoutKnown(db, found.providerIds) : [];
  // Of several nobody knows which: its report will tell.
  const [only] = unknown.length === 1 ? unknown : [];
  if (only && (await recordStarted(db, batch.id, only, pollSeconds))) return done(`it had been started as ${only}`);
  const known = await findBatch(db, batch.id);
  if (known?.status !== 'submitting') return done('its report was here first');
  if (Date.now() - since.getTime() < (doubtSeconds + 60) * 1_000) return later(LOOK_AGAIN_MS);
  await giveUpBatch(db, batch.id, {
    status: 'lost',
    reason: 'source_failed',
    detail: 'Firecrawl started it and nobody knows under which name.',
    again: new Date(),
  });
  return done('its start was lost');
}
