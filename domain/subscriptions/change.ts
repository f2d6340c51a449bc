/** What can be asked of a subscription. A change holds all that it needs, so that it can be made late, again, or by another process. */
import type { Plan, Proration } from './plan.ts';
import { hasEnded, type SubscriptionStatus } from './status.ts';

export interface ChangeWishes {
  create: { plan: Plan; paymentMethod: string | null; trialEnd: string | null };
  /** `setsCoupon`: Stripe is told of the coupon only when it changes: one that is told again would count anew. */
  plan: { plan: Plan; proration: Proration; setsCoupon: boolean };
  pause: { until: string | null };
  /** `now`: a new period begins and is billed at once. */
  resume: { anchor: 'now' | 'unchanged' };
  /** When the delivery that is to be skipped would be billed. */
  skip: { delivery: string; until: string };
  unskip: object;
  cancel: { at: 'now' | 'period_end'; reason: string | null };
  reactivate: object;
  payment_method: { paymentMethod: string };
}

export type ChangeKind = keyof ChangeWishes;

export type Change = { [Kind in ChangeKind]: { kind: Kind; wish: ChangeWishes[Kind] } }[ChangeKind];

/** What a subscription shows of itself that decides whether a change makes sense. */
export interface Changeable {
  status: SubscriptionStatus;
  cancelAtPeriodEnd: boolean;
  skipUntil: Date | null;
  nextPaymentAt: Date | null;
}

/** A stable word for why it cannot be; undefined when it can. */
export function whyNot(kind: ChangeKind, { status, ...now }: Changeable): string | undefined {
  if (hasEnded(status)) return 'subscription_ended';
  if (kind === 'cancel' || kind === 'create') return undefined;
  if (status === 'pending' || status === 'incomplete')
    return kind === 'payment_method' && status === 'incomplete' ? undefined : 'subscription_not_started';
  if (kind === 'pause' && status === 'paused') return 'subscription_paused';
  if (kind === 'resume' && status !== 'paused') return 'subscription_not_paused';
  if (kind === 'reactivate' && !now.cancelAtPeriodEnd) return 'subscription_not_ending';
  if (kind === 'unskip' && !now.skipUntil) return 'delivery_not_skipped';
  if (kind === 'skip') return whyNotSkip(now);
  return undefined;
}

function whyNotSkip({ skipUntil, nextPaymentAt }: Omit<Changeable, 'status'>): string | undefined {
  if (skipUntil) return 'delivery_skipped';
  return nextPaymentAt ? undefined : 'no_next_delivery';
}
