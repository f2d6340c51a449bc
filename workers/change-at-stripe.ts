/** Changes a subscription that is at Stripe: looks at it first, and asks only for what it is not already. */
import { type ChangeRow, noteChangeSent } from '../db/subscription-changes.ts';
import { findLiveLines, toPlan } from '../db/subscription-lines.ts';
import type { SubscriptionRow } from '../db/subscriptions.ts';
import type { Change, ChangeWishes } from '../domain/subscriptions/change.ts';
import { itemChanges, samePlanItems } from '../domain/subscriptions/items.ts';
import { hasEnded } from '../domain/subscriptions/status.ts';
import type { BillingProvider, ProviderSubscription } from '../providers/billing.ts';
import { type Asking, type CreateAtStripeDeps, ensureProducts } from './create-at-stripe.ts';

/** It cannot be, for a reason that Stripe need not be asked for. */
export class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Ask = ((billing: BillingProvider, key: string) => Promise<ProviderSubscription>) | undefined;

export async function changeAtStripe(
  deps: CreateAtStripeDeps,
  row: SubscriptionRow,
  change: ChangeRow,
  { key, take }: Asking,
): Promise<{ seen: ProviderSubscription; reading: number }> {
  const { db, billing } = deps;
  const looked = await take();
  const actual = row.provider_id ? await billing.retrieveSubscription(row.provider_id) : undefined;
  if (!actual) throw new ChangeRefusedError('subscription_not_started', 'Stripe has no such subscription.');
  const ask = await decide(deps, row, change, actual);
  if (!ask) return { seen: actual, reading: looked };
  await noteChangeSent(db, change.id);
  const reading = await take();
  return { seen: await ask(billing, key), reading };
}

/** Undefined when it is made already. Throws {@link ChangeRefusedError}. */
async function decide(
  deps: CreateAtStripeDeps,
  row: SubscriptionRow,
  change: ChangeRow,
  actual: ProviderSubscription,
): Promise<Ask> {
  const { kind, wish } = change as ChangeRow & Change;
  if (hasEnded(actual.status)) {
    if (kind === 'cancel') return undefined;
    throw new ChangeRefusedError('subscription_ended', `The subscription is ${actual.status}.`);
  }
  const { id, status } = actual;
  if (kind === 'plan') return decidePlan(deps, row, change, actual);
  if (kind === 'skip') return decideSkip(wish, actual);
  if (kind === 'cancel') return decideCancel(wish, actual);
  if (kind === 'pause' && status !== 'paused') return (billing, key) => billing.pauseSubscription(id, key);
  if (kind === 'resume' && status === 'paused')
    return (billing, key) => billing.resumeSubscription(id, wish.anchor, key);
  if (kind === 'unskip' && actual.collectionPaused) return (billing, key) => billing.voidInvoicesUntil(id, null, key);
  if (kind === 'reactivate' && actual.cancelAtPeriodEnd)
    return (billing, key) => billing.setCancelAtPeriodEnd(id, false, null, key);
  if (kind === 'payment_method') return decideMethod(wish, actual);
  return undefined;
}

async function decidePlan(
  deps: CreateAtStripeDeps,
  row: SubscriptionRow,
  change: ChangeRow,
  { id, items: actual }: ProviderSubscription,
): Promise<Ask> {
  const { plan, proration, setsCoupon } = change.wish as ChangeWishes['plan'];
  const changes = itemChanges(plan, actual);
  const differs = changes.items.length + changes.removedItems.length > 0;
  if (!differs && !(setsCoupon && (await mayLackCoupon(deps, row, change)))) return undefined;
  await ensureProducts(deps, plan);
  const coupon = setsCoupon ? (plan.coupon ?? '') : undefined;
  return (billing, key) => billing.updateSubscription(id, { ...changes, proration, coupon }, key);
}

/** Items and coupon are changed in one go: where items were to be changed, and are, the coupon is. */
async function mayLackCoupon({ db }: CreateAtStripeDeps, row: SubscriptionRow, change: ChangeRow): Promise<boolean> {
  if (!change.sent_at) return true;
  const { plan } = change.wish as ChangeWishes['plan'];
  return samePlanItems(plan, toPlan(row, await findLiveLines(db, [row.id])));
}

function decideSkip({ delivery, until }: ChangeWishes['skip'], actual: ProviderSubscription): Ask {
  const end = new Date(until);
  if (actual.collectionPaused?.resumesAt?.getTime() === toSecond(end)) return undefined;
  if (!actual.currentPeriodEnd || actual.currentPeriodEnd > new Date(delivery))
    throw new ChangeRefusedError('delivery_billed', 'The delivery was billed before it could be skipped.');
  return (billing, key) => billing.voidInvoicesUntil(actual.id, end, key);
}

/** Stripe counts in seconds. */
const toSecond = (date: Date) => Math.floor(date.getTime() / 1_000) * 1_000;

function decideCancel({ at, reason }: ChangeWishes['cancel'], { id, cancelAtPeriodEnd }: ProviderSubscription): Ask {
  if (at === 'now') return (billing, key) => billing.cancelSubscription(id, reason, key);
  if (cancelAtPeriodEnd) return undefined;
  return (billing, key) => billing.setCancelAtPeriodEnd(id, true, reason, key);
}

/** What is open is tried with the new method at once: Stripe itself would wait for its next attempt. */
function decideMethod({ paymentMethod }: ChangeWishes['payment_method'], actual: ProviderSubscription): Ask {
  const { id, status, latestInvoice } = actual;
  const owes = status === 'past_due' || status === 'unpaid' || status === 'incomplete';
  const isSet = actual.paymentMethod === paymentMethod;
  if (isSet && !(owes && latestInvoice)) return undefined;
  return async (billing, key) => {
    const seen = isSet ? actual : await billing.setPaymentMethod(id, paymentMethod, key);
    if (!owes || !latestInvoice) return seen;
    await billing.payInvoice(latestInvoice, `${key}-pay`);
    return (await billing.retrieveSubscription(id)) ?? seen;
  };
}
