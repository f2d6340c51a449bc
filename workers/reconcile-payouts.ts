/** (d) Each payout is kept and booked, and the movements that left with it must sum to it: at Stripe and in the ledger. */
import { matchMovementsOfPayout } from '../db/match-movements.ts';
import { findPayoutsToRead, type PayoutSums, readPayoutSums } from '../db/reconciliation-payouts.ts';
import { keepMovements, keepStripeObjects } from '../db/stripe-objects.ts';
import { judgeMovement } from '../domain/reconciliation-balance.ts';
import { judgePayout, type PayoutPair } from '../domain/reconciliation-payouts.ts';
import { keepPayout } from './keep-payout.ts';
import { reconcileVendors } from './reconcile-vendors.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

/** A payout may still fail some days after it was paid. */
const OVERLAP_MS = 14 * 86_400_000;

export async function reconcilePayouts(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  const listed: string[] = [];
  let newest = 0;
  for await (const payouts of deps.lists.objects('payout', { since: run.since })) {
    listed.push(...payouts.map(({ id }) => id));
    newest = Math.max(newest, ...payouts.map(({ createdAt }) => createdAt.getTime()));
  }
  const ids = [...new Set([...(await findPayoutsToRead(deps.db, run.since)), ...listed])].sort();
  run.total = ids.length;
  for (const id of ids) {
    if (run.cursor.vendor) break;
    if (run.cursor.after && id <= run.cursor.after) continue;
    await reconcilePayout(deps, run, id);
    run.advance(1);
    run.cursor = { after: id };
    await run.note();
  }
  const { connect } = deps;
  if (connect) await reconcileVendors({ ...deps, connect }, run);
  return newest ? { payouts: new Date(newest - OVERLAP_MS) } : {};
}

async function reconcilePayout(deps: ReconcileDeps, run: Run, id: string): Promise<void> {
  const payout = await keepPayout(deps, id, (bookings) => run.book(bookings));
  if (!payout) return;
  if (payout.data.automatic && payout.data.reconciliation_status === 'completed') await readLines(deps, run, id);
  const [sums] = await readPayoutSums(deps.db, [id]);
  if (sums) await run.report(judgePayout(toPair(sums)));
}

/** Lines that add up are not read again: a payout's lines never change. */
async function readLines(deps: ReconcileDeps, run: Run, id: string): Promise<void> {
  const [known] = await readPayoutSums(deps.db, [id]);
  if (!known || known.lines === 0 || known.lines_net !== known.own_amount) await listLines(deps, id);
  // What the ledger does not hold of them yet is booked before it is compared; their findings are the balance run's.
  const judged = (await matchMovementsOfPayout(deps.db, id, deps.feeRates)).map((each) => judgeMovement(each));
  await run.book(judged.flatMap(({ bookings }) => bookings));
}

async function listLines({ db, lists }: ReconcileDeps, id: string): Promise<void> {
  let readAt = new Date();
  for await (const { movements, sources } of lists.movementsOf(id)) {
    await keepStripeObjects(db, sources, readAt);
    await keepMovements(db, movements, readAt, id);
    readAt = new Date();
  }
}

function toPair(sums: PayoutSums): PayoutPair {
  const { id, status, amount, currency, automatic, own_amount, own_fee, own_currency } = sums;
  const balance =
    own_amount === null || own_currency === null
      ? undefined
      : { amount: own_amount, fee: own_fee ?? 0, currency: own_currency };
  return {
    id,
    status,
    amount,
    currency,
    automatic,
    createdAt: sums.created_at,
    balance,
    listed: sums.reconciliation_status === 'completed',
    failureCode: sums.failure_code,
    lines: sums.lines,
    linesNet: sums.lines_net,
    checkedNet: sums.checked_net,
    linesBooked: sums.lines_booked,
  };
}
