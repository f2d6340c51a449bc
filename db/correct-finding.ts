/**
 * Corrects a finding in the ledger, once: the wrong booking is taken back under the finding's id, what is right is booked beside
 * it, into the open day, and the finding is closed, all in one transaction. It is planned on the two sides as they stand now.
 */
import {
  type CorrectedPayment,
  type CorrectionPlan,
  CorrectionRefusedError,
  isCorrectable,
  planCorrection,
  type StandingTransaction,
} from '../domain/corrections.ts';
import type { LedgerAccount, LedgerBooking, LedgerEntry } from '../domain/ledger.ts';
import { BOOKED } from '../domain/ledger-facts.ts';
import { judgeMovement } from '../domain/reconciliation-balance.ts';
import type { Movement } from '../domain/reconciliation-movement.ts';
import { findCorrectedPayment, findStanding, keepFee, postAgain } from './correction-facts.ts';
import { type Executor, statement } from './database.ts';
import { findFinding } from './finding-list.ts';
import type { FindingRow } from './findings.ts';
import { postBookings } from './ledger.ts';
import { matchMovement } from './match-movements.ts';

export interface CorrectionWish {
  who: string;
  note: string;
  account?: LedgerAccount | undefined;
  /** Nothing is written: only what would be booked is told. */
  dryRun: boolean;
}

export interface Correction {
  finding: FindingRow;
  transactions: { cause: string; reverses: string | null; entries: LedgerEntry[] }[];
  /** The ledger books by itself what the rows say, and it lacks. */
  postsRows: boolean;
}

// With the poster's lock: neither corrects what the other is about to. And by key, as the poster does.
const lock = statement(
  'lock_finding',
  `select pg_advisory_xact_lock(1819567975, 1), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
     set_config('enable_mergejoin', 'off', true)`,
);
const lockRow = statement('lock_finding_row', 'select id from findings where id = $1 for update');

/**
 * In the caller's transaction. Undefined when there is no such finding.
 * @throws {@link CorrectionRefusedError} when a booking is no repair, or not now
 */
export async function correctFinding(tx: Executor, id: string, wish: CorrectionWish): Promise<Correction | undefined> {
  await tx.rows(lock);
  await tx.rows(lockRow, [id]);
  const row = await findFinding(tx, id);
  if (!row) return undefined;
  refuseUnlessOpen(row);
  const facts = await readFacts(tx, row);
  const plan = planCorrection({ code: row.code, ...facts, account: wish.account });
  const bookings = bookingsOf(row, plan, wish.who);
  const transactions = bookings.map((booking) => shown(booking, facts.standing));
  const postsRows = plan.postsRows === true;
  if (wish.dryRun) return { finding: row, transactions, postsRows };
  await carryOut(tx, row, plan, bookings, wish);
  return { finding: (await findFinding(tx, id))!, transactions, postsRows };
}

function refuseUnlessOpen({ code, status, repair }: FindingRow): void {
  if (!isCorrectable(code))
    throw new CorrectionRefusedError('finding_not_correctable', `A booking does not repair ${code}. ${repair}`);
  if (status !== 'open' && status !== 'accepted')
    throw new CorrectionRefusedError('finding_not_open', `The finding is ${status} already.`);
}

interface Facts {
  movement?: Movement | undefined;
  payment?: CorrectedPayment | undefined;
  standing: StandingTransaction[];
}

async function readFacts(tx: Executor, row: FindingRow): Promise<Facts> {
  if (row.code === 'charge_missing') {
    const payment = await findCorrectedPayment(tx, row.subject);
    if (!payment || payment.seen || payment.captured !== row.our_amount) throw outdated();
    return { payment, standing: await findStanding(tx, { orderId: payment.orderId, causes: [] }) };
  }
  const movement = await matchMovement(tx, String((row.stripe as { transaction?: string }).transaction), {});
  if (!movement || !isStillSo(row, movement)) throw outdated();
  const { payment_id: paymentId, order_id: orderId, refund_id: refundId } = movement;
  const payment = paymentId && (await findCorrectedPayment(tx, paymentId));
  const causes = [movement.id, ...(refundId ? [refundId] : [])];
  return { movement, payment: payment || undefined, standing: await findStanding(tx, { orderId, causes }) };
}

const isStillSo = (row: FindingRow, movement: Movement): boolean =>
  judgeMovement(movement).findings.some(
    ({ code, subject, ourAmount, stripeAmount }) =>
      code === row.code &&
      subject === row.subject &&
      ourAmount === row.our_amount &&
      stripeAmount === row.stripe_amount,
  );

const outdated = () =>
  new CorrectionRefusedError(
    'finding_outdated',
    'The figures have changed since it was found; run the reconciliation.',
  );

/** The first is taken back under the correction's own name, the fee that went with it beside it. */
function bookingsOf(row: FindingRow, { reverses, entries }: CorrectionPlan, who: string): LedgerBooking[] {
  const name = row.corrections === 0 ? row.id : `${row.id}/${row.corrections + 1}`;
  const about = {
    orderId: row.order_id ?? undefined,
    occurredAt: new Date(),
    description: `${row.code} of ${row.subject}, corrected by ${who}`,
  };
  const back = reverses.map((cause, n) => ({
    ...about,
    cause: { kind: 'correction' as const, id: n === 0 ? name : `${name}/fee` },
    reverses: cause,
  }));
  if (entries.length === 0) return back;
  return [...back, { ...about, cause: { kind: 'correction', id: `${name}${BOOKED}` }, entries }];
}

function shown({ cause, reverses, entries }: LedgerBooking, standing: readonly StandingTransaction[]) {
  const taken = standing.find((each) => each.cause.kind === reverses?.kind && each.cause.id === reverses.id);
  const back = (taken?.entries ?? []).map((entry) => ({ ...entry, amount: -entry.amount }));
  return {
    cause: `${cause.kind}/${cause.id}`,
    reverses: reverses ? `${reverses.kind}/${reverses.id}` : null,
    entries: entries ?? back,
  };
}

const close = statement(
  'close_corrected_finding',
  `with corrected as (
     update findings set status = 'corrected', corrections = corrections + 1, account = coalesce($2, account), decided_by = $3,
       decided_at = clock_timestamp(), note = $4
     where id = $1 returning code, subject
   )
   update exceptions x set resolved_at = now(), resolution = $4
   from corrected where x.code = 'reconciliation_' || corrected.code and x.subject = corrected.subject and x.resolved_at is null`,
);

async function carryOut(
  tx: Executor,
  row: FindingRow,
  plan: CorrectionPlan,
  bookings: readonly LedgerBooking[],
  { who, note }: CorrectionWish,
): Promise<void> {
  const posted = await postBookings(tx, bookings);
  // Somebody has reversed it by hand meanwhile: nothing of this is kept.
  if (posted.some(({ booked }) => !booked)) throw outdated();
  if (plan.fee) await keepFee(tx, plan.fee);
  if (plan.postsRows) await postAgain(tx, row);
  await tx.rows(close, [row.id, plan.settles ?? null, who, note]);
}
