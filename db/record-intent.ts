/** The one place that records what Stripe says of a PaymentIntent, whoever heard it and in whatever order. */
import { type Intent, type Judgement, judgeIntent, type KnownPayment, type Move } from '../domain/judge-intent.ts';
import { type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { insertNotification } from './notifications.ts';
import { appendOrderEvent, moveOrder } from './order-events.ts';
import { insertJobs, type OutboxJob, reopenJobs } from './outbox.ts';
import { lockPayment, type PaymentRow, recordFee } from './payments.ts';
import { insertFullRefund } from './refunds.ts';
import { releaseStock } from './stock.ts';

const record = statement(
  'record_intent',
  `with attempt as (
     update payment_attempts set status = $9, error = $10, settled_at = now() where id = $8 and status = 'pending' and $9::text is not null
   )
   update payments set provider_id = $2, status = $3, client_secret = coalesce($4, client_secret), charge_id = coalesce($5, charge_id),
     next_action_url = $6, captured_amount = $7, last_error = coalesce($10, last_error),
     fee_amount = coalesce($11, fee_amount), updated_at = now()
   where order_id = $1`,
);

/** The jobs that recording may call for; given by the caller, since this folder does not know the queues. */
export interface FollowUps {
  fulfill: (orderId: string) => OutboxJob;
  refund: (orderId: string, refundId: string) => OutboxJob;
  closeIntent: (orderId: string) => OutboxJob;
}

/**
 * Records an intent's present state for its order, once: moves the order along the transition table, keeps the refusal,
 * and writes the message and the job that follow, all in the caller's transaction. Late, repeated and reordered reports
 * change nothing. Returns the judgement; `undefined` when there is no such order.
 */
export async function recordIntent(
  tx: Executor,
  orderId: string,
  intent: Intent,
  follow: FollowUps,
): Promise<Judgement | undefined> {
  const row = await lockPayment(tx, orderId);
  if (!row) return undefined;
  const judgement = judgeIntent(toKnown(row), intent);
  if (intent.feeAmount !== null && row.fee_amount === null && row.provider_id === intent.id) {
    await recordFee(tx, intent);
  }
  if (judgement.kind === 'mismatch') await hold(tx, row, intent, judgement);
  if (judgement.kind === 'orphan' && HOLDS_MONEY.has(intent.status)) await listOrphan(tx, row, intent);
  if (judgement.kind === 'move') await apply(tx, row, intent, judgement, follow);
  return judgement;
}

const HOLDS_MONEY: ReadonlySet<string> = new Set(['succeeded', 'requires_capture']);

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
  };
}

const heldBefore = statement(
  'payment_held_before',
  `select 1 from exceptions where code = 'payment_mismatch' and subject = $1 and resolved_at is null`,
);

/** Money of another amount or currency moves nothing by itself: a person decides. */
async function hold(
  tx: Executor,
  row: PaymentRow,
  intent: Intent,
  detail: Judgement & { kind: 'mismatch' },
): Promise<void> {
  const { expected, actual } = detail;
  const known = await tx.rows(heldBefore, [intent.id]);
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
  const { error, attempt } = outcomeOf(intent, move);
  await tx.rows(record, [
    row.order_id,
    intent.id,
    intent.status,
    intent.clientSecret,
    intent.chargeId,
    intent.nextActionUrl,
    intent.status === 'succeeded' ? intent.amountReceived : 0,
    row.attempt_id,
    attempt,
    error ? JSON.stringify(error) : null,
    intent.feeAmount,
  ]);
  const data = { payment_intent: intent.id, ...(error ? { code: error.code, decline_code: error.decline_code } : {}) };
  await moveWithPayment(tx, row, move, data);
  await followUp(tx, row, move, follow);
  await tell(tx, row, move, intent);
}

function outcomeOf(intent: Intent, move: Move) {
  const { lastError } = intent;
  const failed = move.failure !== undefined && lastError !== null;
  const error = failed
    ? { code: lastError.code, decline_code: lastError.declineCode, message: lastError.message, cause: move.failure }
    : undefined;
  const accepted = ['succeeded', 'requires_capture', 'processing'].includes(intent.status);
  return { error, attempt: failed ? 'declined' : accepted ? 'accepted' : null };
}

/** A second refusal leaves the payment's status as it is and is an event all the same. */
async function moveWithPayment(tx: Executor, row: PaymentRow, move: Move, data: object): Promise<void> {
  const paymentStatus = move.paymentStatus === row.payment_status ? undefined : move.paymentStatus;
  if (row.order_status === 'pending' && move.event !== 'payment.created')
    await appendOrderEvent(tx, row.order_id, 'payment.created', data);
  const to = { ...(move.status ? { status: move.status } : {}), ...(paymentStatus ? { paymentStatus } : {}) };
  const ends = move.status === 'canceled' || move.status === 'expired';
  const ending = ends
    ? ({ fulfillmentStatus: 'canceled', reason: move.status === 'expired' ? 'expired' : 'payment_canceled' } as const)
    : {};
  const moved = await moveOrder(tx, { orderId: row.order_id, ...to, ...ending, event: move.event, data });
  if (ends && moved) await releaseStock(tx, row.order_id);
  if (!moved)
    throw new Error(
      `the order stands at ${row.order_status}/${row.payment_status}, where ${move.event} cannot lead on`,
    );
}

async function followUp(tx: Executor, row: PaymentRow, { then }: Move, follow: FollowUps): Promise<void> {
  if (then === 'fulfill') await insertJobs(tx, [follow.fulfill(row.order_id)]);
  if (then === 'close_intent') await reopenJobs(tx, [follow.closeIntent(row.order_id)]);
  if (then !== 'refund') return;
  const refundId = await insertFullRefund(tx, row.order_id, 'late_payment');
  if (refundId) await insertJobs(tx, [follow.refund(row.order_id, refundId)]);
}

async function tell(tx: Executor, row: PaymentRow, move: Move, intent: Intent): Promise<void> {
  const to = { orderId: row.order_id, recipient: row.customer_email };
  if (move.then === 'fulfill') {
    await insertNotification(tx, { ...to, cause: `order.paid/${row.order_id}`, template: 'order-confirmation' });
  }
  if (move.status === 'canceled' || move.status === 'expired') {
    const data = { reason: move.status === 'expired' ? 'expired' : 'payment_canceled' };
    await insertNotification(tx, { ...to, cause: `order.canceled/${row.order_id}`, template: 'canceled', data });
  }
  if (!move.failure) return;
  const data = { code: intent.lastError?.code ?? null };
  await insertNotification(tx, {
    ...to,
    cause: `payment.failed/${row.order_id}/${move.failure}`,
    template: 'payment-failed',
    data,
  });
}
