/**
 * Triggered when evidence was handed in: gives it to the bank through Stripe, under the row's own key. A second run finds it
 * submitted; after a lost answer the same key replays it; after a stored failure of Stripe's the dispute tells whether
 * the bank has it before a new key is taken. What Stripe refuses stands in the exceptions list and may be handed in anew.
 */
import { recordRefusedEvidence, recordSubmitted, rotateEvidenceKey } from '../db/dispute-evidence.ts';
import { type DisputeRow, findDispute } from '../db/disputes.ts';
import { lockOrderMoney } from '../db/refunds.ts';
import type { ProviderDispute } from '../providers/payment-disputes.ts';
import { type PaymentProvider, PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { done } from './outcome.ts';
import { type RecordDisputeDeps, recordDispute } from './record-dispute.ts';
import type { Processor } from './run-worker.ts';

type Deps = RecordDisputeDeps & { payments: PaymentProvider };

export function createSubmitEvidence(deps: Deps): Processor<{ order_id: string; dispute_id: string }> {
  return async ({ order_id: orderId, dispute_id: id }) => {
    const dispute = await findDispute(deps.db, id);
    if (dispute?.evidence_status !== 'queued') return done('nothing is to be handed in');
    try {
      const answer = await submit(deps, dispute);
      await underLock(deps, orderId, (tx) => recordSubmitted(tx, id));
      await recordDispute(deps, orderId, answer);
      return done();
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      const { code, message } = error;
      await underLock(deps, orderId, (tx) => recordRefusedEvidence(tx, id, { code, message }));
      return done(`refused: ${code}`);
    }
  };
}

async function submit({ db, payments }: Deps, dispute: DisputeRow): Promise<ProviderDispute> {
  const { id, provider_id, evidence, evidence_tries: tries } = dispute;
  try {
    return await payments.submitEvidence(provider_id, evidence ?? {}, `evidence-${id}-${tries}`);
  } catch (error) {
    if (!(error instanceof PaymentStuckError)) throw error;
    const found = await payments.retrieveDispute(provider_id);
    if (found.submissionCount > 0) return found;
    await rotateEvidenceKey(db, id, tries);
    throw error;
  }
}

type Work = Parameters<Deps['db']['transaction']>[0];

function underLock({ db }: Deps, orderId: string, work: (tx: Parameters<Work>[0]) => Promise<void>): Promise<void> {
  return db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    await work(tx);
  });
}
