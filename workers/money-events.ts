/** Which of Stripe's events about money that went back is applied by what. */
import type { InboxEvent } from '../db/inbox.ts';
import { applyPayoutEvent } from './keep-payout.ts';
import { applyDisputeEvent, applyFraudWarningEvent, type ReadDisputesDeps } from './read-disputes.ts';
import { applyRefundEvent, type ReadRefundsDeps } from './read-refunds.ts';

export type MoneyEventDeps = ReadRefundsDeps & ReadDisputesDeps;

/** Undefined for a type that speaks of something else. */
export function moneyEventApplier(
  type: string,
): ((deps: MoneyEventDeps, event: InboxEvent) => Promise<string>) | undefined {
  if (type.startsWith('payout.')) return applyPayoutEvent;
  if (type.startsWith('charge.dispute.')) return applyDisputeEvent;
  if (type.startsWith('radar.early_fraud_warning.')) return applyFraudWarningEvent;
  return type.includes('refund') ? applyRefundEvent : undefined;
}
