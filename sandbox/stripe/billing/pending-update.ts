import type { Sandbox } from '../context.ts';
import { plan } from './time.ts';
import type { Invoice, Subscription } from './types.ts';

/** A change that waits until its invoice is paid. */
interface Held {
  held?: { invoice: string; fields: Partial<Subscription> } | null;
}

const KEPT_SECONDS = 23 * 3600;

/** Keeps a change back: the subscription stays as it was and says what it will be. */
export function holdUpdate(sandbox: Sandbox, before: Subscription, after: Subscription, invoice: string): Subscription {
  const { billing_cycle_anchor, items, trial_end, trial_start } = after;
  const changedItems = JSON.stringify(items) === JSON.stringify(before.items) ? null : items.data;
  const kept: Subscription = {
    ...before,
    latest_invoice: invoice,
    pending_update: {
      billing_cycle_anchor: billing_cycle_anchor === before.billing_cycle_anchor ? null : billing_cycle_anchor,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      expires_at: sandbox.now() + KEPT_SECONDS,
      metadata: null,
      subscription_items: changedItems,
      trial_end: trial_end === before.trial_end ? null : trial_end,
      trial_from_plan: null,
    },
  };
  const held = { invoice, fields: { billing_cycle_anchor, items, trial_end, trial_start } };
  sandbox.objects.update(kept, { held } satisfies Held);
  plan(sandbox, 'expire_update', kept.id, sandbox.now() + KEPT_SECONDS);
  return kept;
}

/** Brings about what this invoice was for. Returns whether there was something. */
export function applyPendingUpdate(sandbox: Sandbox, subscription: Subscription, invoice: Invoice): boolean {
  if (!subscription.pending_update) return false;
  const { held } = sandbox.objects.hidden<Held>(subscription.id);
  if (held?.invoice !== invoice.id) return false;
  Object.assign(subscription, held.fields, { pending_update: null });
  return true;
}

/** The invoice of a change that waits. */
export const invoiceOfUpdate = (sandbox: Sandbox, subscription: Subscription): string | undefined =>
  sandbox.objects.hidden<Held>(subscription.id).held?.invoice;
