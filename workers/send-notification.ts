/**
 * Sends one message. Triggered by the job that was written with the message's row.
 * claim (durable) → render → send → record. A message is sent only by the run that claimed it, so a second or late run
 * finds nothing to do. One found in `sending` lost its sender between send and record: it becomes `uncertain` and waits
 * for the provider's event, since a second try could be a second message. Gives up when the provider refuses it.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import * as notifications from '../db/notifications.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { type PatientDatabase, withPatience } from '../db/patience.ts';
import { type RenderedEmail, renderEmail } from '../domain/messages/render.ts';
import type { EmailChannel, SendResult } from '../providers/message-channel.ts';
import { done, giveUp, later, type Outcome } from './outcome.ts';

export interface SendNotificationDeps {
  db: Database;
  email: EmailChannel;
  from: { email: string; name: string };
  shopName: string;
  /** Where the customer sees an order and pays it: the link in the messages. */
  orderUrl: (order: { id: string; number: string }) => string;
  /** How long to wait after a 5xx, so that an event can still tell that the message left all the same. */
  doubtMs?: number;
  /** How long to insist on a statement while the database is away. */
  patienceMs?: number;
}

type Found = notifications.NotificationForSending;
type Failure = notifications.SendingError;
type Payload = { notification_id: string; order_id?: string | undefined };

/** The provider could not be reached: the queue's backoff decides when to try again. */
export class EmailUnavailableError extends Error {
  override readonly name = 'EmailUnavailableError';
  readonly code: string;
  constructor({ code, message }: Failure) {
    super(`The e-mail provider is unavailable: ${message}`);
    this.code = code;
  }
}

export function createSendNotification(deps: SendNotificationDeps) {
  const db = withPatience(deps.db, deps.patienceMs ?? 10_000);
  return async ({ notification_id: id }: Payload, { log }: { log: Logger }): Promise<Outcome> => {
    const found = await notifications.claimNotification(db, id, randomUUID());
    if (!found) return giveUp('notification_missing', `There is no notification ${id}.`);
    if (!found.claimed) return leave(db, found);
    const message = tryRender(deps, found);
    if (message instanceof Error) return refuse(db, found, { code: 'render_failed', message: message.message });
    const result = await deps.email.send(toEmail(deps, found, message));
    if (result.kind !== 'accepted') log.warn({ result, template: found.template }, 'message was not accepted');
    return record(db, found, message.subject, result, deps.doubtMs ?? 35_000);
  };
}

/** What to do with a message that somebody else has, or had, in hand. */
async function leave(db: PatientDatabase, found: Found): Promise<Outcome> {
  if (found.status === 'queued') return later(1_000);
  if (found.status === 'failed') return giveUp('message_refused', 'The message was refused.');
  if (found.status !== 'sending') return done(`already ${found.status}`);
  return doubt(db, found, { code: 'sender_lost', message: 'The sender ended between send and record.' });
}

function tryRender(deps: SendNotificationDeps, { template, order, order_id }: Found): RenderedEmail | Error {
  try {
    const orderUrl = order_id === null ? '' : deps.orderUrl(order);
    return renderEmail(template, { shopName: deps.shopName, orderUrl, order }, 'en');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function toEmail({ from }: SendNotificationDeps, found: Found, message: RenderedEmail) {
  const { id, order_id, recipient, template } = found;
  return { ...message, notificationId: id, orderId: order_id, to: recipient, from, category: template };
}

async function record(
  db: PatientDatabase,
  found: Found,
  subject: string,
  result: SendResult,
  doubtMs: number,
): Promise<Outcome> {
  switch (result.kind) {
    case 'accepted':
      await notifications.recordAccepted(db, found.id, result.messageId, subject);
      return done();
    case 'refused':
      return refuse(db, found, result);
    case 'unknown':
      return doubt(db, found, result);
    case 'throttled':
      return requeue(db, found, { code: 'throttled', message: 'Too many requests.' }, result.retryAfterMs);
    case 'unavailable':
      // 5xx says "not sent", mostly truly: tried again late enough for the provider's event to contradict it.
      if (result.answered) return requeue(db, found, result, doubtMs, MAX_ANSWERED_FAILURES);
      await notifications.requeueNotification(db, found.id, pick(result));
      throw new EmailUnavailableError(result);
  }
}

/** Answers of 5xx to one message before a person must look: at 35 s each about ten minutes. */
const MAX_ANSWERED_FAILURES = 20;

async function requeue(db: PatientDatabase, found: Found, failure: Failure, delayMs: number, maxAttempts?: number) {
  const status = await notifications.requeueNotification(db, found.id, pick(failure), maxAttempts);
  if (status === 'queued') return later(delayMs);
  return status === 'failed' ? giveUp(failure.code, failure.message) : done('settled by an event meanwhile');
}

/** For good: the order's history and the exceptions list (by giving up) tell of it. */
async function refuse(db: PatientDatabase, found: Found, failure: Failure): Promise<Outcome> {
  await end(db, found, 'failed', failure, notifications.recordFailed);
  return giveUp(failure.code, failure.message);
}

/** Nobody knows: held until the provider's event tells, and listed as an exception by the sweeper when none comes. */
async function doubt(db: PatientDatabase, found: Found, failure: Failure): Promise<Outcome> {
  await end(db, found, 'uncertain', failure, notifications.recordUncertain);
  return done(`uncertain: ${failure.code}`);
}

function end(
  db: PatientDatabase,
  { id, order_id, template }: Found,
  status: 'failed' | 'uncertain',
  failure: Failure,
  write: typeof notifications.recordFailed,
): Promise<void> {
  return db.transaction(async (tx) => {
    if (!(await write(tx, id, pick(failure))) || order_id === null) return;
    const { code, message } = failure;
    await appendOrderEvent(tx, order_id, `notification.${status}`, { notification_id: id, template, code, message });
  });
}

/** The provider's words, without what else the result holds. */
const pick = ({ code, message }: Failure): Failure => ({ code, message });
