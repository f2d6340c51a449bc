/** Optional messages: whether, and when, their recipient wants them. What belongs to an order is not judged. */
import type { NotificationForSending } from '../db/claim-notification.ts';
import type { Executor } from '../db/database.ts';
import { holdNotification, noteWaiting, recordUnwanted, takeTurn } from '../db/hold-notification.ts';
import { afterTheCap, judgeDelivery, type RecipientWish } from '../domain/messages/judge-delivery.ts';
import { done, later, type Outcome } from './outcome.ts';

export interface JudgeDeps {
  /** The shop's, for recipients of whom none is known. */
  timeZone: string;
  /** Optional messages to one recipient and channel within an hour; those beyond are told together. */
  capPerHour: number;
  now: () => Date;
}

/** What ends the run; undefined: it may be sent. A message that was tried before has been judged, but for being switched off. */
export async function judgeNotification(
  db: Executor,
  { timeZone, capPerHour, now }: JudgeDeps,
  found: NotificationForSending,
  wish: RecipientWish,
): Promise<Outcome | undefined> {
  const isDigest = found.template === DIGEST;
  const judgement = judgeDelivery({ urgency: found.urgency, isDigest }, withHint(wish, found), timeZone, now());
  if (judgement.kind === 'off') return switchedOff(db, found.id);
  if (found.attempts.length > 0) return undefined;
  if (judgement.kind === 'hold') return hold(db, found.id, 'It is told together with others.', judgement.dueAt);
  if (judgement.kind === 'wait') return wait(db, found.id, judgement.until, now());
  if (isDigest || found.urgency === 'now') return undefined;
  if ((await takeTurn(db, found)) <= capPerHour) return undefined;
  return hold(
    db,
    found.id,
    `The recipient has had ${capPerHour} messages within the hour.`,
    afterTheCap(wish, timeZone, now()),
  );
}

const DIGEST = 'digest';

/** What tells of itself that it is one of many is told with them, unless its recipient wants still less. */
function withHint(wish: RecipientWish, { order }: NotificationForSending): RecipientWish {
  const together = (order.data as { together?: unknown } | null)?.together;
  const isOpen = wish.delivery === null || wish.delivery === 'immediate';
  return isOpen && (together === 'hourly' || together === 'daily') ? { ...wish, delivery: together } : wish;
}

/** Who changes their quiet hours is not kept waiting until those of yesterday end. */
const LOOK_AGAIN_MS = 900_000;

async function switchedOff(db: Executor, id: string): Promise<Outcome> {
  await recordUnwanted(db, id, { code: 'switched_off', message: 'The recipient has switched these messages off.' });
  return done('suppressed: switched off');
}

async function wait(db: Executor, id: string, until: Date, now: Date): Promise<Outcome> {
  await noteWaiting(db, id, until);
  return later(Math.min(until.getTime() - now.getTime(), LOOK_AGAIN_MS));
}

async function hold(db: Executor, id: string, message: string, dueAt: Date): Promise<Outcome> {
  await holdNotification(db, id, { code: 'held', message }, dueAt);
  return done(`held until ${dueAt.toISOString()}`);
}
