/**
 * Records what Stripe says of a dispute: its row, what moved for it, what it holds of the payment, what the order is marked
 * with, whether fulfilment waits, and the ledger. Late, repeated and reordered reports change nothing.
 */
import type { Database, Executor } from '../db/database.ts';
import * as disputes from '../db/disputes.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { holdOrder, releaseOrder } from '../db/order-holds.ts';
import { insertJobs, reopenJobs } from '../db/outbox.ts';
import { insertFullRefund, lockOrderMoney } from '../db/refunds.ts';
import { isOpen, orderDisputeStatus } from '../domain/disputes.ts';
import type { ProviderDispute } from '../providers/payment-disputes.ts';
import { bookDispute } from './book-dispute.ts';
import { followUps } from './follow-ups.ts';
import { tellOperations } from './tell-operations.ts';

export interface RecordDisputeDeps {
  db: Database;
  /** Who is told of disputes; nobody by mail when it is not set. */
  operationsEmail?: string | undefined;
}

export function recordDispute(deps: RecordDisputeDeps, orderId: string, dispute: ProviderDispute): Promise<void> {
  return deps.db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    const isNew = await disputes.insertDispute(tx, orderId, dispute);
    const moved = isNew || (await disputes.moveDispute(tx, dispute));
    const row = (await disputes.findDisputeByProviderId(tx, dispute.id))!;
    const movements = await disputes.insertDisputeMovements(tx, row.id, dispute.movements);
    if (!moved && movements.length === 0) return;
    const payment = await disputes.recountDisputes(tx, orderId);
    await disputes.markOrderDisputed(tx, orderId, orderDisputeStatus(await disputes.findDisputeStatuses(tx, orderId)));
    await tellOrder(tx, row, isNew, moved, movements);
    await followHold(tx, row);
    if (!isOpen(row.status)) await returnWhatIsOver(tx, row);
    if (moved) await tellPeople(tx, deps, row, payment);
    await bookDispute(tx, (await disputes.findDispute(tx, row.id))!);
  });
}

async function tellOrder(
  tx: Executor,
  row: disputes.DisputeRow,
  isNew: boolean,
  moved: boolean,
  movements: disputes.DisputeMovement[],
): Promise<void> {
  const { id, order_id: orderId, status, reason, amount, currency } = row;
  const data = { dispute_id: id, status, reason, amount, currency };
  if (moved) await appendOrderEvent(tx, orderId, isNew ? 'dispute.created' : `dispute.${status}`, data);
  for (const { kind, amount: net, fee_amount: fee, currency: settled } of movements) {
    const event = kind === 'withdrawal' ? 'dispute.funds_withdrawn' : 'dispute.funds_reinstated';
    await appendOrderEvent(tx, orderId, event, { dispute_id: id, amount: net, fee, currency: settled });
  }
}

/** Nothing is sent while a bank decides, nor after it took the money; what was won goes on by itself. */
async function followHold(tx: Executor, { order_id: orderId }: disputes.DisputeRow): Promise<void> {
  const status = orderDisputeStatus(await disputes.findDisputeStatuses(tx, orderId));
  if (status === 'open' || status === 'inquiry' || status === 'lost') await holdOrder(tx, orderId, 'dispute');
  else if (await releaseOrder(tx, orderId, `The dispute is ${status}.`, 'dispute'))
    await reopenJobs(tx, [followUps.fulfill(orderId)]);
}

/** What is won back for an order that was canceled meanwhile is nobody's but the customer's. */
async function returnWhatIsOver(tx: Executor, { id, order_id: orderId }: disputes.DisputeRow): Promise<void> {
  if (!(await disputes.hasOrderEnded(tx, orderId))) return;
  const refundId = await insertFullRefund(tx, orderId, `dispute_over/${id}`);
  if (refundId) await insertJobs(tx, [followUps.refund(orderId, refundId)]);
}

async function tellPeople(
  tx: Executor,
  { operationsEmail }: RecordDisputeDeps,
  row: disputes.DisputeRow,
  { captured_amount, refunded_amount, disputed_amount }: disputes.DisputedPayment,
): Promise<void> {
  const { id, order_id: orderId, provider_id, status, reason, amount, currency } = row;
  const detail = { dispute: provider_id, status, reason, amount, currency, evidence_due_by: row.evidence_due_by };
  const about = { subject: id, orderId };
  if (isOpen(status)) {
    await openException(tx, { code: 'dispute_open', ...about, detail });
    await tellOperations(tx, operationsEmail, {
      orderId,
      cause: `dispute.opened/${id}`,
      kind: 'dispute_opened',
      facts: detail,
    });
  } else {
    const settled = `The dispute is ${status}.`;
    await resolveException(tx, 'dispute_open', id, settled);
    await resolveException(tx, 'dispute_evidence_due', id, settled);
    const cause = `dispute.${status}/${id}`;
    await tellOperations(tx, operationsEmail, { orderId, cause, kind: 'dispute_closed', facts: detail });
  }
  // A refund and a dispute can cross at the bank: then more went back than was taken.
  if (refunded_amount + disputed_amount > captured_amount)
    await openException(tx, {
      code: 'more_returned_than_captured',
      ...about,
      detail: { captured_amount, refunded_amount, disputed_amount },
    });
}
