/**
 * (c) Every movement of Stripe's balance against our payments, refunds and disputes, and against the ledger. The list is read a
 * page at a time and kept in sets; the comparison is the database's, in slices; what does not agree is judged here.
 */
import { matchMovements, matchOpenFindings, type SliceStart } from '../db/match-movements.ts';
import { findUnseenTransfers, matchTransfers } from '../db/match-transfers.ts';
import {
  countMovements,
  findDisputesNotReinstated,
  findUnseenCharges,
  readFeeSamples,
} from '../db/reconciliation-balance.ts';
import { keepMovements, keepStripeObjects } from '../db/stripe-objects.ts';
import { judgeMovement } from '../domain/reconciliation-balance.ts';
import { disputeNotReinstated } from '../domain/reconciliation-disputes.ts';
import type { Movement } from '../domain/reconciliation-movement.ts';
import { chargeMissing } from '../domain/reconciliation-orders.ts';
import { judgeTransfer, transferMissing } from '../domain/reconciliation-transfers.ts';
import { type FeeRates, learnFeeRates } from '../domain/stripe-fees.ts';
import type { MovementPage } from '../providers/payments-lists.ts';
import { FIRST_UUID, inPages } from './in-pages.ts';
import { placeInvoiceCharges } from './reconcile-subscriptions.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

/** Movements written by one statement. */
const SET = 1_000;
const SLICE = 5_000;
/** Charges that teach what a charge of their kind usually pays. */
const SAMPLES = 20_000;
/** A movement of an asynchronous capture may come long after the charge (an hour with the usual grace of five minutes). */
const UNSEEN_GRACES = 12;
/** Lists may show a movement some time after later ones. */
const OVERLAP_MS = 3_600_000;

export async function reconcileBalance(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  if (run.cursor.phase !== 'match') await readMovements(deps, run);
  await placeInvoiceCharges(deps, run);
  const rates = await ratesOf(deps);
  await matchAll(deps, run, rates);
  const { db, graceSeconds } = deps;
  await judgeAll(run, await matchOpenFindings(db, { since: run.since, graceSeconds, rates }), rates);
  await reportWhatNeverCame(deps, run);
  await reconcileTransfers(deps, run);
  const newest = Number(run.cursor.newest ?? 0);
  const overlap = Math.max(OVERLAP_MS, graceSeconds * UNSEEN_GRACES * 1_000);
  return newest ? { balance: new Date(newest - overlap) } : {};
}

/** The contract's rates, and of currencies without one what the latest charges of each kind paid. */
async function ratesOf({ db, feeRates }: ReconcileDeps): Promise<FeeRates> {
  return { ...learnFeeRates(await readFeeSamples(db, SAMPLES)), ...feeRates };
}

async function reportWhatNeverCame({ db, graceSeconds }: ReconcileDeps, run: Run): Promise<void> {
  const grace = graceSeconds * UNSEEN_GRACES;
  await inPages(
    FIRST_UUID,
    (page) => findUnseenCharges(db, run.since, grace, page),
    ({ payment_id }) => payment_id,
    async (charges) => {
      await run.report(charges.map(chargeMissing));
      await run.note();
    },
  );
  await inPages(
    '',
    (page) => findDisputesNotReinstated(db, grace, page),
    ({ dispute_id }) => dispute_id,
    (disputes) => run.report(disputes.map(disputeNotReinstated)),
  );
}

/** Transfers to vendors and their reversals: what stands for a row of ours, and rows that nothing stands for. */
async function reconcileTransfers({ db, graceSeconds }: ReconcileDeps, run: Run): Promise<void> {
  await inPages(
    '',
    (page) => matchTransfers(db, run.since, graceSeconds, page),
    ({ id }) => id,
    (pairs) => run.report(pairs.map(judgeTransfer)),
  );
  await inPages(
    FIRST_UUID,
    (page) => findUnseenTransfers(db, run.since, graceSeconds * UNSEEN_GRACES, page),
    ({ row_id }) => row_id,
    (rows) => run.report(rows.map(transferMissing)),
  );
  await run.note();
}

async function readMovements(deps: ReconcileDeps, run: Run): Promise<void> {
  let pages: MovementPage[] = [];
  let size = 0;
  const keep = async (readAt: Date) => {
    await keepPages(deps, pages, readAt);
    const movements = pages.flatMap((page) => page.movements);
    const newest = Math.max(Number(run.cursor.newest ?? 0), ...movements.map(({ createdAt }) => createdAt.getTime()));
    run.cursor = { phase: 'read', after: movements.at(-1)?.id ?? run.cursor.after ?? '', newest: String(newest) };
    run.advance(movements.length);
    pages = [];
    size = 0;
    await run.note();
  };
  let readAt = new Date();
  for await (const page of deps.lists.movements({ since: run.since, after: run.cursor.after || undefined })) {
    pages.push(page);
    size += page.movements.length;
    if (size < SET) continue;
    await keep(readAt);
    readAt = new Date();
  }
  if (size > 0) await keep(readAt);
}

async function keepPages({ db }: ReconcileDeps, pages: readonly MovementPage[], readAt: Date): Promise<void> {
  await keepStripeObjects(
    db,
    pages.flatMap(({ sources }) => sources),
    readAt,
  );
  await keepMovements(
    db,
    pages.flatMap(({ movements }) => movements),
    readAt,
  );
}

async function matchAll(deps: ReconcileDeps, run: Run, rates: FeeRates): Promise<void> {
  const read = await countMovements(deps.db, run.since);
  const { graceSeconds } = deps;
  let after: SliceStart = { at: new Date(Number(run.cursor.at ?? run.since.getTime() - 1)), id: run.cursor.id ?? '' };
  // Each movement is read and then matched: two steps of the same work.
  run.total = read * 2;
  for (;;) {
    const slice = await matchMovements(deps.db, after, { limit: SLICE, graceSeconds, rates });
    if (!slice) return;
    await judgeAll(run, slice.disagreeing, rates);
    after = slice.end;
    run.advance(slice.size);
    run.count('movements', slice.size);
    run.cursor = { ...run.cursor, phase: 'match', at: String(after.at.getTime()), id: after.id };
    await run.note();
  }
}

async function judgeAll(run: Run, movements: readonly Movement[], rates: FeeRates): Promise<void> {
  const judged = movements.map((movement) => judgeMovement(movement, rates));
  await run.book(judged.flatMap(({ bookings }) => bookings));
  await run.report(judged.flatMap(({ findings }) => findings));
}
