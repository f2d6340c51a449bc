/** (e) Stripe's intents, refunds and disputes as rows; then ours without one there, and theirs without a row here. */
import { findPaymentsWithoutObject, findRefundsWithoutObject, findStrayObjects } from '../db/reconciliation-objects.ts';
import { keepStripeObjects } from '../db/stripe-objects.ts';
import type { Finding } from '../domain/reconciliation.ts';
import { intentMissing, judgeStray, refundMissing } from '../domain/reconciliation-orders.ts';
import type { ListedType } from '../providers/payments-lists.ts';
import { inParallel } from './in-parallel.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

const TYPES = ['payment_intent', 'refund', 'dispute'] as const;
const AT_ONCE = 8;
const LIMIT = 1_000;
/** Older objects may have moved on since the last run; their own runs (orders, events) see to the rest. */
const OVERLAP_MS = 3_600_000;

export async function reconcileObjects(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  for (let at = Number(run.cursor.type ?? 0); at < TYPES.length; at++) await readType(deps, run, at);
  const { db, graceSeconds } = deps;
  const missing = [...(await findMissingIntents(deps, run)), ...(await findMissingRefunds(deps, run))];
  const stray = await findStrayObjects(db, run.since, graceSeconds, LIMIT);
  await run.report([...missing, ...stray.map(judgeStray)]);
  const newest = Number(run.cursor.newest ?? 0);
  return newest ? { objects: new Date(newest - OVERLAP_MS) } : {};
}

async function readType({ db, lists }: ReconcileDeps, run: Run, at: number): Promise<void> {
  const type = TYPES[at]!;
  const after = run.cursor.type === String(at) ? run.cursor.after : undefined;
  let readAt = new Date();
  for await (const objects of lists.objects(type, { since: run.since, after })) {
    await keepStripeObjects(db, objects, readAt);
    readAt = new Date();
    run.advance(objects.length);
    const newest = Math.max(Number(run.cursor.newest ?? 0), ...objects.map(({ createdAt }) => createdAt.getTime()));
    run.cursor = { type: String(at), after: objects.at(-1)?.id ?? '', newest: String(newest) };
    await run.note();
  }
  run.cursor = { ...run.cursor, type: String(at + 1), after: '' };
}

async function findMissingIntents(deps: ReconcileDeps, run: Run): Promise<Finding[]> {
  const payments = await findPaymentsWithoutObject(deps.db, run.since, deps.graceSeconds, LIMIT);
  const known = await lookUp(deps, 'payment_intent', payments, ({ intent_id }) => intent_id);
  return payments.filter(({ intent_id }) => !known.has(intent_id)).map(intentMissing);
}

async function findMissingRefunds(deps: ReconcileDeps, run: Run): Promise<Finding[]> {
  const refunds = await findRefundsWithoutObject(deps.db, run.since, deps.graceSeconds, LIMIT);
  const known = await lookUp(deps, 'refund', refunds, ({ provider_id }) => provider_id);
  return refunds.filter(({ provider_id }) => !known.has(provider_id)).map(refundMissing);
}

/** What was not in the list is asked for by its id, before it is said to be missing. */
async function lookUp<T>(
  { db, lists }: ReconcileDeps,
  type: ListedType,
  rows: readonly T[],
  idOf: (row: T) => string,
): Promise<Set<string>> {
  const readAt = new Date();
  const found = (await inParallel(rows, AT_ONCE, (row) => lists.retrieve(type, idOf(row)))).filter(
    (object) => object !== undefined,
  );
  await keepStripeObjects(db, found, readAt);
  return new Set(found.map(({ id }) => id));
}
