/** What becomes of a message by how its try ended. The one question behind it: can it have left? */
import type { Attempt, NotificationForSending } from '../db/claim-notification.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import type { PatientDatabase } from '../db/patience.ts';
import {
  type Content,
  endTry,
  forgetPushEndpoint,
  keepContentOf,
  recordAccepted,
  type TryEnd,
} from '../db/settle-notification.ts';
import { suppress } from '../db/suppressions.ts';
import { nextProvider } from '../domain/messages/next-provider.ts';
import type { Refused, SendResult } from '../providers/message-channel.ts';
import { done, giveUp, later, type Outcome } from './outcome.ts';

/** A provider could not be reached: the queue's backoff decides when to try again. */
export class ChannelUnavailableError extends Error {
  override readonly name = 'ChannelUnavailableError';
  readonly code: string;
  constructor(provider: string, { code, message }: { code: string; message: string }) {
    super(`${provider} is unavailable: ${message}`);
    this.code = code;
  }
}

export interface Try {
  db: PatientDatabase;
  found: NotificationForSending;
  /** This try's number. */
  attempt: number;
  provider: string;
  /** Whom the channel has. */
  providers: readonly string[];
  content: Content;
  /** How long to wait after a 5xx, so that an event can still tell that the message left all the same. */
  doubtMs: number;
}

/** The number of the try that a claim has begun. */
export const attemptOf = ({ attempts }: NotificationForSending): number => (attempts.at(-1)?.number ?? 0) + 1;

export async function recordTry(sending: Try, result: SendResult): Promise<Outcome> {
  const { db, found, attempt, content } = sending;
  switch (result.kind) {
    case 'accepted':
      await recordAccepted(db, { id: found.id, attempt }, result.messageId, content);
      return done();
    case 'unknown':
      return doubt(sending, 'unknown', result);
    case 'refused':
      return found.resent ? doubt(sending, 'refused', result) : refuse(sending, result);
    case 'throttled':
      return throttled(sending, result.retryAfterMs);
    case 'unavailable':
      return result.answered ? answered(sending, result) : unreachable(sending, result);
  }
}

interface Failure {
  code: string;
  message: string;
}

/** The provider's words, without what else the result holds. */
const pick = ({ code, message }: Failure): Failure => ({ code, message });

/** For the provider's own reasons the next one is asked; otherwise for good: history and exceptions list tell of it. */
async function refuse(sending: Try, refusal: Refused): Promise<Outcome> {
  const next = refusal.fault === 'provider' ? nextOf(sending, 'refused') : undefined;
  if (next) return moveOn(sending, 'refused', refusal, next, SOON_MS);
  await failFor(sending, refusal);
  return isEveryday(sending.found, refusal) ? done(`refused: ${refusal.code}`) : giveUp(refusal.code, refusal.message);
}

/** Browsers forget their subscriptions and people answer STOP: nobody needs to look into it. */
const isEveryday = ({ channel }: NotificationForSending, { suppress }: Refused) =>
  suppress === 'unsubscribe' || (suppress === 'gone' && channel === 'web_push');

function failFor({ db, found, attempt }: Try, refusal: Refused): Promise<void> {
  return db.transaction(async (tx) => {
    const error = pick(refusal);
    const mine = await endTry(tx, { id: found.id, attempt, status: 'failed', outcome: 'refused', error });
    if (refusal.suppress) await giveUpAddress(tx, found, refusal.suppress, refusal.message);
    if (mine) await tellOrder(tx, found, 'failed', error);
  });
}

type Tx = Parameters<Parameters<PatientDatabase['transaction']>[0]>[0];

async function giveUpAddress(
  tx: Tx,
  { id, channel, recipient }: NotificationForSending,
  reason: NonNullable<Refused['suppress']>,
  detail: string,
): Promise<void> {
  await suppress(tx, { channel, address: recipient, reason, detail, notificationId: id });
  if (channel === 'web_push' && reason === 'gone') await forgetPushEndpoint(tx, recipient);
}

/** Nobody knows: held until the provider's event tells. The sweeper sends it again, once, or lists it for a person. */
export function doubt(
  { db, found, attempt, content }: Pick<Try, 'db' | 'found' | 'attempt'> & { content: Content | undefined },
  outcome: TryEnd['outcome'],
  failure: Failure,
): Promise<Outcome> {
  return db.transaction(async (tx) => {
    const error = pick(failure);
    const mine = await endTry(tx, { id: found.id, attempt, status: 'uncertain', outcome, error });
    if (content) await keepContentOf(tx, found.id, content);
    if (mine) await tellOrder(tx, found, 'uncertain', error);
    return done(`uncertain: ${failure.code}`);
  });
}

async function tellOrder(tx: Tx, found: NotificationForSending, status: string, error: Failure): Promise<void> {
  const { id, order_id, template } = found;
  if (order_id)
    await appendOrderEvent(tx, order_id, `notification.${status}`, { notification_id: id, template, ...error });
}

/** The run was stopped until its message was another's: what it has not sent, it knows to be not sent. */
export function standDown(sending: Try): Promise<Outcome> {
  const stopped = { code: 'sender_stopped', message: 'The sender was stopped before it had sent.' };
  return moveOn(sending, 'unavailable', stopped, undefined, SOON_MS);
}

async function throttled(sending: Try, retryAfterMs: number): Promise<Outcome> {
  const failure = { code: 'throttled', message: 'Too many requests.' };
  const next = nextOf(sending, 'throttled');
  return moveOn(sending, 'throttled', failure, next, next ? SOON_MS : retryAfterMs);
}

/** 5xx says "not sent", mostly truly: tried again late enough for the provider's event to contradict it. */
async function answered(sending: Try, failure: Failure): Promise<Outcome> {
  if (sending.found.resent) return doubt(sending, 'unavailable', failure);
  const before = sending.found.attempts.filter((each: Attempt) => each.answered).length;
  if (before + 1 >= MAX_ANSWERED_FAILURES) return failAnswered(sending, failure);
  return moveOn(sending, 'unavailable', failure, nextOf(sending, 'unavailable'), sending.doubtMs, true);
}

/** Answers of 5xx to one message before a person must look: at 35 s each about ten minutes. */
const MAX_ANSWERED_FAILURES = 20;

async function failAnswered({ db, found, attempt }: Try, failure: Failure): Promise<Outcome> {
  const end = { id: found.id, attempt, outcome: 'unavailable', answered: true, error: pick(failure) } as const;
  const mine = await endTry(db, { ...end, status: 'failed' });
  return mine ? giveUp(failure.code, failure.message) : done(SETTLED);
}

async function unreachable(sending: Try, failure: Failure): Promise<Outcome> {
  const next = nextOf(sending, 'unavailable');
  const outcome = await moveOn(sending, 'unavailable', failure, next, SOON_MS);
  if (next || outcome.kind === 'done') return outcome;
  throw new ChannelUnavailableError(sending.provider, failure);
}

const SOON_MS = 100;
const SETTLED = 'settled by an event meanwhile';

/** Not sent: to be tried again, by the next provider if there is one to go on with. */
async function moveOn(
  { db, found, attempt }: Try,
  outcome: TryEnd['outcome'],
  failure: Failure,
  provider: string | undefined,
  delayMs: number,
  byAnswer?: boolean,
): Promise<Outcome> {
  if (isTooLate(found)) return tooLate(db, { id: found.id, attempt, outcome }, failure);
  const end = { id: found.id, attempt, outcome, answered: byAnswer, error: pick(failure), provider };
  return (await endTry(db, { ...end, status: 'queued' })) ? later(delayMs) : done(SETTLED);
}

/** What a browser or a chat shows is of the moment: a push service forgets it after a day too. */
const LIFE_MS = 86_400_000;

const isTooLate = ({ channel, created_at }: NotificationForSending): boolean =>
  (channel === 'web_push' || channel === 'chat') && Date.now() - created_at.getTime() > LIFE_MS;

async function tooLate(
  db: PatientDatabase,
  end: Pick<TryEnd, 'id' | 'attempt' | 'outcome'>,
  { message }: Failure,
): Promise<Outcome> {
  await endTry(db, {
    ...end,
    status: 'failed',
    error: { code: 'too_late', message: `Not taken within a day: ${message}` },
  });
  return done('too late');
}

function nextOf({ found, provider, providers }: Try, outcome: TryEnd['outcome']): string | undefined {
  return nextProvider(providers, provider, [...found.attempts, { provider, outcome }], outcome === 'refused');
}
