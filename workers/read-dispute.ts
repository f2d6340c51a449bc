/**
 * Triggered by the sweeper for a dispute that the bank has not decided and of which nothing was heard for a while: its events
 * may have been lost. Reads it and records it as an event would, so a second or late run changes nothing.
 */
import { findDispute, touchDispute } from '../db/disputes.ts';
import { isOpen } from '../domain/disputes.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { done } from './outcome.ts';
import { type RecordDisputeDeps, recordDispute } from './record-dispute.ts';
import type { Processor } from './run-worker.ts';

export function createReadDispute(
  deps: RecordDisputeDeps & { payments: PaymentProvider },
): Processor<{ order_id: string; dispute_id: string }> {
  return async ({ order_id: orderId, dispute_id: id }) => {
    const dispute = await findDispute(deps.db, id);
    if (!dispute || !isOpen(dispute.status)) return done(`it is ${dispute?.status ?? 'unknown'}`);
    await recordDispute(deps, orderId, await deps.payments.retrieveDispute(dispute.provider_id));
    await touchDispute(deps.db, id);
    return done('asked how it stands');
  };
}
