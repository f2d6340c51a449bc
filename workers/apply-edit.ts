/**
 * Triggered by an edit of an order that is not settled: one that changes what its intent is to take, or one whose balance was paid or
 * has ended (a trigger of the database's writes the job, whatever moved it; the sweeper does too). Stripe's amount is changed first, under
 * the edit's key: from then on only the new total can be paid, and money that comes before our own record is recorded behind it.
 * A payment that came in before wins, and the edit is judged anew. A second run finds the edit settled; a late one asks where the
 * order stands. What Stripe or the order refuses ends the edit, and the order is as it was.
 */
import { applyEdit, endEdit } from '../db/apply-order-edit.ts';
import { endOrder } from '../db/cancel-order.ts';
import type { Database, Executor } from '../db/database.ts';
import { openBalance } from '../db/order-edit-balance.ts';
import { type EditRow, findEdit, readEditBasis, rotateEditKey } from '../db/order-edits.ts';
import { insertJobs, reopenJobs } from '../db/outbox.ts';
import { findPayment, lockPayment, type PaymentRow } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import { insertFullRefund, lockOrderMoney, refundableAmount } from '../db/refunds.ts';
import type { Intent } from '../domain/judge-intent.ts';
import { refuseEdit, settle } from '../domain/order-edits/settlement.ts';
import { type PaymentProvider, PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';
import { done, later, type Outcome } from './outcome.ts';
import type { Processor } from './run-worker.ts';

interface Deps {
  db: Database;
  payments: PaymentProvider;
}

export function createApplyEdit(deps: Deps): Processor<{ order_id: string; edit_id: string }> {
  return async ({ edit_id: editId }) => {
    const edit = await findEdit(deps.db, editId);
    if (edit?.status === 'awaiting_payment') return followBalance(deps.db, edit);
    if (edit?.status !== 'pending') return done('the edit is settled');
    const payment = (await findPayment(deps.db, edit.order_id))!;
    if (payment.order_status !== 'awaiting_payment' || !payment.provider_id) return judgeAnew(deps.db, edit);
    return changeIntent(deps, edit, payment, payment.provider_id);
  };
}

/** How long a bank is given before it is asked again whether the payment went through. */
const PROCESSING_MS = 30_000;

async function changeIntent(deps: Deps, edit: EditRow, payment: PaymentRow, intentId: string): Promise<Outcome> {
  const amount = payment.amount + edit.difference_amount;
  const { intent, refusal } = await update(deps, edit, intentId, amount);
  if (intent.amount === amount) {
    const applied = await apply(deps.db, edit, payment.amount);
    // What was paid of the new total before it was ours is recorded now.
    await recordIntent(deps.db, edit.order_id, await deps.payments.retrieveIntent(intentId), followUps);
    return applied;
  }
  await recordIntent(deps.db, edit.order_id, intent, followUps);
  if (intent.status === 'processing') return later(PROCESSING_MS);
  const isOpen = intent.status.startsWith('requires_') && intent.status !== 'requires_capture';
  if (!isOpen) return judgeAnew(deps.db, edit);
  return refuse(deps.db, edit, { code: refusal!.code, message: refusal!.message });
}

async function update(
  deps: Deps,
  edit: EditRow,
  intentId: string,
  amount: number,
): Promise<{ intent: Intent; refusal?: PaymentRefusedError }> {
  try {
    return { intent: await deps.payments.updateIntent(intentId, amount, `edit-${edit.id}-${edit.tries}`) };
  } catch (error) {
    if (error instanceof PaymentRefusedError)
      return { intent: await deps.payments.retrieveIntent(intentId), refusal: error };
    if (error instanceof PaymentStuckError) await rotateEditKey(deps.db, edit);
    throw error;
  }
}

/** Of an order that ended meanwhile the intent is closed, whatever its amount. */
function apply(db: Database, edit: EditRow, before: number): Promise<Outcome> {
  return db.transaction(async (tx) => {
    const payment = await lockPayment(tx, edit.order_id);
    const now = await findEdit(tx, edit.id);
    if (now?.status !== 'pending') return done('the edit is settled');
    if (payment?.order_status !== 'awaiting_payment' || payment.amount !== before)
      return end(tx, now, 'order_not_editable');
    await applyEdit(tx, now, 'intent');
    return done();
  });
}

async function end(tx: Executor, edit: EditRow, code: string): Promise<Outcome> {
  await endEdit(tx, edit, 'canceled', { code });
  return done(`canceled: ${code}`);
}

function refuse(db: Database, edit: EditRow, error: { code: string; message: string }): Promise<Outcome> {
  return db.transaction(async (tx) => {
    await lockOrderMoney(tx, edit.order_id);
    await endEdit(tx, edit, 'refused', error);
    return done(`refused: ${error.code}`);
  });
}

/** The order was paid, or authorized, or has ended before Stripe could be asked: the same edit is settled by where it stands now. */
function judgeAnew(db: Database, { id, order_id: orderId }: EditRow): Promise<Outcome> {
  return db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    const edit = await findEdit(tx, id);
    if (edit?.status !== 'pending') return done('the edit is settled');
    const order = { ...(await readEditBasis(tx, orderId)), has_open_edit: false };
    const refusal = refuseEdit(order);
    if (refusal?.isTransient) throw new Error(`edit ${id}: ${refusal.message}`);
    if (refusal) return end(tx, edit, refusal.refusal);
    const settled = settle(order, edit.after.totals.total);
    if ('refusal' in settled) return end(tx, edit, settled.refusal);
    // It is still to be paid: its intent was not there, or was asked for while it changed.
    if (settled.settlement === 'intent') throw new Error(`edit ${id}: the order awaits its payment again`);
    if (settled.settlement === 'balance') await openBalance(tx, edit);
    else await applyEdit(tx, edit, settled.settlement);
    return done(settled.settlement);
  });
}

/** Locks go from the order to its balance, as everywhere where one pays for the other. */
function followBalance(db: Database, { id, order_id: orderId }: EditRow): Promise<Outcome> {
  return db.transaction(async (tx) => {
    const order = await lockPayment(tx, orderId);
    const edit = await findEdit(tx, id);
    if (!order || edit?.status !== 'awaiting_payment' || !edit.balance_order_id) return done('the edit is settled');
    const balance = await lockPayment(tx, edit.balance_order_id);
    const isPaid = balance?.status === 'succeeded' && balance.order_status !== 'canceled';
    const isEditable =
      ['authorized', 'paid'].includes(order.order_status) && order.fulfillment_status === 'unfulfilled';
    // Of disputed money, or some that went back already, nothing can be paid.
    const isThere = isPaid && (await refundableAmount(tx, balance.order_id)) >= edit.difference_amount;
    if (isThere && isEditable) {
      await applyEdit(tx, edit, 'balance');
      return done('paid');
    }
    if (isPaid) return giveBack(tx, edit, balance.order_id, isEditable ? 'balance_not_there' : 'order_not_editable');
    if (balance && ['pending', 'awaiting_payment', 'authorized'].includes(balance.order_status)) {
      if (isEditable) return done('it waits for its payment');
      return cancelBalance(tx, edit, balance);
    }
    return end(tx, edit, 'balance_not_paid');
  });
}

/** The order is not changed any more: what is left of the money that came for that goes back. */
async function giveBack(tx: Executor, edit: EditRow, balanceId: string, code: string): Promise<Outcome> {
  const refundId = await insertFullRefund(tx, balanceId, 'edit_canceled');
  if (refundId) await insertJobs(tx, [followUps.refund(balanceId, refundId)]);
  return end(tx, edit, code);
}

async function cancelBalance(tx: Executor, edit: EditRow, { order_id: balanceId }: PaymentRow): Promise<Outcome> {
  if (await endOrder(tx, balanceId, 'canceled', 'edit_canceled'))
    await reopenJobs(tx, [followUps.closeIntent(balanceId)]);
  return end(tx, edit, 'order_not_editable');
}
