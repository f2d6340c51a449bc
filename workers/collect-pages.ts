/**
 * Triggered by a report of Firecrawl's on a batch, or by the sweep when none came. Reads what the batch has brought, part by part;
 * each page ends by itself, in the transaction that books what it cost. What is missing when the batch is over is looked for some
 * more, then asked for again by itself; a batch that never ends is canceled. A second run finds the pages ended, a late one the batch.
 */
import type { Logger } from 'pino';
import type { Executor } from '../db/database.ts';
import { isAccountStale, keepAccountFacts } from '../db/firecrawl-credits.ts';
import { type BatchItem, bookLatePage, endItem, listItems } from '../db/page-batch-items.ts';
import { CREDITS_PER_PAGE, findBatch, finishBatch, type Look, type PageBatch, recordLook } from '../db/page-batches.ts';
import { endPageRequest } from '../db/page-requests.ts';
import { restBudget } from '../db/page-turns.ts';
import type { BatchPage, BatchPart, FirecrawlTrouble } from '../providers/firecrawl.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { type BatchTools, endWithoutPage, giveUpBatch, secondsFromNow } from './batch-tools.ts';
import { noteFetched } from './end-scrape.ts';
import { fetchedPageOf, judgeBatchPage } from './judge-batch-page.ts';
import { done, type Outcome } from './outcome.ts';
import { savePage } from './page-evidence.ts';
import type { Processor } from './run-worker.ts';

export interface CollectPagesDeps extends BatchTools {
  storage: Pick<ObjectStorage, 'put'>;
  /** Between two looks at a batch that is not reported on. */
  pollSeconds: number;
  /** After so long without anything new a batch is given up; the pages of one that is over are looked for up to two minutes. */
  patienceSeconds: number;
}

const MISSING_SECONDS = 120;
const ACCOUNT_SECONDS = 600;
/** A page that failed is asked for again after so long. */
const FAILED_REST_SECONDS = 300;
/** More than a batch can have: what leads on for longer goes round. */
const MAX_PARTS = 100;

export function createCollectPages(deps: CollectPagesDeps): Processor<{ batch_id: string }> {
  return async ({ batch_id: batchId }, { log }) => {
    const batch = await findBatch(deps.db, batchId);
    const found = batch?.status === 'submitted' || (batch?.status === 'lost' && batch.provider_id !== null);
    if (!batch || !found) return done(batch ? `it is ${batch.status}` : 'gone');
    const items = await listItems(deps.db, batchId);
    const brought = await takeParts(deps, batch, items, log);
    if (brought.kind === 'trouble') return judgeTrouble(deps, batch, brought);
    if (batch.status === 'lost') return done('what came late is booked');
    const outcome = await judgeProgress(deps, batch, brought);
    await checkAccount(deps);
    return outcome;
  };
}

interface Brought {
  kind: 'brought';
  isOver: boolean;
  completed: number;
  total: number;
  /** Pages that ended in this run. */
  ended: number;
}

/** Takes each part's pages before the next part is asked for: memory holds one part. */
async function takeParts(
  deps: CollectPagesDeps,
  batch: PageBatch,
  items: readonly BatchItem[],
  log: Logger,
): Promise<Brought | FirecrawlTrouble> {
  const byUrl = new Map(items.map((item) => [spellingOf(item.url), item]));
  let part: BatchPart | undefined;
  let ended = 0;
  for (let parts = 0, skip = 0; parts < MAX_PARTS; parts++) {
    const answer = await deps.firecrawl.readBatch(batch.provider_id!, skip);
    if (answer.kind === 'trouble') return answer;
    part = answer;
    for (const page of part.pages) {
      const item = byUrl.get(spellingOf(page.url)) ?? byUrl.get(spellingOf(page.finalUrl));
      if (!item) log.warn({ batch_id: batch.id, url: page.url }, 'Firecrawl brought a page that nobody asked for');
      else if (await takePage(deps, batch, item, page)) ended++;
    }
    if (part.next === null) break;
    skip = part.next;
  }
  const { status, completed, total } = part!;
  // It may go on "scraping" for ever although all is there.
  return {
    kind: 'brought',
    isOver: status !== 'scraping' || (total > 0 && completed >= total),
    completed,
    total,
    ended,
  };
}

/** Firecrawl may write an address in its own way. */
function spellingOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, search } = new URL(url);
  return `${host}${pathname.replace(/\/$/, '')}${search}`;
}

/** True when the page ends by it. */
async function takePage(deps: CollectPagesDeps, batch: PageBatch, item: BatchItem, page: BatchPage): Promise<boolean> {
  const batchId = batch.id;
  const { scrape_id: scrapeId, url, competitor_domain: domain } = item;
  const credits = Math.ceil(page.credits ?? CREDITS_PER_PAGE);
  if (item.state !== 'waiting') {
    if (item.credits === null) await bookLatePage(deps.db, batchId, scrapeId, credits);
    return false;
  }
  const gone = { batchId, scrapeId, state: 'failed', credits, detail: 'Nobody watches it any more.' } as const;
  if (domain === null) return endItem(deps.db, gone);
  const judged = await judgeWithRobots(deps, domain, item, page);
  await logAnswer(deps, batch, item, page, judged.kind === 'page' ? 'page' : judged.reason);
  if (judged.kind === 'page') return keepPage(deps, batchId, item, page, { status: judged.status, credits });
  const { reason, detail } = judged;
  await deps.db.transaction(async (tx) => {
    const rest = judged.rests ? await restBudget(tx, domain, { reason: detail }) : FAILED_REST_SECONDS;
    const again = judged.again ? secondsFromNow(rest) : null;
    await endWithoutPage(tx, { batchId, scrapeId, url, reason, detail, again, credits });
  });
  return true;
}

async function logAnswer(
  { db }: CollectPagesDeps,
  { submitted_at: since }: PageBatch,
  { request_id: requestId }: BatchItem,
  { status, html }: BatchPage,
  outcome: string,
): Promise<void> {
  if (requestId === null) return;
  const milliseconds = since ? Date.now() - since.getTime() : 0;
  await endPageRequest(db, requestId, { outcome, status: status ?? undefined, bytes: html.length, milliseconds });
}

/** Firecrawl follows redirects unasked: a page that its site's robots.txt forbids is not used, however it came. */
async function judgeWithRobots({ judge }: CollectPagesDeps, domain: string, item: BatchItem, page: BatchPage) {
  const judged = judgeBatchPage(page, domain);
  if (judged.kind === 'none' || spellingOf(page.finalUrl) === spellingOf(item.url)) return judged;
  const target = await judge(page.finalUrl);
  if (target.kind === 'allowed') return judged;
  const detail = `It led to ${page.finalUrl.slice(0, 200)}, which may not be asked for.`;
  const reason = target.kind === 'later' ? 'robots_unreachable' : target.reason;
  return { kind: 'none', reason, detail, again: target.kind !== 'refused', rests: false } as const;
}

/** The same end as that of a page which was fetched from here. */
async function keepPage(
  { db, storage }: CollectPagesDeps,
  batchId: string,
  { scrape_id: scrapeId, rule }: BatchItem,
  page: BatchPage,
  paid: { status: number; credits: number },
): Promise<boolean> {
  const pageKey = await savePage(storage, scrapeId, fetchedPageOf(page, { ...paid, rule: rule ?? '' }));
  return db.transaction(async (tx: Executor) => {
    const { credits } = paid;
    if (!(await endItem(tx, { batchId, scrapeId, state: 'fetched', credits, detail: null }))) return false;
    return noteFetched(tx, { scrapeId, batchId, pageKey, rule });
  });
}

async function judgeProgress(deps: CollectPagesDeps, batch: PageBatch, brought: Brought): Promise<Outcome> {
  if (await finishBatch(deps.db, batch.id, 'done')) return done('all of its pages have ended');
  if (brought.isOver && (await takeErrors(deps, batch)) && (await finishBatch(deps.db, batch.id, 'done')))
    return done('all of its pages have ended');
  const silent = (Date.now() - (batch.progressed_at ?? batch.created_at).getTime()) / 1_000;
  const progressed = brought.ended > 0 || brought.completed > batch.completed;
  const { patienceSeconds } = deps;
  const missingSeconds = Math.min(MISSING_SECONDS, patienceSeconds);
  if (!progressed && silent > (brought.isOver ? missingSeconds : patienceSeconds))
    return giveUp(deps, batch, brought.isOver);
  await look(deps, batch, { ...brought, progressed });
  return done(brought.isOver ? 'some of its pages are missing' : `${brought.completed} of ${brought.total}`);
}

function look(
  { db, pollSeconds }: CollectPagesDeps,
  batch: PageBatch,
  seen: Pick<Look, 'completed' | 'total' | 'progressed'>,
  nextSeconds = pollSeconds,
) {
  const { completed, total, progressed } = seen;
  return recordLook(db, batch.id, { reports: batch.reports, completed, total, progressed, nextSeconds });
}

/** Failed pages are told apart from the others, and count as completed. True when they could be read. */
async function takeErrors(
  { db, firecrawl }: CollectPagesDeps,
  { id: batchId, provider_id }: PageBatch,
): Promise<boolean> {
  const answer = await firecrawl.readBatchErrors(provider_id!);
  if (answer.kind === 'trouble') return false;
  const errors = new Map(answer.errors.map(({ url, error }) => [spellingOf(url), error]));
  const blocked = new Set(answer.robotsBlocked.map(spellingOf));
  for (const { scrape_id: scrapeId, url, state } of await listItems(db, batchId)) {
    const error = errors.get(spellingOf(url));
    const isBlocked = blocked.has(spellingOf(url));
    if (state !== 'waiting' || (error === undefined && !isBlocked)) continue;
    const [reason, detail, again] = isBlocked
      ? (['robots_forbidden', 'Firecrawl was kept out by robots.txt.', null] as const)
      : (['source_failed', error || 'Firecrawl could not fetch it.', secondsFromNow(FAILED_REST_SECONDS)] as const);
    await db.transaction((tx) => endWithoutPage(tx, { batchId, scrapeId, url, reason, detail, again, credits: null }));
  }
  return true;
}

/** What it has not brought by now is asked for again; pages that it has not begun are not to be paid for. */
async function giveUp({ db, firecrawl }: CollectPagesDeps, batch: PageBatch, isOver: boolean): Promise<Outcome> {
  if (!isOver) await firecrawl.cancelBatch(batch.provider_id!);
  const detail = isOver ? 'Firecrawl lost the page.' : 'Firecrawl did not come to an end.';
  await giveUpBatch(db, batch.id, { status: 'done', reason: 'source_failed', detail, again: new Date() });
  return done(detail);
}

/** Its results are gone, or it cannot be looked at now: then in a while, and not for ever. */
async function judgeTrouble(deps: CollectPagesDeps, batch: PageBatch, trouble: FirecrawlTrouble): Promise<Outcome> {
  const { problem, message, retryAfterSeconds = deps.pollSeconds } = trouble;
  if (batch.status === 'lost') return done(message);
  const since = (batch.progressed_at ?? batch.created_at).getTime();
  const silent = (Date.now() - since) / 1_000;
  if (problem === 'not_found' && silent > MISSING_SECONDS) return giveUp(deps, batch, true);
  // Results are kept for a day: until then what was paid for can still be read.
  if (silent > RESULTS_KEPT_SECONDS) return giveUp(deps, batch, false);
  await look(
    deps,
    batch,
    { completed: batch.completed, total: batch.total, progressed: false },
    Math.min(retryAfterSeconds, 3_600),
  );
  return done(`it could not be read: ${problem}`);
}

const RESULTS_KEPT_SECONDS = 20 * 3_600;

/** Nobody waits for it: what is not known now is known the next time. */
async function checkAccount({ db, firecrawl }: CollectPagesDeps): Promise<void> {
  if (!(await isAccountStale(db, ACCOUNT_SECONDS))) return;
  const account = await firecrawl.readCredits();
  if (account.kind === 'credits') await keepAccountFacts(db, account);
}
