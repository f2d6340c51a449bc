/**
 * Turns committed events into deliveries, one per event and endpoint that wants it, and opens the jobs that send what is due. Part of
 * the scheduler: an idle look costs one small query while nobody listens. Any number may run: one looks at a time, holding the
 * publisher's row, and how far it came is committed with the deliveries, so that no event is skipped and none is written twice.
 */
import type { Logger } from 'pino';
import type { Database, Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { reopenJobs } from '../db/outbox.ts';
import { trimWebhooks } from '../db/webhook-deliveries.ts';
import {
  type FreshDelivery,
  type FreshEvent,
  findDueEndpoints,
  findFreshEvents,
  findListeningEndpoints,
  hasWebhookEndpoints,
  insertDeliveries,
  keepPublisher,
  type ListeningEndpoint,
  takePublisher,
} from '../db/webhook-news.ts';
import { matchesFilters, ofOrder, ofShop } from '../domain/webhook-events.ts';
import { throttled } from '../logger.ts';
import { makeJob } from '../queues/define-queue.ts';
import { deliverWebhook } from '../queues/deliver-webhook.ts';

export interface EventPublisher {
  close(): Promise<void>;
}

export interface EventPublisherOptions {
  db: Database;
  log: Logger;
  retentionDays: number;
  /** Between two looks while somebody listens, and while nobody does. */
  everyMs?: number;
  idleMs?: number;
}

const TRIM_EVERY_MS = 600_000;

export function startEventPublisher({
  db,
  log,
  retentionDays,
  everyMs = 250,
  idleMs = 1_000,
}: EventPublisherOptions): EventPublisher {
  const failed = throttled(log, 'events could not be published to webhooks, will look again');
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let closed = false;
  let trimmedAt = 0;

  async function look(): Promise<number> {
    if (Date.now() - trimmedAt > TRIM_EVERY_MS) {
      trimmedAt = Date.now();
      await trimWebhooks(db, retentionDays);
    }
    if (!(await hasWebhookEndpoints(db))) return idleMs;
    while ((await publishEvents(db)).more && !closed);
    await openDeliveryJobs(db);
    return everyMs;
  }

  function next(afterMs: number): void {
    if (closed) return;
    timer = setTimeout(() => {
      running = look()
        .catch((error: Error) => {
          failed(error);
          return idleMs;
        })
        .then(next);
    }, afterMs);
  }

  next(0);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Events of one look; more when there are as many, and all of a transaction's at once. */
const PAGE = 2_000;
/** An unchanged look is written down only so often. */
const KEEP_EVERY_MS = 5_000;

/** One look. Returns how many deliveries it wrote, and whether more is waiting; nothing when another publisher is at it. */
export function publishEvents(db: Database, page = PAGE): Promise<{ written: number; more: boolean }> {
  return db.transaction(async (tx) => {
    const from = await takePublisher(tx);
    if (!from) return { written: 0, more: false };
    const { events, seen, more } = await findFreshEvents(tx, from, page);
    const written = await deliver(tx, events);
    if (events.length > 0 || Date.now() - Date.parse(from.at) > KEEP_EVERY_MS) await keepPublisher(tx, seen);
    return { written, more };
  });
}

/** Deliveries written by one statement, however many endpoints listen. */
const WRITTEN_AT_ONCE = 5_000;

async function deliver(tx: Executor, fresh: readonly FreshEvent[]): Promise<number> {
  if (fresh.length === 0) return 0;
  const endpoints = await findListeningEndpoints(tx);
  const events = Math.max(1, Math.floor(WRITTEN_AT_ONCE / Math.max(1, endpoints.length)));
  let written = 0;
  for (let from = 0; from < fresh.length; from += events) {
    const part = fresh.slice(from, from + events);
    written += await insertDeliveries(
      tx,
      part.flatMap((happened) => deliveriesOf(happened, endpoints)),
    );
  }
  return written;
}

function deliveriesOf(happened: FreshEvent, endpoints: readonly ListeningEndpoint[]): FreshDelivery[] {
  const event = happened.source === 'order' ? ofOrder(happened) : ofShop(happened);
  const { id, type, orderId, occurredAt, data } = event;
  return endpoints
    .filter((endpoint) => mayHear(endpoint, happened) && matchesFilters(endpoint.event_types, type))
    .map((endpoint) => ({
      id: uuidv7(),
      endpoint_id: endpoint.id,
      event_id: id,
      type,
      order_id: orderId,
      data,
      occurred_at: occurredAt,
      xid: String(happened.xid),
    }));
}

/** A vendor's endpoint hears of what names the vendor; whose an event is not said is the shop's alone. */
const mayHear = ({ vendor_id }: ListeningEndpoint, happened: FreshEvent): boolean =>
  vendor_id === null || (happened.source === 'shop' && happened.vendor_id === vendor_id);

/** A job that gave up is opened again after this. */
const FAILED_REST_SECONDS = 60;

/** Returns how many endpoints have work. */
export async function openDeliveryJobs(db: Database): Promise<number> {
  const due = await findDueEndpoints(db);
  const jobs = due.map((id) => makeJob(deliverWebhook, { endpoint_id: id }));
  return reopenJobs(db, jobs, FAILED_REST_SECONDS);
}
