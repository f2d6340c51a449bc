/** (e) Stripe's intents, refunds and disputes as rows; then ours without one there, and theirs without a row here. */
import {
  findPaymentsWithoutObject,
  findRefundsWithoutObject,
  findStrayObjects,
  findUnendedDisputes,
} from '../db/reconciliation-objects.ts';
import { keepStripeObjects } from '../db/stripe-objects.ts';
import { judgeOpenDispute } from '../domain/reconciliation-disputes.ts';
import { intentMissing, judgeStray, refundMissing } from '../domain/reconciliation-orders.ts';
import type { StripeObject } from '../domain/stripe-objects.ts';
import type { ListedType } from '../providers/payments-lists.ts';
import { FIRST_UUID, inPages, type Page } from './in-pages.ts';
import { inParallel } from './in-parallel.ts';
import { reconcileSubscriptions } from './reconcile-subscriptions.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

const TYPES = ['payment_intent', 'refund', 'dispute'] as const;
const AT_ONCE = 8;
/** Older objects may have moved on since the last run; their own runs (orders, events) see to the rest. */
const OVERLAP_MS = 3_600_000;

export async function reconcileObjects(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  for (let at = Number(run.cursor.type ?? 0); at < TYPES.length; at++) await readType(deps, run, at);
  await compareOurs(deps, run);
  await reconcileSubscriptions(deps, run);
  const { db, graceSeconds } = deps;
  const findStray = (page: Page) => findStrayObjects(db, run.since, graceSeconds, page);
  await inPages(
    '',
    findStray,
    ({ id }) => id,
    noting(run, async (stray) => run.report(stray.map(judgeStray))),
  );
  const newest = Number(run.cursor.newest ?? 0);
  return newest ? { objects: new Date(newest - Math.max(OVERLAP_MS, graceSeconds * 1_000)) } : {};
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

/** Rows of ours whose object did not come up in Stripe's lists are asked for by its id, before it is said to be missing. */
async function compareOurs(deps: ReconcileDeps, run: Run): Promise<void> {
  const { db, graceSeconds } = deps;
  await inPages(
    FIRST_UUID,
    (page) => findPaymentsWithoutObject(db, run.since, graceSeconds, page),
    ({ payment_id }) => payment_id,
    noting(run, async (payments) => {
      const found = await lookUp(deps, 'payment_intent', payments, ({ intent_id }) => intent_id);
      await run.report(payments.filter(({ intent_id }) => !found.has(intent_id)).map(intentMissing));
    }),
  );
  await inPages(
    FIRST_UUID,
    (page) => findRefundsWithoutObject(db, run.since, graceSeconds, page),
    ({ id }) => id,
    noting(run, async (refunds) => {
      const found = await lookUp(deps, 'refund', refunds, ({ provider_id }) => provider_id);
      await run.report(refunds.filter(({ provider_id }) => !found.has(provider_id)).map(refundMissing));
    }),
  );
  await inPages(
    FIRST_UUID,
    (page) => findUnendedDisputes(db, graceSeconds, page),
    ({ id }) => id,
    noting(run, async (disputes) => {
      const found = await lookUp(deps, 'dispute', disputes, ({ dispute_id }) => dispute_id);
      const judged = disputes.map((dispute) => judgeOpenDispute(dispute, found.get(dispute.dispute_id)));
      await run.report(judged.filter((each) => each !== undefined));
    }),
  );
}

/** However many pages there are, the run shows that it is alive after each. */
const noting =
  <T>(run: Run, work: (rows: T[]) => Promise<void>) =>
  async (rows: T[]) => {
    await work(rows);
    await run.note();
  };

async function lookUp<T>(
  { db, lists }: ReconcileDeps,
  type: ListedType,
  rows: readonly T[],
  idOf: (row: T) => string,
): Promise<Map<string, StripeObject>> {
  const readAt = new Date();
  const found = (await inParallel(rows, AT_ONCE, (row) => lists.retrieve(type, idOf(row)))).filter(
    (object) => object !== undefined,
  );
  await keepStripeObjects(db, found, readAt);
  return new Map(found.map((object) => [object.id, object]));
}
