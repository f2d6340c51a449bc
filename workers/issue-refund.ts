/**
 * Triggered by a refund row: sends it to Stripe once, under the row's key; one that was sent and not heard of since is
 * asked for (the sweeper does that, its events may be lost). A second run finds the row settled; after a
 * lost answer the same key replays the refund; after a stored failure of Stripe's, or when the key may have been forgotten,
 * the refund is looked up by our id in its metadata before a new key is taken. What Stripe refuses has failed: its amount is
 * refundable again, and it stands in the exceptions list.
 */
import type { Database } from '../db/database.ts';
import { findRefund, type RefundRow, rotateRefundKey, touchRefund } from '../db/refunds.ts';
import {
  type PaymentProvider,
  PaymentRefusedError,
  PaymentStuckError,
  type ProviderRefund,
} from '../providers/payments.ts';
import { done } from './outcome.ts';
import { recordRefund, recordRefusedRefund } from './record-refund.ts';
import type { Processor } from './run-worker.ts';

export interface RefundDeps {
  db: Database;
  payments: PaymentProvider;
  operationsEmail?: string | undefined;
}

export function createIssueRefund(deps: RefundDeps): Processor<{ order_id: string; refund_id: string }> {
  return async ({ refund_id: refundId }) => {
    const refund = await findRefund(deps.db, refundId);
    if (refund && isAtStripe(refund) && refund.provider_id) return ask(deps, refund, refund.provider_id);
    if (refund?.status !== 'pending') return done('the refund is settled');
    try {
      await recordRefund(deps, refund, await send(deps, refund));
      return done();
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      const found = await deps.payments.findRefund(refund.payment_intent, refund.id);
      if (found) await recordRefund(deps, refund, found);
      else await recordRefusedRefund(deps, refund, { code: error.code, message: error.message });
      return done(found ? 'it had been made before' : `refused: ${error.code}`);
    }
  };
}

const isAtStripe = ({ status }: RefundRow) => status === 'requested' || status === 'requires_action';

async function ask(deps: RefundDeps, refund: RefundRow, providerId: string) {
  await recordRefund(deps, refund, await deps.payments.retrieveRefund(providerId));
  await touchRefund(deps.db, refund.id);
  return done('asked how it stands');
}

async function send({ db, payments }: RefundDeps, refund: RefundRow): Promise<ProviderRefund> {
  const { id, order_id: orderId, payment_intent: intentId, amount, cause, reason } = refund;
  const made = refund.key_may_be_gone ? await payments.findRefund(intentId, id) : undefined;
  if (made) return made;
  try {
    return await payments.createRefund(
      { id, orderId, intentId, amount, cause, reason },
      `refund-${id}-${refund.tries}`,
    );
  } catch (error) {
    if (!(error instanceof PaymentStuckError)) throw error;
    const found = await payments.findRefund(intentId, id);
    if (found) return found;
    await rotateRefundKey(db, refund);
    throw error;
  }
}
