/**
 * The sweeper's part for price alerts: escalates what nobody has done anything about, ends what is long known, judges what nobody
 * judged, and tells operations, once, of a site that cannot be seen. Each pass is harmless to repeat, by any number of sweepers.
 */
import type { Database } from '../db/database.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import { reopenJobs } from '../db/outbox.ts';
import { escalateAlerts, resolveAlerts, resolveLive } from '../db/price-alert-life.ts';
import { type AlertRow, findAgedAlerts, findOrphanedAlerts } from '../db/price-alerts.ts';
import { findUnjudgedListings } from '../db/price-watches.ts';
import { openSiteFailures, resolveSiteFailures, type SiteFailure } from '../db/site-failures.ts';
import { makeJob } from '../queues/define-queue.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { tellOperations } from './tell-operations.ts';
import { tellAlerts } from './tell-price-alert.ts';

export interface PriceAlertSweepOptions {
  db: Database;
  staleSeconds: number;
  operationsEmail?: string | undefined;
  merchandiserEmail?: string | undefined;
}

const LIMIT = 500;
/** Of one transaction. */
const ESCALATED_AT_ONCE = 50;
/** What looks through a day's observations is not done at every pass. */
const SELDOM_MS = 60_000;

export function priceAlertSteps(options: PriceAlertSweepOptions): (() => Promise<void>)[] {
  let looked = 0;
  return [
    () => escalate(options),
    () => endAged(options.db),
    async () => {
      if (Date.now() - looked < SELDOM_MS) return;
      looked = Date.now();
      await judgeForgotten(options);
      await watchSites(options);
    },
  ];
}

export async function escalate({ db, merchandiserEmail }: PriceAlertSweepOptions): Promise<void> {
  for (;;) {
    const escalated = await db.transaction(async (tx) => {
      const due = await escalateAlerts(tx, ESCALATED_AT_ONCE);
      await tellAlerts(tx, { merchandiserEmail }, 'price_alert.escalated', due.map(toTell));
      return due.length;
    });
    if (escalated < ESCALATED_AT_ONCE) return;
  }
}

const toTell = ({ id, listing_id, observation_id, rule, facts, delivery }: AlertRow) => ({
  ...{ id, listingId: listing_id ?? '', observationId: observation_id, rule, facts, delivery },
});

async function endAged(db: Database): Promise<void> {
  for (const id of await findAgedAlerts(db, LIMIT))
    await db.transaction((tx) => resolveAlerts(tx, { id }, { why: 'aged' }));
  for (const id of await findOrphanedAlerts(db, LIMIT))
    await db.transaction((tx) => resolveLive(tx, { id }, { why: 'unlinked' }));
}

async function judgeForgotten({ db, staleSeconds }: PriceAlertSweepOptions): Promise<void> {
  const listings = await findUnjudgedListings(db, Math.max(60, staleSeconds * 4), LIMIT);
  await reopenJobs(
    db,
    listings.map((listing_id) => makeJob(judgePrice, { listing_id })),
    staleSeconds * 20,
  );
}

export async function watchSites({ db, operationsEmail }: PriceAlertSweepOptions): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { competitor_id } of await resolveSiteFailures(tx))
      await resolveException(tx, 'site_failing', competitor_id, 'The site can be seen again.');
    for (const { id, ...failure } of await openSiteFailures(tx)) {
      await openException(tx, { code: 'site_failing', subject: failure.competitor_id, orderId: null, detail: failure });
      const notice = {
        orderId: null,
        cause: `site_failing/${id}`,
        kind: 'site_failing',
        facts: factsOf(failure),
      } as const;
      await tellOperations(tx, operationsEmail, notice);
    }
  });
}

const factsOf = ({ name, domain, looks, failed, reason }: Omit<SiteFailure, 'id'>) => ({
  ...{ competitor: `${name} (${domain})`, looks, failed, cause: reason },
});
