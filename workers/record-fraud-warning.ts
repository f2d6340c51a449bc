/**
 * Records an early fraud warning, once: the order is held and somebody is told; where that is configured, all that is left of
 * the payment goes back at once, which is cheaper than the dispute that would follow.
 */
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { answerFraudWarning, insertFraudWarning } from '../db/fraud-warnings.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { holdOrder } from '../db/order-holds.ts';
import { insertJobs } from '../db/outbox.ts';
import { insertFullRefund, lockOrderMoney } from '../db/refunds.ts';
import type { ProviderFraudWarning } from '../providers/payment-disputes.ts';
import { followUps } from './follow-ups.ts';
import { tellOperations } from './tell-operations.ts';

interface Deps {
  db: Database;
  operationsEmail?: string | undefined;
  refundEarlyFraud?: boolean | undefined;
}

export function recordFraudWarning(deps: Deps, orderId: string, warning: ProviderFraudWarning): Promise<void> {
  return deps.db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    const id = await insertFraudWarning(tx, orderId, warning);
    if (!id) return;
    const detail = { warning: warning.id, fraud_type: warning.fraudType, charge: warning.chargeId };
    await appendOrderEvent(tx, orderId, 'fraud.warned', { ...detail, warning_id: id });
    await holdOrder(tx, orderId, 'early_fraud_warning');
    await openException(tx, { code: 'early_fraud_warning', subject: warning.id, orderId, detail });
    const cause = `fraud.warned/${id}`;
    await tellOperations(tx, deps.operationsEmail, { orderId, cause, kind: 'early_fraud_warning', facts: detail });
    if (!deps.refundEarlyFraud || !warning.isActionable) return;
    const refundId = await insertFullRefund(tx, orderId, `early_fraud_warning/${id}`, 'fraudulent');
    if (!refundId) return;
    await answerFraudWarning(tx, id, refundId);
    await insertJobs(tx, [followUps.refund(orderId, refundId)]);
  });
}
