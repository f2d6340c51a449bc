/** Whether an optional message is sent now, later, with others, or not at all, by what its recipient wants. */
import { nextFullHour, nextTimeAt, quietUntil } from '../quiet-hours.ts';
import type { Urgency } from './channels.ts';

/** What is known of the recipient; nulls where nothing was said. */
export interface RecipientWish {
  delivery: 'off' | 'immediate' | 'hourly' | 'daily' | null;
  /** For daily, on the recipient's clock. */
  hour: number | null;
  time_zone: string | null;
  /** Local times. */
  quiet_from: string | null;
  quiet_to: string | null;
}

export type Judgement =
  | { readonly kind: 'send' }
  | { readonly kind: 'off' }
  | { readonly kind: 'hold'; readonly dueAt: Date }
  | { readonly kind: 'wait'; readonly until: Date };

export interface OptionalMessage {
  urgency: Urgency;
  isDigest: boolean;
}

/**
 * @param timeZone the shop's, for a recipient of whom none is known
 * What is urgent is sent at once unless it is switched off; a digest is held for no other digest.
 */
export function judgeDelivery(
  { urgency, isDigest }: OptionalMessage,
  wish: RecipientWish,
  timeZone: string,
  now: Date,
): Judgement {
  if (wish.delivery === 'off') return { kind: 'off' };
  if (urgency === 'now') return { kind: 'send' };
  const zone = wish.time_zone ?? timeZone;
  if (!isDigest && wish.delivery === 'hourly') return { kind: 'hold', dueAt: nextFullHour(now, zone) };
  if (!isDigest && wish.delivery === 'daily') return { kind: 'hold', dueAt: nextTimeAt(now, wish.hour ?? 8, zone) };
  const until = quietEnd(wish, zone, now);
  return until ? { kind: 'wait', until } : { kind: 'send' };
}

function quietEnd({ quiet_from: from, quiet_to: to }: RecipientWish, timeZone: string, now: Date): Date | undefined {
  return from !== null && to !== null ? quietUntil(now, { from, to, timeZone }) : undefined;
}

/** When what is beyond the hour's number is told, all together. */
export const afterTheCap = (wish: RecipientWish, timeZone: string, now: Date): Date =>
  nextFullHour(now, wish.time_zone ?? timeZone);
