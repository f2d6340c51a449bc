/** What may be asked of an order's money: give some of it back, and send a refund again that failed. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { resolveException } from '../db/exceptions.ts';
import { uuidv7 } from '../db/ids.ts';
import { giveBack } from '../db/order-credits.ts';
import { holdOrder } from '../db/order-holds.ts';
import { insertJobs } from '../db/outbox.ts';
import {
  copyRefundLines,
  findOrderRefund,
  insertRefundLines,
  type RefundBasis,
  readRefundBasis,
  restockRefund,
} from '../db/refund-requests.ts';
import { insertRefund, lockOrderMoney } from '../db/refunds.ts';
import { refundableOf } from '../domain/order-money.ts';
import { planRefund, REFUND_REASONS, type RefundRefusal } from '../domain/refunds.ts';
import { makeJob } from '../queues/define-queue.ts';
import { issueRefund } from '../queues/issue-refund.ts';
import { assignUnits } from './assign-units.ts';
import { conflict, invalid, notFound, type Problem } from './problem.ts';
import { amountOrMoney, sku, text } from './schemas.ts';

// Strict: a misspelled amount would give everything back.
const refundLine = z
  .strictObject({ line_id: z.uuid().optional(), sku: sku.optional(), quantity: z.int().min(1).max(10_000) })
  .refine((line) => (line.line_id === undefined) !== (line.sku === undefined), 'takes a line_id or a sku');

export const newRefund = z
  .strictObject({
    lines: z
      .array(refundLine)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'What came back; worth its price and its share of the tax unless `amount` says otherwise' }),
    amount: amountOrMoney.optional().meta({ description: "Minor units of the order's currency" }),
    shipping: z.boolean().default(false).meta({ description: 'Give the shipping back too' }),
    reason: z.enum(REFUND_REASONS).optional(),
    restock: z.boolean().default(false).meta({ description: 'The units of `lines` are back on the shelf' }),
    note: text(500).optional(),
  })
  .meta({
    id: 'NewRefund',
    description: 'Without lines, amount and shipping: all that is left',
    example: { amount: 500 },
  });

export type NewRefundBody = z.output<typeof newRefund>;

/**
 * Decides a refund and writes its job; the caller holds the order's lock. Throws 400 for what makes no sense, 409 (with what
 * is still refundable) for what is not left. Returns the refund's id.
 */
export async function requestRefund(
  tx: Executor,
  orderId: string,
  body: NewRefundBody,
  actor: string,
): Promise<string> {
  const basis = await readRefundBasis(tx, orderId);
  assertTaken(basis);
  const plan = planRefund(toRefundable(basis), {
    lines: body.lines && assignUnits(basis.lines, body.lines, (line) => line.quantity - line.refunded_quantity),
    amount: readAmount(basis, body.amount),
    shipping: body.shipping,
  });
  if ('code' in plan) throw refusal(plan, basis);
  const id = uuidv7();
  const { amount, shippingAmount } = plan;
  const { reason = null, note = null } = body;
  const written = await giveBack(tx, { id, orderId, cause: `request/${id}`, amount, shippingAmount, reason, note });
  if (!written) throw refusal({ code: 'refund_exceeds_refundable', wanted: amount }, basis);
  await insertRefundLines(tx, id, plan.lines);
  if (body.restock && !(await restockRefund(tx, id, actor)))
    throw conflict('nothing_to_restock', 'Only units that were sent and have not come back yet can be restocked.');
  // What is given back whole before it was sent, stays here.
  if (amount === leftOf(basis)) await holdOrder(tx, orderId, 'refunded');
  return id;
}

/** Sends the money of a failed refund again, by a refund of its own: a second call returns the same one. */
export async function retryRefund(tx: Executor, orderId: string, failedId: string): Promise<string> {
  const failed = await findOrderRefund(tx, orderId, failedId);
  if (!failed) throw notFound('refund', failedId);
  if (failed.retried_by) return failed.retried_by;
  if (failed.status !== 'failed' && failed.status !== 'canceled')
    throw conflict('refund_not_failed', `A refund that is ${failed.status} is not sent again.`);
  const { order_id: ownerId, amount, shipping_amount: shippingAmount, reason, note } = failed;
  const { is_owed: isOwed, credit_id: creditId } = failed;
  const id = uuidv7();
  // What a credit had paid is sent on the order that it was taken for.
  if (ownerId !== orderId) await lockOrderMoney(tx, ownerId);
  const refund = {
    id,
    orderId: ownerId,
    isOwed,
    creditId,
    cause: `retry/${failedId}`,
    amount,
    shippingAmount,
    reason,
    note,
  };
  if (!(await insertRefund(tx, refund)))
    throw refusal({ code: 'refund_exceeds_refundable', wanted: amount }, await readRefundBasis(tx, ownerId));
  if (!(await copyRefundLines(tx, failedId, id)))
    throw conflict('line_already_refunded', 'Lines of this refund were refunded by another meanwhile.');
  await resolveException(tx, 'refund_failed', failedId, `Sent again as refund ${id}.`);
  await insertJobs(tx, [makeJob(issueRefund, { order_id: ownerId, refund_id: id })]);
  return id;
}

function assertTaken(basis: RefundBasis): void {
  if (basis.payment_status !== 'succeeded')
    throw conflict(
      'order_not_refundable',
      `The payment is ${basis.payment_status}: nothing was taken that could go back.`,
    );
  if (basis.dispute_status === 'open')
    throw conflict('order_disputed', 'The payment is disputed: while the bank decides, Stripe takes no refund.');
}

const leftOf = (basis: RefundBasis) => refundableOf(basis) + basis.credit_refundable;

const toRefundable = (basis: RefundBasis) => ({
  currency: basis.currency,
  shippingAmount: basis.shipping_amount,
  taxAmount: basis.tax_amount,
  shippingRefunded: basis.shipping_refunded,
  refundable: leftOf(basis),
  lines: basis.lines,
});

function readAmount({ currency }: RefundBasis, amount: NewRefundBody['amount']): number | undefined {
  if (typeof amount !== 'object') return amount;
  if (amount.currency.toLowerCase() !== currency)
    throw invalid([{ pointer: '/amount/currency', code: 'currency_differs', message: `The order is in ${currency}.` }]);
  if (amount.amount < 1)
    throw invalid([{ pointer: '/amount/amount', code: 'too_small', message: 'A refund is of 1 minor unit at least.' }]);
  return amount.amount;
}

/** A refusal as a problem; all of them say what is still refundable. */
function refusal(plan: RefundRefusal, basis: RefundBasis): Problem {
  const refundable = { amount: leftOf(basis), currency: basis.currency };
  const extra = { refundable };
  switch (plan.code) {
    case 'amount_not_divisible': {
      const message = `Amounts in ${basis.currency} are multiples of ${plan.step} minor units.`;
      return invalid([{ pointer: '/amount', code: plan.code, message }]);
    }
    case 'line_already_refunded': {
      const detail = `Of ${plan.sku}, ${plan.refundable} unit(s) can still be refunded.`;
      return conflict(plan.code, detail, { ...extra, line_id: plan.lineId, refundable_quantity: plan.refundable });
    }
    case 'shipping_already_refunded':
      return conflict(plan.code, 'The shipping was given back before.', extra);
    case 'nothing_to_refund':
      return conflict(plan.code, 'Nothing is left to refund.', extra);
    case 'refund_exceeds_refundable':
      return conflict(plan.code, `${plan.wanted} was asked for, ${refundable.amount} can be refunded.`, extra);
  }
}
