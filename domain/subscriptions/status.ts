/**
 * A subscription's states, as data. All but `pending` (not at Stripe yet) and `rejected` (Stripe refused it) are Stripe's words
 * (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses). The database repeats them as a CHECK.
 */
const running = ['trialing', 'active', 'past_due', 'unpaid', 'paused'] as const;

export const subscriptionTransitions = {
  pending: ['incomplete', ...running, 'canceled', 'rejected'],
  incomplete: ['incomplete_expired', ...running, 'canceled'],
  trialing: ['active', 'past_due', 'unpaid', 'paused', 'canceled'],
  active: ['trialing', 'past_due', 'unpaid', 'paused', 'canceled'],
  past_due: ['trialing', 'active', 'unpaid', 'paused', 'canceled'],
  unpaid: ['trialing', 'active', 'past_due', 'paused', 'canceled'],
  paused: ['trialing', 'active', 'past_due', 'unpaid', 'canceled'],
  incomplete_expired: [],
  canceled: [],
  rejected: [],
} as const;

export type SubscriptionStatus = keyof typeof subscriptionTransitions;

const ENDED: ReadonlySet<SubscriptionStatus> = new Set(['incomplete_expired', 'canceled', 'rejected']);

/** Nothing leads out of it. */
export const hasEnded = (status: SubscriptionStatus): boolean => ENDED.has(status);

/** Stripe has taken a first payment, or begun a trial: the customer has something that runs. */
export const hasStarted = (status: SubscriptionStatus): boolean =>
  !hasEnded(status) && status !== 'pending' && status !== 'incomplete';

export const mayBecome = (from: SubscriptionStatus, to: SubscriptionStatus): boolean =>
  from === to || (subscriptionTransitions[from] as readonly SubscriptionStatus[]).includes(to);
