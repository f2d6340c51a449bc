/**
 * Applies an event that speaks of refunds by reading them anew: one refund, or all of a charge's. Ours are found by their id or
 * by the one we gave them in the metadata (the event may be faster than our own record); those that somebody made in
 * Stripe's dashboard become rows of the order.
 */
import type { Database } from '../db/database.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import type { InboxEvent } from '../db/inbox.ts';
import { findPaymentByIntent, type PaymentRow } from '../db/payments.ts';
import {
  ALL_IS_BACK,
  adoptRefund,
  findRefund,
  findRefundByProviderId,
  lockOrderMoney,
  type RefundRow,
} from '../db/refunds.ts';
import { REFUND_REASONS, type RefundReason } from '../domain/refunds.ts';
import { type PaymentProvider, PaymentRefusedError, type ProviderRefund } from '../providers/payments.ts';
import { ensureCaptured } from './ensure-captured.ts';
import { type RecordRefundDeps, recordRefund } from './record-refund.ts';

export interface ReadRefundsDeps extends RecordRefundDeps {
  payments: PaymentProvider;
}

/** Returns what came of it, for the inbox; `foreign…` when it was nothing of ours. */
export async function applyRefundEvent(deps: ReadRefundsDeps, { object_id: id }: InboxEvent): Promise<string> {
  if (id && /^(re|pyr)_/.test(id)) return readRefund(deps, id);
  const payment = id ? await findPaymentByIntent(deps.db, id) : undefined;
  if (!payment || !id) return 'foreign: speaks of no refund or payment of ours';
  const refunds = await deps.payments.listRefunds(id);
  for (const refund of refunds) await place(deps, refund, payment);
  return `${refunds.length} refund(s) read`;
}

async function readRefund(deps: ReadRefundsDeps, id: string): Promise<string> {
  const refund = await deps.payments.retrieveRefund(id).catch(refused);
  if (!refund) return 'foreign: Stripe does not know the refund';
  const payment = refund.paymentIntent ? await findPaymentByIntent(deps.db, refund.paymentIntent) : undefined;
  if (!payment) return 'foreign: a refund of no payment of ours';
  return place(deps, refund, payment);
}

/** Records a refund on its row, which is made when it is not there. */
async function place(deps: ReadRefundsDeps, refund: ProviderRefund, payment: PaymentRow): Promise<string> {
  if (refund.isRelease) return 'nothing: what was never captured was released';
  const row = (await findOwn(deps.db, refund)) ?? (await adopt(deps, refund, payment));
  if (!row) return 'held: the payment it gives back is not recorded';
  await recordRefund(deps, row, refund);
  return 'refund read';
}

async function findOwn(db: Database, { id, refundId }: ProviderRefund): Promise<RefundRow | undefined> {
  const known = await findRefundByProviderId(db, id);
  if (known || !refundId || !isUuid(refundId)) return known;
  const ours = await findRefund(db, refundId);
  return ours && (ours.provider_id ?? id) === id ? ours : undefined;
}

async function adopt(deps: ReadRefundsDeps, refund: ProviderRefund, payment: PaymentRow) {
  const { db } = deps;
  const orderId = payment.order_id;
  const subject = refund.id;
  if (!(await ensureCaptured(deps, payment))) {
    const detail = { refund: refund.id, amount: refund.amount, currency: refund.currency };
    await openException(db, { code: 'refund_unplaced', subject, orderId, detail });
    await settleWhenAllIsBack(deps, payment);
    return undefined;
  }
  await db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    const adopted = await adoptRefund(tx, orderId, {
      providerId: refund.id,
      amount: refund.amount,
      currency: refund.currency,
      reason: REFUND_REASONS.find((reason): reason is RefundReason => reason === refund.reason) ?? null,
    });
    await resolveException(tx, 'refund_unplaced', subject, 'The payment is recorded, and the refund with it.');
    // The same request has money at Stripe twice: never ours by design, so a person must look.
    if (adopted && refund.refundId && isUuid(refund.refundId) && (await findRefund(tx, refund.refundId)))
      await openException(tx, { code: 'refund_doubled', subject, orderId, detail: { refund_id: refund.refundId } });
  });
  return findRefundByProviderId(db, refund.id);
}

/** Money that no order took up (`payment_mismatch`) has no rows here: Stripe's own tell whether all of it went back. */
async function settleWhenAllIsBack({ db, payments }: ReadRefundsDeps, payment: PaymentRow): Promise<void> {
  const id = payment.provider_id;
  if (!id) return;
  const intent = await payments.retrieveIntent(id);
  const refunds = (await payments.listRefunds(id)).filter((each) => each.status === 'succeeded' && !each.isRelease);
  const back = refunds.reduce((sum, refund) => sum + refund.amount, 0);
  if (intent.amountReceived === 0 || back < intent.amountReceived) return;
  await db.transaction(async (tx) => {
    await lockOrderMoney(tx, payment.order_id);
    await resolveException(tx, 'payment_mismatch', id, ALL_IS_BACK);
    for (const refund of refunds) await resolveException(tx, 'refund_unplaced', refund.id, ALL_IS_BACK);
  });
}

function refused(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
