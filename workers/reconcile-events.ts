/**
 * (a) Events that never reached us. First those that Stripe could not deliver; now and then, and slower, all of them: an answer
 * of 2xx does not prove that the event was kept. Missed ones go into the inbox by the webhook's own statement.
 * https://docs.stripe.com/webhooks/process-undelivered-events
 */
import { receiveStripeEvent } from '../db/inbox.ts';
import { findUnknownEvents } from '../db/reconciliation-objects.ts';
import { findCursor } from '../db/reconciliation-runs.ts';
import { type Finding, finding } from '../domain/reconciliation.ts';
import { HANDLED_EVENTS, orderIdOf, subjectOf } from '../domain/stripe-events.ts';
import type { ListedEvent } from '../providers/payments-lists.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { makeJob } from '../queues/define-queue.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

/** Stripe takes so many types in one list. */
const TYPES_PER_LIST = 20;
const FULL_EVERY_MS = 3_600_000;
/** Lists may show an event some time after later ones. */
const OVERLAP_MS = 600_000;

interface Pass {
  undelivered: boolean;
  since: Date;
  types: readonly string[];
}

/** Returns until when the lists are known. */
export async function reconcileEvents(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  const full = await fullSince(deps, run);
  const lists = chunk(HANDLED_EVENTS);
  const passes: Pass[] = [
    ...lists.map((types) => ({ undelivered: true, since: run.since, types })),
    ...(full ? lists.map((types) => ({ undelivered: false, since: full, types })) : []),
  ];
  for (let at = Number(run.cursor.pass ?? 0); at < passes.length; at++) await readPass(deps, run, passes[at]!, at);
  const newest = run.cursor.newest
    ? new Date(Number(run.cursor.newest) - OVERLAP_MS - deps.graceSeconds * 1_000)
    : run.since;
  return { events: newest, ...(full ? { 'all-events': newest } : {}) };
}

/** From when on all events are to be read; undefined: not this time. Once said, a run that is resumed keeps to it. */
async function fullSince(deps: ReconcileDeps, run: Run): Promise<Date | undefined> {
  if (run.cursor.full === undefined) {
    const known = await findCursor(deps.db, 'all-events');
    const due = !known || run.since < known || Date.now() - known.getTime() > FULL_EVERY_MS + OVERLAP_MS;
    const since = known && known < run.since ? known : run.since;
    run.cursor = { ...run.cursor, full: due ? String(since.getTime()) : '' };
  }
  return run.cursor.full ? new Date(Number(run.cursor.full)) : undefined;
}

async function readPass(deps: ReconcileDeps, run: Run, { undelivered, since, types }: Pass, at: number): Promise<void> {
  const after = run.cursor.pass === String(at) ? run.cursor.after : undefined;
  for await (const events of deps.lists.events({ since, after }, types, undelivered)) {
    await receiveMissed(deps, run, events);
    run.advance(events.length);
    const newest = Math.max(Number(run.cursor.newest ?? 0), ...events.map(({ createdAt }) => createdAt.getTime()));
    // The cursor moves only behind what is kept.
    run.cursor = { ...run.cursor, pass: String(at), after: events.at(-1)?.id ?? '', newest: String(newest) };
    await run.note();
  }
  run.cursor = { ...run.cursor, pass: String(at + 1), after: '' };
}

async function receiveMissed(deps: ReconcileDeps, run: Run, events: readonly ListedEvent[]): Promise<void> {
  const due = events.filter(({ createdAt }) => isOldEnough(createdAt, deps.graceSeconds));
  const unknown = await findUnknownEvents(
    deps.db,
    due.map(({ id }) => id),
  );
  const missed = new Map(due.filter(({ id }) => unknown.has(id)).map((event) => [event.id, event]));
  await run.report([...missed.values()].map(toFinding), ({ subject }) => receive(deps, missed.get(subject)!));
}

/** Another clock may be ahead of ours: what comes from the future is not on its way. */
function isOldEnough(at: Date, graceSeconds: number): boolean {
  const age = Date.now() - at.getTime();
  return age < 0 || age >= graceSeconds * 1_000;
}

function receive({ db }: ReconcileDeps, { id, type, object }: ListedEvent): Promise<void> {
  const orderId = orderIdOf(object);
  const job = makeJob(applyStripeEvent, { event_id: id, ...(orderId ? { order_id: orderId } : {}) });
  return receiveStripeEvent(db, { id, type, objectId: subjectOf(object), job });
}

const toFinding = ({ id, type, createdAt, object }: ListedEvent): Finding =>
  finding({
    code: 'event_missed',
    subject: id,
    orderId: orderIdOf(object) ?? null,
    stripe: { type, object: subjectOf(object), created_at: createdAt.toISOString() },
    explanation: `Stripe lists event ${id} (${type} of ${subjectOf(object)}), which never came to the inbox.`,
    occurredAt: createdAt,
    action: { kind: 'receive_event' },
  });

function chunk(types: readonly string[]): string[][] {
  const count = Math.ceil(types.length / TYPES_PER_LIST);
  return Array.from({ length: count }, (_, at) => types.slice(at * TYPES_PER_LIST, (at + 1) * TYPES_PER_LIST));
}
