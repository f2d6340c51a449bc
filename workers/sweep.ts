/**
 * The owner of whatever waits: puts rows that should move and have no live job into the outbox again, expires what
 * nobody paid, lists what only a person can settle, and trims finished bookkeeping. Any number may run: every pass is
 * harmless to repeat.
 */
import type { Logger } from 'pino';
import { findDayToClose } from '../db/daily-close.ts';
import type { Database } from '../db/database.ts';
import { countJobsByQueue, handOverAgain, type JobKey, reopenJobs, takeStaleJobs } from '../db/outbox.ts';
import * as waiting from '../db/sweep.ts';
import { trimMessages } from '../db/trim-messages.ts';
import { applyEmailEvents } from '../queues/apply-email-events.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { cancelPayment } from '../queues/cancel-payment.ts';
import { checkOutOrder } from '../queues/check-out-order.ts';
import { closeDay } from '../queues/close-day.ts';
import type { Queue, QueueStore } from '../queues/connection.ts';
import { type Job, makeJob } from '../queues/define-queue.ts';
import { expireOrder } from '../queues/expire-order.ts';
import { fulfillOrder } from '../queues/fulfill-order.ts';
import { readPayment } from '../queues/read-payment.ts';
import { sendNotification } from '../queues/send-notification.ts';
import { trackShipment } from '../queues/track-shipment.ts';
import { observationSteps } from './keep-observations.ts';
import { repeat, type Timer } from './repeat.ts';
import { batchSweepSteps } from './sweep-batches.ts';
import { type ImageSweepOptions, imageSweepSteps } from './sweep-images.ts';
import { type MessageSweepOptions, settleUncertain } from './sweep-messages.ts';
import { findMoneyJobs, tellDueEvidence } from './sweep-money.ts';
import { priceAlertSteps } from './sweep-price-alerts.ts';
import { findRecurringJobs } from './sweep-recurring.ts';
import { type ReturnTimes, returnSteps } from './sweep-returns.ts';
import { findSubscriptionJobs, resumeDueSubscriptions } from './sweep-subscriptions.ts';
import { reopenVendorAccounts } from './sweep-vendors.ts';
import { tellExtractionChanges } from './tell-extraction-changes.ts';
import { tellLowStock } from './tell-low-stock.ts';
import { watchAuthorizations } from './watch-authorizations.ts';

export interface SweepOptions extends MessageSweepOptions {
  db: Database;
  store: QueueStore;
  queueNames: readonly string[];
  log: Logger;
  intervalMs: number;
  staleSeconds: number;
  actionGraceSeconds: number;
  /** How long an order of a subscription waits for stock. */
  stockWaitSeconds: number;
  retentionDays: number;
  /** How long the texts of messages are kept. */
  messageRetentionDays: number;
  idempotencyHours: number;
  /** How long before its end somebody is told that a dispute has no evidence. */
  evidenceNoticeHours: number;
  operationsEmail?: string | undefined;
  merchandiserEmail?: string | undefined;
  /** The same for an authorization that was not captured. */
  captureNoticeHours: number;
  ledgerCloseSeconds: number;
  returns: ReturnTimes;
  images: Pick<ImageSweepOptions, 'graceSeconds' | 'rendition'>;
  /** Credits that Firecrawl may be used for in a month; 0: no stop of ours. */
  creditBudget: number;
}

const LIMIT = 500;
const TRIM_EVERY_MS = 600_000;

export function startSweeper(options: SweepOptions): Timer {
  const queues = new Map(options.queueNames.map((name) => [name, options.store.openQueue(name)]));
  let trimmedAt = 0;

  const steps = [
    () => restoreLostJobs(options, queues),
    () => reopenWaiting(options),
    ...imageSweepSteps({ ...options, ...options.images }),
    () => tellDueEvidence(options),
    () => watchAuthorizations(options),
    () => resumeDueSubscriptions(options.db),
    () => reopenVendorAccounts(options.db, options.staleSeconds),
    () => tellLowStock(options.db, options.operationsEmail),
    () => tellExtractionChanges(options.db, options.operationsEmail),
    () => closeDays(options),
    () => settleUncertain(options),
    ...returnSteps(options),
    ...priceAlertSteps(options),
    ...observationSteps(options.db),
    ...batchSweepSteps(options),
    async () => {
      if (Date.now() - trimmedAt < TRIM_EVERY_MS) return;
      trimmedAt = Date.now();
      await waiting.trimHistory(options.db, options.retentionDays, options.idempotencyHours);
      await trimMessages(options.db, options.messageRetentionDays);
    },
  ];

  const failed = (err: Error) => options.log.error({ err }, 'a step of the sweep failed, will look again');
  /** A step that fails (the queue store is away, say) does not keep the others from their work. */
  async function pass(): Promise<void> {
    for (const step of steps) await step().catch(failed);
  }
  return repeat(pass, options.intervalMs, failed);
}

/** Open rows whose job is gone (a flush, a relay that died) or was given up by the queue: hand them over again. */
export async function restoreLostJobs(
  options: Pick<SweepOptions, 'db' | 'log' | 'staleSeconds'>,
  queues: Map<string, Queue>,
) {
  const except = await findWholeBacklogs(options.db, queues);
  let after: JobKey = { queue: '', jobId: '' };
  for (;;) {
    const keys = await takeStaleJobs(options.db, options.staleSeconds, { after, except, limit: LIMIT });
    const alive = await Promise.all(keys.map((key) => isAlive(queues.get(key.queue), key)));
    const lost = keys.filter((_, index) => !alive[index]);
    if (lost.length > 0) {
      options.log.warn({ jobs: lost.length }, 'jobs without a live counterpart in the queue store: handed over again');
      await handOverAgain(options.db, lost, 0);
    }
    const last = keys.at(-1);
    if (!last || keys.length < LIMIT) return;
    after = last;
  }
}

/** A backlog up to this size is looked at job by job. */
const EXACT_BELOW = 5_000;

/** Long queues that hold at least as many live jobs as rows wait for them: nothing is lost there, so no job is looked up. */
async function findWholeBacklogs(db: Database, queues: Map<string, Queue>): Promise<string[]> {
  const long = [...(await countJobsByQueue(db))].filter(([, jobs]) => jobs > EXACT_BELOW);
  const live = await Promise.all(long.map(([name]) => queues.get(name)?.getJobCountByTypes(...ALIVE) ?? 0));
  return long.filter(([, jobs], index) => (live[index] ?? 0) >= jobs).map(([name]) => name);
}

const ALIVE = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

async function isAlive(queue: Queue | undefined, key: JobKey): Promise<boolean> {
  const state = await queue?.getJobState(key.jobId);
  return ALIVE.some((alive) => alive === state);
}

/** A day that is over gets the job that closes it; the next day's comes when that one is done. */
async function closeDays({
  db,
  staleSeconds,
  ledgerCloseSeconds,
}: Pick<SweepOptions, 'db' | 'staleSeconds' | 'ledgerCloseSeconds'>): Promise<void> {
  const day = await findDayToClose(db, ledgerCloseSeconds);
  if (day) await reopenJobs(db, [makeJob(closeDay, { day })], staleSeconds * FAILED_REST);
}

/** A job that gave up rests for so many times the age at which a job is stale: what stopped it may have passed by then. */
const FAILED_REST = 20;

/** Rows of the domain that wait without an open job: each kind with the job that moves it. */
export async function reopenWaiting(
  options: Pick<SweepOptions, 'db' | 'log' | 'staleSeconds' | 'actionGraceSeconds' | 'stockWaitSeconds'>,
): Promise<number> {
  const { db, staleSeconds } = options;
  const silentSeconds = staleSeconds * 4;
  const jobs: Job[] = [
    ...(await waiting.findExpiredOrders(db, options.actionGraceSeconds, LIMIT)).map((row) =>
      makeJob(expireOrder, { order_id: row.id }),
    ),
    ...(await waiting.findUnstartedOrders(db, staleSeconds, LIMIT)).map((row) =>
      makeJob(checkOutOrder, { order_id: row.id }),
    ),
    ...(await waiting.findUnfulfilledOrders(db, staleSeconds, LIMIT)).map((row) =>
      makeJob(fulfillOrder, { order_id: row.id }),
    ),
    ...(await waiting.findSilentShipments(db, silentSeconds, LIMIT)).map((row) =>
      makeJob(trackShipment, { order_id: row.order_id, shipment_id: row.id }),
    ),
    ...(await waiting.findSilentPayments(db, silentSeconds, LIMIT)).map((row) =>
      makeJob(readPayment, { order_id: row.id }),
    ),
    ...(await waiting.findOpenIntents(db, staleSeconds, LIMIT)).map((row) =>
      makeJob(cancelPayment, { order_id: row.id }),
    ),
    ...(await waiting.findUnappliedEvents(db, staleSeconds, LIMIT)).map(applyEvent),
    ...(await waiting.findUnappliedBatches(db, staleSeconds, LIMIT)).map((batch) => makeJob(applyEmailEvents, batch)),
    ...(await findMoneyJobs(db, staleSeconds, LIMIT)),
    ...(await findRecurringJobs({ db, staleSeconds, stockWaitSeconds: options.stockWaitSeconds }, LIMIT)),
    ...(await findSubscriptionJobs(db, staleSeconds, LIMIT)),
    ...(await waiting.findUnsentNotifications(db, staleSeconds, LIMIT)).map((row) =>
      makeJob(sendNotification, { notification_id: row.id, order_id: row.order_id ?? undefined }),
    ),
  ];
  const reopened = await reopenJobs(db, jobs, staleSeconds * FAILED_REST);
  if (reopened > 0) options.log.info({ jobs: reopened }, 'sweep put waiting rows back to work');
  return reopened;
}

function applyEvent(event: waiting.UnappliedEvent): Job {
  const { event_id } = event;
  if (event.provider === 'stripe') return makeJob(applyStripeEvent, { event_id });
  return makeJob(trackShipment, { event_id, order_id: event.order_id, shipment_id: event.shipment_id });
}
