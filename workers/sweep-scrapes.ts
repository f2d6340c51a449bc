/** The plan's care for looks that were left behind: they get a job again, or end with the reason for which no job could end them. */
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { trimPageRequests } from '../db/page-requests.ts';
import { forgetPageTurns } from '../db/page-turns.ts';
import { trimRobots } from '../db/robots.ts';
import { takeChore } from '../db/sweep-images.ts';
import { findGivenUpScrapes, findIdleScrapes, trimScrapes } from '../db/sweep-scrapes.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readPage } from '../queues/read-page.ts';
import { scrapePrice } from '../queues/scrape-price.ts';
import { endWithout } from './end-scrape.ts';

export interface ScrapeSweepOptions {
  db: Database;
  staleSeconds: number;
  /** Ended looks, and the log of requests. */
  retentionDays: number;
  pageLogDays: number;
}

const LIMIT = 500;
const CHORES_SECONDS = 600;

export async function sweepScrapes(options: ScrapeSweepOptions): Promise<void> {
  await endGivenUp(options.db);
  await reopenIdle(options);
  if (await takeChore(options.db, 'trim-scrapes', CHORES_SECONDS)) await trim(options);
}

async function reopenIdle({ db, staleSeconds }: ScrapeSweepOptions): Promise<void> {
  const idle = await findIdleScrapes(db, staleSeconds, LIMIT);
  await reopenJobs(
    db,
    idle.map(({ id, status }) => makeJob(status === 'fetched' ? readPage : scrapePrice, { scrape_id: id })),
  );
}

/** Its job stands in the exceptions list; the listing is looked at again when it is due. */
async function endGivenUp(db: Database): Promise<void> {
  for (const { id, attempts, status, url, error } of await findGivenUpScrapes(db, LIMIT)) {
    const reason = status === 'fetched' ? 'not_understood' : 'source_failed';
    const seen = { reason, detail: `The job gave up: ${error.message}`, url: url ?? '' } as const;
    await db.transaction((tx) => endWithout(tx, { scrapeId: id, attempt: attempts }, seen));
  }
}

async function trim({ db, retentionDays, pageLogDays }: ScrapeSweepOptions): Promise<void> {
  while ((await trimScrapes(db, retentionDays)) > 0);
  while ((await trimPageRequests(db, pageLogDays)) > 0);
  await forgetPageTurns(db);
  await trimRobots(db);
}
