/** When a subscription is billed next, and until when its invoices are voided so that just one delivery is skipped. */
import type { IntervalUnit } from './plan.ts';
import { hasStarted, type SubscriptionStatus } from './status.ts';

export interface Rhythm {
  unit: IntervalUnit;
  count: number;
}

const DAY_MS = 86_400_000;

/** In UTC, as Stripe counts; a day that a month does not have is its last one. */
export function addIntervals(from: Date, { unit, count }: Rhythm, times = 1): Date {
  const by = count * times;
  if (unit === 'day') return new Date(from.getTime() + by * DAY_MS);
  if (unit === 'week') return new Date(from.getTime() + by * 7 * DAY_MS);
  const months = unit === 'year' ? by * 12 : by;
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to;
}

/**
 * Half a period behind the delivery: the invoice made then is voided and the one after it is not, however late or early Stripe is.
 */
export function skipUntil(delivery: Date, rhythm: Rhythm): Date {
  const next = addIntervals(delivery, rhythm);
  return new Date((delivery.getTime() + next.getTime()) / 2);
}

export interface Billed {
  status: SubscriptionStatus;
  cancelAtPeriodEnd: boolean;
  currentPeriodEnd: Date | null;
  skipUntil: Date | null;
  rhythm: Rhythm;
}

/** Null when nothing is billed any more, for now, or yet. */
export function nextPaymentAt({ status, cancelAtPeriodEnd, currentPeriodEnd, skipUntil, rhythm }: Billed): Date | null {
  if (!hasStarted(status) || status === 'paused' || cancelAtPeriodEnd || !currentPeriodEnd) return null;
  if (!skipUntil) return currentPeriodEnd;
  return skipUntil > currentPeriodEnd ? addIntervals(currentPeriodEnd, rhythm) : currentPeriodEnd;
}
