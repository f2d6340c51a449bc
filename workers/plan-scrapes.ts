/**
 * Plans the looks at competitors' pages: what is due gets a time, what is near becomes a job, so that queues hold a minute's worth
 * and the rest stays rows. Part of the scheduler. Any number may run: one plans at a time, and what a killed one had not planned is
 * due as before. After a stop everything that is late is planned once, at each site's own pace.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { notePace } from '../db/page-turns.ts';
import { lockPlan, planScrapes, takeDueScrapes } from '../db/plan-scrapes.ts';
import { throttled } from '../logger.ts';
import { makeJob } from '../queues/define-queue.ts';
import { scrapePrice } from '../queues/scrape-price.ts';
import { type BatchTerms, openNextBatch } from './open-batches.ts';
import { repeat, type Timer } from './repeat.ts';
import { type ScrapeSweepOptions, sweepScrapes } from './sweep-scrapes.ts';

export interface PlanOptions {
  db: Database;
  /** How pages are asked of Firecrawl; undefined: there is no key, and its looks wait. */
  batches: BatchTerms | undefined;
}

export interface PlanTimerOptions extends PlanOptions, ScrapeSweepOptions {
  log: Logger;
  everyMs: number;
}

/** Listings planned in one statement, which holds their rows until it commits. */
const AT_ONCE = 10_000;
const HORIZON_SECONDS = 60;
/** Without a key: the looks are planned all the same, for when there is one. */
const USUAL_GAP_SECONDS = 6;

export function startPlanTimer(options: PlanTimerOptions): Timer {
  const { log, everyMs, db, batches } = options;
  const failed = throttled(log, 'looks could not be planned, will try again');
  let stopping = false;

  async function look(): Promise<void> {
    if (batches) await notePace(db, 'firecrawl', batches.pace.gapSeconds);
    while (!stopping && (await planDue(options)) > 0);
    await dispatchDue(options);
    while (batches && !stopping && (await openNextBatch(db, batches)) > 0);
    await sweepScrapes(options);
  }

  const timer = repeat(look, everyMs, failed);
  return {
    close() {
      stopping = true;
      return timer.close();
    },
  };
}

/** Gives listings that are due their times. Returns how many it looked at: 0 when there is no more, or another plans. */
export function planDue({ db, batches }: PlanOptions, atOnce = AT_ONCE): Promise<number> {
  const firecrawlGapSeconds = batches?.pace.gapSeconds ?? USUAL_GAP_SECONDS;
  return db.transaction(async (tx) => {
    if (!(await lockPlan(tx))) return 0;
    return (await planScrapes(tx, { limit: atOnce, firecrawlGapSeconds })).moved;
  });
}

/** Makes jobs of the looks whose time is near. Returns how many. */
export function dispatchDue({ db, batches }: PlanOptions): Promise<number> {
  const firecrawlRoom = batches && Math.ceil(HORIZON_SECONDS / batches.pace.gapSeconds) + 1;
  return db.transaction(async (tx) => {
    if (!(await lockPlan(tx))) return 0;
    const due = await takeDueScrapes(tx, { horizonSeconds: HORIZON_SECONDS, firecrawlRoom });
    await reopenJobs(
      tx,
      due.map(({ id, planned_for }) => makeJob(scrapePrice, { scrape_id: id }, planned_for)),
    );
    return due.length;
  });
}
