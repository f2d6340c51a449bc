/** The sweeper's part for captures, refunds and disputes: the jobs that move what waits, and the word that evidence is due. */
import { findOpenCaptures } from '../db/captures.ts';
import type { Database } from '../db/database.ts';
import { type DueDispute, findDueDisputes, noteDueTold } from '../db/dispute-evidence.ts';
import { openException } from '../db/exceptions.ts';
import { findKeptCredits } from '../db/order-credits.ts';
import { findWaitingEdits } from '../db/order-edits.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { lockOrderMoney } from '../db/refunds.ts';
import { findOpenRefunds, findSilentDisputes, findUnsentEvidence } from '../db/sweep-money.ts';
import { applyEdit } from '../queues/apply-edit.ts';
import { capturePayment } from '../queues/capture-payment.ts';
import { type Job, makeJob } from '../queues/define-queue.ts';
import { issueRefund } from '../queues/issue-refund.ts';
import { readDispute } from '../queues/read-dispute.ts';
import { returnCredits } from '../queues/return-credits.ts';
import { submitEvidence } from '../queues/submit-evidence.ts';
import { tellOperations } from './tell-operations.ts';

/** The jobs of captures, refunds and disputes that wait without one. */
export async function findMoneyJobs(db: Database, staleSeconds: number, limit: number): Promise<Job[]> {
  const captures = await findOpenCaptures(db, staleSeconds, limit);
  const refunds = await findOpenRefunds(db, staleSeconds, limit);
  const disputes = await findSilentDisputes(db, staleSeconds * 4, limit);
  const evidence = await findUnsentEvidence(db, staleSeconds, limit);
  const edits = await findWaitingEdits(db, staleSeconds, limit);
  const credits = await findKeptCredits(db, staleSeconds, limit);
  return [
    ...edits.map((row) => makeJob(applyEdit, { order_id: row.order_id, edit_id: row.id, turn: 'swept' })),
    ...credits.map((orderId) => makeJob(returnCredits, { order_id: orderId })),
    ...captures.map((row) => makeJob(capturePayment, { order_id: row.order_id, capture_id: row.id })),
    ...refunds.map((row) => makeJob(issueRefund, { order_id: row.order_id, refund_id: row.id })),
    ...disputes.map((row) => makeJob(readDispute, { order_id: row.order_id, dispute_id: row.id })),
    ...evidence.map((row) => makeJob(submitEvidence, { order_id: row.order_id, dispute_id: row.id })),
  ];
}

export interface EvidenceNotices {
  db: Database;
  operationsEmail?: string | undefined;
  evidenceNoticeHours: number;
}

const LIMIT = 100;

/** Tells of each dispute, once, that its evidence is due soon. */
export async function tellDueEvidence(options: EvidenceNotices): Promise<void> {
  for (const dispute of await findDueDisputes(options.db, options.evidenceNoticeHours, LIMIT))
    await tell(options, dispute);
}

function tell({ db, operationsEmail }: EvidenceNotices, dispute: DueDispute): Promise<void> {
  const { id, order_id: orderId, provider_id, amount, currency, reason, evidence_due_by } = dispute;
  const facts = { dispute: provider_id, amount, currency, reason, evidence_due_by };
  return db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    if (!(await noteDueTold(tx, id))) return;
    await appendOrderEvent(tx, orderId, 'dispute.evidence_due', { dispute_id: id, evidence_due_by });
    await openException(tx, { code: 'dispute_evidence_due', subject: id, orderId, detail: facts });
    await tellOperations(tx, operationsEmail, {
      orderId,
      cause: `dispute.evidence_due/${id}`,
      kind: 'dispute_evidence_due',
      facts,
    });
  });
}
