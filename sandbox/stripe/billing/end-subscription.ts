import type { Sandbox } from '../context.ts';
import { saveInvoice } from './build-invoice.ts';
import type { Invoice, Subscription } from './types.ts';

/** Ends a subscription for good. Its drafts and open invoices stay as they are, and nothing is tried on them any more. */
export function endSubscription(
  sandbox: Sandbox,
  subscription: Subscription,
  reason: 'cancellation_requested' | 'payment_failed',
): Subscription {
  const now = sandbox.now();
  subscription.status = 'canceled';
  subscription.ended_at = now;
  subscription.canceled_at ??= now;
  subscription.pending_update = null;
  subscription.cancellation_details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    ...subscription.cancellation_details,
    reason: subscription.cancellation_details?.reason ?? reason,
  };
  sandbox.objects.update(subscription);
  stopCollecting(sandbox, subscription.id);
  sandbox.emit('customer.subscription.deleted', subscription);
  return subscription;
}

function stopCollecting(sandbox: Sandbox, subscription: string): void {
  for (const status of ['draft', 'open'] as const) {
    const where = { 'parent.subscription_details.subscription': subscription, status };
    for (const { body } of sandbox.objects.page({ kind: 'invoice', where, order: 'ASC', limit: 100 })) {
      const invoice: Invoice = JSON.parse(body);
      invoice.auto_advance = false;
      invoice.next_payment_attempt = null;
      saveInvoice(sandbox, invoice);
    }
  }
}
