/** Records what Stripe says of a refund, moves the order's payment status with it, and tells whom it concerns when it is final. */
import type { Database, Executor } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { lockOrderMoney, type RefundRow, settleRefund, settleRefundedMismatch, tellRefund } from '../db/refunds.ts';
import { tell } from '../db/tell.ts';
import type { RefundStatus } from '../domain/refunds.ts';
import type { ProviderRefund } from '../providers/payments.ts';
import { tellOperations } from './tell-operations.ts';

export interface RecordRefundDeps {
  db: Database;
  /** Who is told of refunds that failed; nobody by mail when it is not set. */
  operationsEmail?: string | undefined;
}

const STATUS: Readonly<Record<ProviderRefund['status'], RefundStatus>> = {
  pending: 'requested',
  requires_action: 'requires_action',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
};

/** Late, repeated and reordered reports change nothing. */
export function recordRefund(deps: RecordRefundDeps, refund: RefundRow, answer: ProviderRefund): Promise<void> {
  const error = answer.failureReason ? { error: { code: answer.failureReason } } : {};
  return settle(deps, refund, { providerId: answer.id, status: STATUS[answer.status], ...error });
}

/** Stripe refused to make it at all: what was reserved for it is refundable again, and a person decides. */
export function recordRefusedRefund(
  deps: RecordRefundDeps,
  refund: RefundRow,
  error: { code: string; message: string },
): Promise<void> {
  return settle(deps, refund, { providerId: null, status: 'failed', error });
}

type Settlement = Parameters<typeof settleRefund>[2];

function settle(deps: RecordRefundDeps, refund: RefundRow, to: Settlement): Promise<void> {
  return deps.db.transaction(async (tx) => {
    await lockOrderMoney(tx, refund.order_id);
    if (!(await settleRefund(tx, refund.id, to))) return;
    const { id, order_id: orderId, amount, currency, cause } = refund;
    const data = { refund_id: id, amount, currency, cause, ...to.error };
    await tellRefund(tx, orderId, `refund.${to.status}`, data);
    if (to.status === 'failed' || to.status === 'canceled') await tellFailure(tx, deps, refund, data);
    if (to.status !== 'succeeded') return;
    await settleRefundedMismatch(tx, orderId);
    await tellSuccess(tx, refund);
  });
}

async function tellFailure(
  tx: Executor,
  { operationsEmail }: RecordRefundDeps,
  { id, order_id: orderId }: RefundRow,
  detail: object,
): Promise<void> {
  await openException(tx, { code: 'refund_failed', subject: id, orderId, detail });
  await tellOperations(tx, operationsEmail, {
    orderId,
    cause: `refund.failed/${id}`,
    kind: 'refund_failed',
    facts: detail,
  });
}

async function tellSuccess(tx: Executor, refund: RefundRow): Promise<void> {
  const { id, order_id: orderId, customer_email: email } = refund;
  await tell(tx, { event: 'refund.succeeded', orderId, cause: `refund.succeeded/${id}`, email });
}
