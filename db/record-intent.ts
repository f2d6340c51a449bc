/** The one place that records what Stripe says of a PaymentIntent, whoever heard it and in whatever order. */
import {
  type Intent,
  isPartial,
  type Judgement,
  judgeIntent,
  type KnownPayment,
  type Move,
} from '../domain/judge-intent.ts';
import { findAskedCapture } from './captures.ts';
import { type Database, type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { appendOrderEvent } from './order-events.ts';
import { holdOrder } from './order-holds.ts';
import { insertJobs, type OutboxJob, reopenJobs } from './outbox.ts';
import { findPayment, lockPayment, type PaymentRow, recordFee } from './payments.ts';
import { ALL_IS_BACK, insertFullRefund } from './refunds.ts';
import { releaseStock } from './stock.ts';
import { endingOf, isLegal, writeIntent } from './write-intent.ts';

/** The jobs that recording may call for; given by the caller, since this folder does not know the queues. */
export interface FollowUps {
  fulfill: (orderId: string) => OutboxJob;
  refund: (orderId: string, refundId: string) => OutboxJob;
  closeIntent: (orderId: string) => OutboxJob;
}

/** How often a move is judged anew because the order changed under it, before the order is locked for it. */
const MAX_JUDGEMENTS = 3;

/**
 * Records an intent's present state for its order, once: moves the order along the transition table, keeps the refusal,
 * and writes the message and the job that follow, all or nothing. Late, repeated and reordered reports change nothing.
 * Returns the judgement; `undefined` when there is no such order.
 *
 * Most moves are judged by what was read and written by one statement that finds the order as it was judged; the others
 * lock the order first.
 * @param known the order's payment as the caller read it, if it did
 */
export async function recordIntent(
  db: Database,
  orderId: string,
  intent: Intent,
  follow: FollowUps,
  known?: PaymentRow,
): Promise<Judgement | undefined> {
  let row = known ?? (await findPayment(db, orderId));
  // Whether a part was asked for is read under the order's lock.
  for (let judged = 0; row && !isPartial(intent) && judged < MAX_JUDGEMENTS; judged++) {
    const judgement = judgeIntent(toKnown(row), intent);
    if (judgement.kind !== 'move' || !standsAlone(judgement) || !isLegal(row, judgement)) break;
    if (await writeIntent(db, row, intent, judgement, jobOf(row, judgement, follow))) return judgement;
    row = await findPayment(db, orderId);
  }
  return row && db.transaction((tx) => recordLockedIntent(tx, orderId, intent, follow));
}

/** The same within a transaction, which holds the order's lock to its end. */
export async function recordLockedIntent(
  tx: Executor,
  orderId: string,
  intent: Intent,
  follow: FollowUps,
): Promise<Judgement | undefined> {
  const row = await lockPayment(tx, orderId);
  if (!row) return undefined;
  const askedCapture = isPartial(intent) ? await findAskedCapture(tx, row.id) : undefined;
  const judgement = judgeIntent({ ...toKnown(row), askedCapture }, intent);
  const ours = row.provider_id === intent.id && judgement.kind !== 'mismatch';
  if (intent.feeAmount !== null && row.fee_amount === null && ours) {
    await recordFee(tx, intent);
  }
  // Of an edit whose new total Stripe has already and we have not: its job records the payment behind the edit.
  if (judgement.kind === 'mismatch' && (await isEditOnItsWay(tx, row, intent)))
    return { kind: 'nothing', why: 'an edit of the order is being applied' };
  if (judgement.kind === 'mismatch') await hold(tx, row, intent, judgement);
  if (judgement.kind === 'orphan' && HOLDS_MONEY.has(intent.status)) await listOrphan(tx, row, intent);
  if (judgement.kind === 'move') await apply(tx, row, intent, judgement, follow);
  return judgement;
}

const HOLDS_MONEY: ReadonlySet<string> = new Set(['succeeded', 'requires_capture']);

/** Whether one statement writes all of a move: it frees no stock, makes no refund and opens no job again. */
const standsAlone = (move: Move) => (move.then ?? 'fulfill') === 'fulfill' && endingOf(move) === undefined;

const jobOf = (row: PaymentRow, { then }: Move, follow: FollowUps) =>
  then === 'fulfill' ? follow.fulfill(row.order_id) : undefined;

/** Money on a second intent that names this order: none of ours is ever confirmed, so a person must look where it came from. */
async function listOrphan(
  tx: Executor,
  { order_id: orderId }: PaymentRow,
  { id, amount, currency }: Intent,
): Promise<void> {
  await openException(tx, {
    code: 'payment_orphan',
    subject: id,
    orderId,
    detail: { payment_intent: id, amount, currency },
  });
}

function toKnown(row: PaymentRow): KnownPayment {
  return {
    orderStatus: row.order_status,
    paymentStatus: row.payment_status,
    providerId: row.provider_id,
    status: row.status,
    amount: row.amount,
    currency: row.currency,
    feeAmount: row.fee_amount,
    lastFailure: row.last_error?.cause ?? null,
    captureMethod: row.capture_method,
    offSession: row.off_session,
    unreserved: row.unreserved,
  };
}

const heldBefore = statement(
  'payment_held_before',
  `select 1 from exceptions where code = 'payment_mismatch' and subject = $1 and (resolved_at is null or resolution = $2)`,
);

const mismatched = statement(
  'has_payment_mismatch',
  `select 1 from exceptions where order_id = $1 and code = 'payment_mismatch'`,
);

/** Whether an order's intent holds, or held, money of another amount: it is settled at Stripe, and takes no attempt more. */
export async function hasMismatch(db: Executor, orderId: string): Promise<boolean> {
  return (await db.rows(mismatched, [orderId])).length > 0;
}

const editing = statement(
  'edit_on_its_way',
  `select 1 from order_edits where order_id = $1 and status = 'pending' and settlement = 'intent' and difference_amount = $2`,
);

async function isEditOnItsWay(tx: Executor, row: PaymentRow, { id, amount, currency }: Intent): Promise<boolean> {
  if (row.provider_id !== id || row.currency !== currency) return false;
  return (await tx.rows(editing, [row.order_id, amount - row.amount])).length > 0;
}

/** Money of another amount or currency moves nothing by itself: a person decides. */
async function hold(
  tx: Executor,
  row: PaymentRow,
  intent: Intent,
  detail: Judgement & { kind: 'mismatch' },
): Promise<void> {
  const { expected, actual } = detail;
  const known = await tx.rows(heldBefore, [intent.id, ALL_IS_BACK]);
  if (known.length > 0) return;
  await openException(tx, {
    code: 'payment_mismatch',
    subject: intent.id,
    orderId: row.order_id,
    detail: { expected, actual },
  });
  await appendOrderEvent(tx, row.order_id, 'payment.mismatch', { expected, actual, payment_intent: intent.id });
}

async function apply(tx: Executor, row: PaymentRow, intent: Intent, move: Move, follow: FollowUps): Promise<void> {
  if (!isLegal(row, move) || !(await writeIntent(tx, row, intent, move, jobOf(row, move, follow))))
    throw new Error(
      `the order stands at ${row.order_status}/${row.payment_status}, where ${move.event} cannot lead on`,
    );
  if (endingOf(move)) await releaseStock(tx, row.order_id);
  if (move.event === 'payment.authorization_expired') await listExpired(tx, row);
  if (move.then === 'hold') await holdPart(tx, row, intent);
  if (move.then === 'close_intent') await reopenJobs(tx, [follow.closeIntent(row.order_id)]);
  if (move.then !== 'refund') return;
  const refundId = await insertFullRefund(tx, row.order_id, 'late_payment');
  if (refundId) await insertJobs(tx, [follow.refund(row.order_id, refundId)]);
}

/** Nobody captured in time: the goods are free again, and whoever should have captured is told. */
function listExpired(tx: Executor, { order_id: orderId, provider_id, amount, currency }: PaymentRow): Promise<void> {
  const detail = { payment_intent: provider_id, amount, currency };
  return openException(tx, { code: 'authorization_expired', subject: orderId, orderId, detail });
}

/** Less was taken than the order costs, and not by us: nothing is sent until a person has decided. */
async function holdPart(tx: Executor, row: PaymentRow, intent: Intent): Promise<void> {
  const { order_id: orderId, amount, currency } = row;
  await holdOrder(tx, orderId, 'partially_captured');
  const detail = { expected: { amount, currency }, actual: { amount: intent.amountReceived, currency } };
  await openException(tx, { code: 'payment_mismatch', subject: intent.id, orderId, detail });
}
