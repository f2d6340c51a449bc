/**
 * Triggered by the plan when a look's time is near, or by somebody who wants to know now. Asks for the listing's page when it is the
 * site's turn: one request a run, since each hop of a redirect is judged and waits for a turn of its own. A page goes to storage and
 * to `read-page`; what says no for good ends the look with its reason; what may pass lets the site rest. A second run finds the look
 * claimed, a late one finds it ended; one that died is taken over when its claim is old. What Firecrawl is to ask for is judged here
 * as well, and then waits for a batch.
 */
import { endPageTurn, findSite, takePageTurn } from '../db/page-turns.ts';
import { clearScrape } from '../db/plan-scrapes.ts';
import { cancelScrape, findScrape, type ScrapeToDo, unqueueScrape } from '../db/scrapes.ts';
import { type AskForPageDeps, askForPage, claimLeaseSeconds } from './ask-for-page.ts';
import { endWithout, tryAgain } from './end-scrape.ts';
import { type JudgePageDeps, judgePage, type PageJudgement } from './judge-page.ts';
import { type BatchTerms, openNextBatch } from './open-batches.ts';
import { done, later, type Outcome } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface ScrapePriceDeps extends AskForPageDeps, JudgePageDeps {
  /** How pages are asked of Firecrawl; undefined: there is no key. */
  batches: BatchTerms | undefined;
}

/** Longer waits are a row's, not a job's: the plan makes it a job again when the time is near. */
const LONGEST_WAIT_MS = 90_000;
/** Before robots.txt that could not be had is waited for no longer by this look. */
const ROBOTS_AGAIN_MS = 10 * 60_000;

export function createScrapePrice(deps: ScrapePriceDeps): Processor<{ scrape_id: string }> {
  return async ({ scrape_id: id }) => {
    const scrape = await findScrape(deps.db, id);
    if (!scrape) return done('its listing was deleted');
    const idle = await findIdle(deps, scrape);
    if (idle) return idle;
    if (scrape.url === null) return cancel(deps, scrape, 'no_address');
    if (scrape.listing_status === 'gone' || (scrape.listing_status === 'paused' && scrape.reason !== 'requested'))
      return cancel(deps, scrape, `listing_${scrape.listing_status}`);
    // What was planned before its site was paused or held waits as a row until somebody lets it go on.
    if (scrape.competitor_status !== 'active') return unqueue(deps, scrape, `the site is ${scrape.competitor_status}`);
    const judged = await judgePage(deps, scrape.url);
    if (judged.kind !== 'allowed') return endUnasked(deps, scrape, scrape.url, judged);
    if (scrape.source === 'firecrawl') return clear(deps, scrape, scrape.url, judged);
    const asked = await askForPage(deps, scrape, scrape.url, judged);
    return asked.kind === 'later' ? wait(deps, scrape, asked.delayMs) : done(asked.note);
  };
}

/** Why there is nothing to do in this run. */
async function findIdle(deps: ScrapePriceDeps, { status, batch_id, claim_age }: ScrapeToDo) {
  if (status === 'planned') return undefined;
  if (status !== 'fetching' || batch_id) return done(`the look is ${status}`);
  const left = claimLeaseSeconds(deps) - (claim_age ?? 0);
  return left > 0 ? later(Math.min(left, 15) * 1_000) : undefined;
}

async function cancel({ db }: ScrapePriceDeps, { id }: ScrapeToDo, why: string): Promise<Outcome> {
  await cancelScrape(db, id, why);
  return done(why);
}

async function unqueue({ db }: ScrapePriceDeps, scrape: ScrapeToDo, why: string): Promise<Outcome> {
  await unqueueScrape(db, scrape);
  return done(why);
}

const wait = (deps: ScrapePriceDeps, scrape: ScrapeToDo, delayMs: number): Promise<Outcome> | Outcome =>
  delayMs > LONGEST_WAIT_MS ? unqueue(deps, scrape, 'its turn is not near') : later(delayMs);

/** Firecrawl asks the site: so this is where the site's own pace is kept, and the batch's turn is that of all of Firecrawl's. */
async function clear(
  deps: ScrapePriceDeps,
  scrape: ScrapeToDo,
  url: string,
  { rule, crawlDelaySeconds }: Extract<PageJudgement, { kind: 'allowed' }>,
): Promise<Outcome> {
  const { db, batches } = deps;
  if (!batches) return unqueue(deps, scrape, 'Firecrawl is not configured');
  if (scrape.cleared_at) return done('it waits for its batch');
  const { budget, gapSeconds } = await findSite(db, new URL(url).host);
  const turn = { budget, visit: `${scrape.id} cleared`, gapSeconds: Math.max(gapSeconds, crawlDelaySeconds) };
  const delayMs = await takePageTurn(db, { ...turn, leaseSeconds: 10 });
  if (delayMs > 0) return wait(deps, scrape, delayMs);
  await clearScrape(db, { ...scrape, rule });
  await endPageTurn(db, turn);
  await openNextBatch(db, batches);
  return done('cleared');
}

async function endUnasked(
  deps: ScrapePriceDeps,
  scrape: ScrapeToDo,
  url: string,
  judged: Exclude<PageJudgement, { kind: 'allowed' }>,
): Promise<Outcome> {
  if (judged.kind === 'later') return wait(deps, scrape, judged.delayMs);
  const owner = { scrapeId: scrape.id, attempt: scrape.attempts };
  const seen = { reason: judged.reason, detail: judged.rule, url };
  await deps.db.transaction((tx) =>
    judged.kind === 'refused'
      ? endWithout(tx, owner, seen)
      : tryAgain(tx, owner, { ...seen, notBefore: new Date(Date.now() + ROBOTS_AGAIN_MS) }),
  );
  return done(judged.reason);
}
