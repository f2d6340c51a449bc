/** `POST …/Messages.json`: validates as Twilio does, keeps the message and plans what becomes of it, in one transaction. */
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Store } from '../store.ts';
import type { Callbacks } from './callbacks.ts';
import { answerError, type TwilioError } from './errors.ts';
import { judgeRecipient, judgeSender, MAGIC_SENDER, planStatuses } from './magic-numbers.ts';
import { type Messages, toResource } from './messages.ts';
import { countSegments } from './segments.ts';

export interface CreateMessageParts {
  store: Store;
  messages: Messages;
  callbacks: Callbacks;
  /** What the account may send from. */
  senders: readonly string[];
  nowMs: () => number;
}

const MAX_CHARACTERS = 1_600;
const refuse = (code: number, message: string): TwilioError => ({ status: 400, code, message });

export function createMessage(parts: CreateMessageParts) {
  const { store, messages, callbacks, nowMs } = parts;
  return (req: Request, res: Response) => {
    const form = (req.body ?? {}) as Record<string, string | undefined>;
    const error = validate(form, parts.senders);
    if (error) return answerError(res, error);
    const { To: to = '', From: from, Body: body = '', MessagingServiceSid: service, StatusCallback: callback } = form;
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const now = nowMs();
    store.transaction(() => {
      messages.insert({
        ...{ sid, account_sid: String(req.params.account), recipient: to, body },
        ...{ sender: from ?? null, service_sid: service ?? null, status_callback: callback ?? null },
        ...{ status: service ? 'accepted' : 'queued', error_code: null, segments: countSegments(body) },
        ...{ created_ms: now, updated_ms: now, sent_ms: null },
      });
      callbacks.plan(sid, planStatuses(to, Boolean(service)), now);
    });
    store.afterCommit(() => res.status(201).json(toResource(messages.find(sid)!)));
  };
}

function validate(form: Record<string, string | undefined>, senders: readonly string[]): TwilioError | undefined {
  const { To: to, From: from, Body: body, MessagingServiceSid: service, StatusCallback: callback } = form;
  if (!to) return refuse(21604, "A 'To' phone number is required.");
  if (!from && !service) return refuse(21603, "A 'From' phone number is required.");
  if (service && !/^MG[0-9a-f]{32}$/.test(service)) return refuse(21701, 'The Messaging Service does not exist.');
  if (!body) return refuse(21602, 'Message body is required.');
  if ([...body].length > MAX_CHARACTERS) {
    return refuse(21617, 'The concatenated message body exceeds the 1600 character limit');
  }
  if (callback && !URL.canParse(callback))
    return refuse(21609, `The 'StatusCallback' URL ${callback} is not a valid URL.`);
  return judgeRecipient(to) ?? judgeSender(from ?? MAGIC_SENDER, senders);
}
