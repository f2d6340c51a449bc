/**
 * Triggered by a refund row: sends it to Stripe once, under the row's key; one that was sent and not heard of since is
 * asked for (the sweeper does that, its events may be lost). A second run finds the row settled; after a
 * lost answer the same key replays the refund; after a stored failure of Stripe's the refund is looked up by our id in its
 * metadata before a new key is taken. Gives up when Stripe refuses, which goes to the exceptions list.
 */
import type { Database } from '../db/database.ts';
import { findRefund, type RefundRow, rotateRefundKey, touchRefund } from '../db/refunds.ts';
import {
  type PaymentProvider,
  PaymentRefusedError,
  PaymentStuckError,
  type ProviderRefund,
} from '../providers/payments.ts';
import { done, giveUp } from './outcome.ts';
import { recordRefund } from './record-refund.ts';
import type { Processor } from './run-worker.ts';

export interface RefundDeps {
  db: Database;
  payments: PaymentProvider;
}

export function createIssueRefund(deps: RefundDeps): Processor<{ order_id: string; refund_id: string }> {
  return async ({ refund_id: refundId }) => {
    const refund = await findRefund(deps.db, refundId);
    if (refund?.status === 'requested' && refund.provider_id) return ask(deps, refund, refund.provider_id);
    if (refund?.status !== 'pending') return done('the refund is settled');
    try {
      await recordRefund(deps.db, refund, await send(deps, refund));
      return done();
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      const found = await deps.payments.findRefund(refund.payment_intent, refund.id);
      if (!found) return giveUp(error.code, error.message);
      await recordRefund(deps.db, refund, found);
      return done('it had been made before');
    }
  };
}

async function ask({ db, payments }: RefundDeps, refund: RefundRow, providerId: string) {
  await recordRefund(db, refund, await payments.retrieveRefund(providerId));
  await touchRefund(db, refund.id);
  return done('asked how it stands');
}

async function send({ db, payments }: RefundDeps, refund: RefundRow): Promise<ProviderRefund> {
  const request = {
    id: refund.id,
    orderId: refund.order_id,
    intentId: refund.payment_intent,
    amount: refund.amount,
    cause: refund.cause,
  };
  try {
    return await payments.createRefund(request, `refund-${refund.id}-${refund.tries}`);
  } catch (error) {
    if (!(error instanceof PaymentStuckError)) throw error;
    const found = await payments.findRefund(refund.payment_intent, refund.id);
    if (found) return found;
    await rotateRefundKey(db, refund);
    throw error;
  }
}
