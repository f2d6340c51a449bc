/**
 * Triggered by a customer who pays again: confirms the order's PaymentIntent with the attempt's payment method, under
 * the attempt's key. A second run replays the same key; a late one finds the attempt settled and does nothing.
 */
import { findPayment } from '../db/payments.ts';
import { type ConfirmDeps, confirmAttempt } from './confirm-attempt.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createConfirmPayment(deps: ConfirmDeps): Processor<{ order_id: string; attempt_id: string }> {
  return async ({ order_id: orderId, attempt_id: attemptId }) => {
    const payment = await findPayment(deps.db, orderId);
    if (!payment?.provider_id) return done('the order has no intent');
    if (payment.attempt_id !== attemptId || payment.attempt_status !== 'pending') return done('the attempt is settled');
    if (payment.order_status !== 'awaiting_payment') return done(`the order is ${payment.order_status}`);
    await confirmAttempt(deps, payment, payment.provider_id);
    return done();
  };
}
