/** A new subscription: its row, its lines, the change that makes it at Stripe, and that change's job, all in the caller's transaction. */
import type { Executor } from './database.ts';
import { insertChange } from './subscription-changes.ts';
import { appendSubscriptionEvent } from './subscription-events.ts';
import { writePlanLines } from './subscription-lines.ts';
import { insertSubscription, type NewSubscriptionRow } from './subscriptions.ts';

/** Returns the id of the change that makes it. */
export async function placeSubscription(tx: Executor, row: NewSubscriptionRow, actor: string): Promise<string> {
  const { id, plan, paymentMethod, trialEnd } = row;
  await insertSubscription(tx, row);
  await writePlanLines(tx, id, plan);
  await appendSubscriptionEvent(tx, id, 'subscription.created', actor);
  const wish = { plan, paymentMethod, trialEnd: trialEnd?.toISOString() ?? null };
  return insertChange(tx, id, { kind: 'create', wish }, actor);
}
