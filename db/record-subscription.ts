/**
 * Records what Stripe says a subscription is, whoever read it: an event's job, a change's answer, reconciliation. A reading that began
 * before the one that is recorded changes nothing; history, webhooks and messages tell what has changed, once.
 */

import type { BilledItem } from '../domain/subscriptions/items.ts';
import { hasEnded, hasStarted, mayBecome, type SubscriptionStatus } from '../domain/subscriptions/status.ts';
import { type Executor, statement } from './database.ts';
import { appendSubscriptionEvent } from './subscription-events.ts';
import { tieItems } from './subscription-lines.ts';
import { lockSubscriptionOf, type SubscriptionRow } from './subscriptions.ts';
import { tellSubscriber } from './tell-subscriber.ts';

/** See `ProviderSubscription` in providers/billing.ts. */
export interface SeenSubscription {
  id: string;
  subscriptionId: string | null;
  status: SubscriptionStatus;
  items: readonly BilledItem[];
  currentPeriodStart: Date | null;
  currentPeriodEnd: Date | null;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: Date | null;
  endedAt: Date | null;
  collectionPaused: { resumesAt: Date | null } | null;
  paymentMethod: string | null;
  latestInvoice: string | null;
  clientSecret: { secret: string; kind: 'payment' | 'setup' } | null | undefined;
}

const record = statement(
  'record_subscription',
  `update subscriptions
   set provider_id = $2, status = $3::text, current_period_start = $4, current_period_end = $5, trial_end = $6, cancel_at_period_end = $7,
     canceled_at = $8, ended_at = $9, skip_until = $10, payment_method = $11, latest_invoice = $12, client_secret = $13,
     client_secret_kind = $14, paused_at = case when $3::text = 'paused' then coalesce(paused_at, now()) end,
     paused_until = case when $3::text = 'paused' then paused_until end, reading = $15, version = version + 1, updated_at = now()
   where id = $1`,
);

/**
 * Undefined for one that is not ours, and for a reading that is older than what is recorded.
 * @param reading taken before Stripe was asked (`takeReading`)
 * @param actor who is behind what has changed, as far as it is known
 */
export async function recordSubscription(
  tx: Executor,
  seen: SeenSubscription,
  reading: number,
  actor = 'stripe',
): Promise<SubscriptionRow | undefined> {
  const row = await lockSubscriptionOf(tx, seen.id, seen.subscriptionId);
  if (!row) return undefined;
  // Whichever reading comes last, an item that was seen is there.
  await tieItems(tx, row.id, seen.items);
  if (reading <= row.reading || !mayBecome(row.status, seen.status)) return undefined;
  const { secret, kind } = secretOf(row, seen);
  await tx.rows(record, [
    ...[row.id, seen.id, seen.status, seen.currentPeriodStart, seen.currentPeriodEnd, seen.trialEnd],
    ...[seen.cancelAtPeriodEnd, seen.canceledAt, seen.endedAt, skipOf(seen), seen.paymentMethod, seen.latestInvoice],
    ...[secret, kind, reading],
  ]);
  await tellChanges(tx, row, seen, actor);
  return row;
}

/** A list does not say; what is confirmed needs it no more. */
function secretOf(row: SubscriptionRow, { clientSecret, status }: SeenSubscription) {
  if (clientSecret === undefined && !hasEnded(status))
    return { secret: row.client_secret, kind: row.client_secret_kind };
  return { secret: clientSecret?.secret ?? null, kind: clientSecret?.kind ?? null };
}

const skipOf = ({ collectionPaused }: SeenSubscription) => collectionPaused?.resumesAt ?? null;

async function tellChanges(tx: Executor, row: SubscriptionRow, seen: SeenSubscription, actor: string): Promise<void> {
  const tell = (type: string, data: object = {}) =>
    appendSubscriptionEvent(tx, row.id, `subscription.${type}`, actor, data);
  if (row.status !== seen.status) await tellStatus(tx, row, seen, tell);
  if (!hasEnded(seen.status)) {
    if (!row.cancel_at_period_end && seen.cancelAtPeriodEnd) await tellEnding(tx, row, seen, tell);
    if (row.cancel_at_period_end && !seen.cancelAtPeriodEnd) await tell('reactivated');
    await tellSkip(row, seen, tell);
  }
  if (row.provider_id && row.payment_method !== seen.paymentMethod) await tell('payment_method_changed');
}

type Tell = (type: string, data?: object) => Promise<void>;

async function tellStatus(tx: Executor, row: SubscriptionRow, seen: SeenSubscription, tell: Tell): Promise<void> {
  const { status: from } = row;
  const { status: to } = seen;
  const starts = !hasStarted(from) && hasStarted(to);
  await tell(starts ? 'started' : (WORDS[to] ?? (from === 'paused' ? 'resumed' : 'status_changed')), { from, to });
  if (starts) {
    const data = { nextPaymentAt: seen.currentPeriodEnd };
    await tellSubscriber(tx, row.id, { event: 'subscription.started', cause: `subscription.started/${row.id}`, data });
  }
  if (to === 'canceled' && hasStarted(from)) {
    const data = { endsAt: seen.endedAt ?? seen.canceledAt };
    await tellSubscriber(tx, row.id, {
      event: 'subscription.canceled',
      cause: `subscription.canceled/${row.id}`,
      data,
    });
  }
}

const WORDS: Partial<Record<SubscriptionStatus, string>> = {
  paused: 'paused',
  past_due: 'past_due',
  unpaid: 'unpaid',
  canceled: 'canceled',
  incomplete_expired: 'canceled',
};

/** Each time that somebody ends it: it may be taken back in between. */
async function tellEnding(tx: Executor, row: SubscriptionRow, seen: SeenSubscription, tell: Tell): Promise<void> {
  await tell('ending', { ends_at: seen.currentPeriodEnd });
  const cause = `subscription.ending/${row.id}-${row.last_event}`;
  await tellSubscriber(tx, row.id, { event: 'subscription.ending', cause, data: { endsAt: seen.currentPeriodEnd } });
}

async function tellSkip(row: SubscriptionRow, seen: SeenSubscription, tell: Tell): Promise<void> {
  const until = skipOf(seen);
  if (until && until.getTime() !== row.skip_until?.getTime()) await tell('delivery_skipped', { until });
  // That its time is over changes nothing for anybody.
  if (!until && row.skip_until && row.skip_until > new Date()) await tell('delivery_unskipped');
}

const reject = statement(
  'reject_subscription',
  `update subscriptions set status = 'rejected', ended_at = now(), version = version + 1, updated_at = now()
   where id = $1 and status = 'pending' returning id`,
);

/** Stripe refuses it as such: it never begins. */
export async function rejectSubscription(tx: Executor, id: string, actor: string, code: string): Promise<void> {
  if ((await tx.rows(reject, [id])).length === 0) return;
  await appendSubscriptionEvent(tx, id, 'subscription.rejected', actor, { code });
}
