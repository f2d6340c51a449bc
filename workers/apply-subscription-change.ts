/**
 * Triggered by what is asked of a subscription (and by the sweeper while it is not made): brings it to Stripe by
 * {@link sendSubscriptionChange}. A second run finds the row settled, a run whose predecessor's answer was lost finds what it asked for
 * at Stripe, and a run before its turn waits for the change before it. What Stripe refuses is not tried again.
 */
import { findChange, findFirstPending } from '../db/subscription-changes.ts';
import { done, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import { type SubscriptionChangeDeps, sendSubscriptionChange } from './send-subscription-change.ts';

const TURN_MS = 1_000;

export function createApplySubscriptionChange(
  deps: SubscriptionChangeDeps,
): Processor<{ subscription_id: string; change_id: string }> {
  return async ({ subscription_id: subscriptionId, change_id: changeId }) => {
    const change = await findChange(deps.db, changeId);
    if (!change) return done('there is no such change');
    if (change.status !== 'pending') return done(`the change was ${change.status} before`);
    const first = await findFirstPending(deps.db, subscriptionId);
    return first?.id === changeId ? done(await sendSubscriptionChange(deps, change)) : later(TURN_MS);
  };
}
