/**
 * Sends one message. Triggered by the job that was written with the message's row.
 * judge → claim (durable) → render → send → record. A message is sent only by the run that claimed it, so a second or late run
 * finds nothing to do. One found in `sending` lost its sender between send and record: it becomes `uncertain` and waits
 * for the provider's event, since a second try could be a second message. Gives up when no provider takes it.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type ClaimTerms, claimNotification, type NotificationForSending } from '../db/claim-notification.ts';
import type { Database } from '../db/database.ts';
import { type PatientDatabase, withPatience } from '../db/patience.ts';
import { TRANSACTIONAL_TOPICS } from '../domain/messages/topics.ts';
import type { Refused, SendResult } from '../providers/message-channel.ts';
import type { Channels } from '../providers/message-channels.ts';
import { type ComposeDeps, type Composed, composeNotification } from './compose-notification.ts';
import { type JudgeDeps, judgeNotification } from './judge-notification.ts';
import { done, giveUp, later, type Outcome } from './outcome.ts';
import { attemptOf, doubt, recordTry, standDown, type Try } from './record-try.ts';

export interface SendNotificationDeps extends ComposeDeps, Omit<JudgeDeps, 'now'>, Partial<Pick<JudgeDeps, 'now'>> {
  db: Database;
  channels: Channels;
  /** How long to wait after a 5xx, so that an event can still tell that the message left all the same. */
  doubtMs?: number;
  /** How long to insist on a statement while the database is away. */
  patienceMs?: number;
  /** A run that took longer from its claim to its sending was stopped in between, and asks whether the claim is still its own. */
  fenceMs?: number;
}

type Found = NotificationForSending;
type Payload = { notification_id: string; order_id?: string | undefined };
type Tools = SendNotificationDeps & JudgeDeps & { terms: ClaimTerms; insistent: PatientDatabase };

export function createSendNotification(deps: SendNotificationDeps) {
  const insistent = withPatience(deps.db, deps.patienceMs ?? 10_000);
  const tools: Tools = { now: () => new Date(), ...deps, insistent, terms: termsOf(deps.channels) };
  return async ({ notification_id: id }: Payload, { log }: { log: Logger }): Promise<Outcome> => {
    const token = randomUUID();
    const began = performance.now();
    const found = await claimNotification(insistent, { id, token }, tools.terms);
    if (!found) return giveUp('notification_missing', `There is no notification ${id}.`);
    if (found.claimed) return send(tools, found, { token, began }, log);
    if (found.wish === null || found.status !== 'queued' || found.suppressed !== null) return leave(tools, found);
    const unwanted = await judgeNotification(insistent, tools, found, found.wish);
    if (unwanted) return unwanted;
    const judged = await claimAgain(tools, id, token);
    return judged?.claimed ? send(tools, judged, { token, began }, log) : leave(tools, judged ?? found);
  };
}

function termsOf(channels: Channels): ClaimTerms {
  const names = (of: readonly { provider: string }[]) => of.map(({ provider }) => provider);
  const { email, sms, web_push, chat } = channels;
  const providers = { email: names(email), sms: names(sms), web_push: names(web_push), chat: names(chat) };
  return { providers, transactional: TRANSACTIONAL_TOPICS };
}

interface Claim {
  token: string;
  /** By performance.now(), which goes on while a process is stopped. */
  began: number;
}

async function send(tools: Tools, claimed: Found, claim: Claim, log: Logger): Promise<Outcome> {
  const composed = tryCompose(tools, claimed);
  const late = performance.now() - claim.began > (tools.fenceMs ?? FENCE_MS);
  const found = late ? await claimAgain(tools, claimed.id, claim.token) : claimed;
  if (!found?.claimed) return standDown(tryOf(tools, claimed, composed));
  const result =
    composed instanceof Error ? unsendable('render_failed', composed.message) : await hand(tools, found, composed);
  if (result.kind !== 'accepted') {
    const { template, channel, provider } = found;
    log.warn({ result, template, channel, provider }, 'message was not accepted');
  }
  return recordTry(tryOf(tools, found, composed), result);
}

/** Far below the time after which a job is given to another run. */
const FENCE_MS = 5_000;

const claimAgain = ({ insistent, terms }: Tools, id: string, token: string) =>
  claimNotification(insistent, { id, token, judged: true }, terms);

function tryOf(tools: Tools, found: Found, composed: Composed | Error): Try {
  return {
    db: tools.insistent,
    found,
    attempt: attemptOf(found),
    provider: found.provider ?? 'none',
    providers: tools.terms.providers[found.channel],
    content: composed instanceof Error ? { subject: '', text: '', version: null } : composed.content,
    doubtMs: tools.doubtMs ?? 35_000,
  };
}

const unsendable = (code: string, message: string): Refused => ({ kind: 'refused', fault: 'message', code, message });

async function hand({ channels }: Tools, found: Found, composed: Composed): Promise<SendResult> {
  if (found.channel === 'web_push' && !found.subscription)
    return { ...unsendable('gone', 'The browser has ended its subscription.'), suppress: 'gone' };
  // What may have left is sent again by the same provider or by none.
  if (found.resent && found.attempts.at(-1)?.provider !== found.provider)
    return { kind: 'unknown', code: 'provider_gone', message: 'Who tried it first is not configured any more.' };
  const none = unsendable('channel_not_configured', `No provider for ${found.channel} is configured.`);
  return composed.sendBy(channels, found.provider) ?? none;
}

function tryCompose(tools: Tools, found: Found): Composed | Error {
  try {
    return composeNotification(tools, found);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What to do with a message that somebody else has, or had, in hand. */
async function leave(tools: Tools, found: Found): Promise<Outcome> {
  if (found.suppressed !== null) return done(`suppressed: ${found.suppressed}`);
  if (found.status === 'queued') return later(1_000);
  if (found.status === 'failed') return giveUp('message_refused', 'The message was refused.');
  if (found.status !== 'sending') return done(`already ${found.status}`);
  const composed = tryCompose(tools, found);
  const content = composed instanceof Error ? undefined : composed.content;
  const attempt = found.attempts.at(-1)?.number ?? 0;
  const lost = { code: 'sender_lost', message: 'The sender ended between send and record.' };
  return doubt({ db: tools.insistent, found, attempt, content }, 'unknown', lost);
}
