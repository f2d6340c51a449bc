/** Applies an event that speaks of a dispute or an early fraud warning by reading the object anew. */
import type { InboxEvent } from '../db/inbox.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { type PaymentProvider, PaymentRefusedError } from '../providers/payments.ts';
import { ensureCaptured } from './ensure-captured.ts';
import { type RecordDisputeDeps, recordDispute } from './record-dispute.ts';
import { recordFraudWarning } from './record-fraud-warning.ts';

export interface ReadDisputesDeps extends RecordDisputeDeps {
  payments: PaymentProvider;
  refundEarlyFraud?: boolean | undefined;
}

/** Returns what came of it, for the inbox; `foreign…` when it was nothing of ours. */
export async function applyDisputeEvent(deps: ReadDisputesDeps, { object_id: id }: InboxEvent): Promise<string> {
  const dispute = id ? await deps.payments.retrieveDispute(id).catch(refused) : undefined;
  if (!dispute) return 'foreign: Stripe does not know the dispute';
  const payment = await findPayment(deps, dispute);
  if (!payment) return 'foreign: disputes no payment of ours';
  await recordDispute(deps, payment.order_id, dispute);
  return 'dispute read';
}

/** The same for `radar.early_fraud_warning.…`. */
export async function applyFraudWarningEvent(deps: ReadDisputesDeps, { object_id: id }: InboxEvent): Promise<string> {
  const warning = id ? await deps.payments.retrieveFraudWarning(id).catch(refused) : undefined;
  if (!warning) return 'foreign: Stripe does not know the warning';
  const payment = await findPayment(deps, warning);
  if (!payment) return 'foreign: warns of no payment of ours';
  await recordFraudWarning(deps, payment.order_id, warning);
  return 'warning read';
}

async function findPayment(deps: ReadDisputesDeps, { paymentIntent }: { paymentIntent: string | null }) {
  const payment = paymentIntent ? await findPaymentByIntent(deps.db, paymentIntent) : undefined;
  if (payment) await ensureCaptured(deps, payment);
  return payment;
}

function refused(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}
