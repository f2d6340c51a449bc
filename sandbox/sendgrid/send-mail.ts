/** `POST /v3/mail/send`: validates, keeps one mail per recipient and plans its events, in one transaction. */
import type { Request, Response } from 'express';
import { randomText } from '../random-text.ts';
import type { Store } from '../store.ts';
import type { EventWebhook } from './event-webhook.ts';
import type { Address, MailRequest, Personalization, SendgridError } from './mail-request.ts';
import type { Mailbox } from './mailbox.ts';
import { planEvents } from './scenarios.ts';
import { validateMail } from './validate-mail.ts';

/** Nobody waits for a mail's answer as a customer does for a payment's: several may share a commit. */
const GATHER_MS = 4;

export interface SendMailParts {
  store: Store;
  mailbox: Mailbox;
  events: EventWebhook | undefined;
  /** Addresses that may stand in `from`; all when left out. */
  verifiedSenders: readonly string[] | undefined;
  nowMs: () => number;
}

export function createSendMail(parts: SendMailParts) {
  return (req: Request, res: Response) => {
    const errors = validateMail(req.body, parts.nowMs());
    if (errors.length > 0) return answerErrors(res, 400, errors);
    const mail = req.body as MailRequest;
    const stranger = findStranger(mail, parts.verifiedSenders);
    if (stranger) {
      const message = `${stranger} is not a verified sender of this account.`;
      return answerErrors(res, 403, [{ message, field: 'from' }]);
    }
    const messageId = randomText(22);
    const sandboxMode = mail.mail_settings?.sandbox_mode?.enable === true;
    if (!sandboxMode) parts.store.transaction(() => keep(parts, mail, messageId), GATHER_MS);
    res.setHeader('X-Message-Id', messageId);
    parts.store.afterCommit(() => res.status(sandboxMode ? 200 : 202).end(), GATHER_MS);
  };
}

export function answerErrors(res: Response, status: number, errors: readonly SendgridError[]): void {
  res.status(status).json({ errors });
}

function findStranger(mail: MailRequest, verified: readonly string[] | undefined): string | undefined {
  if (!verified) return undefined;
  const senders = [mail.from, ...mail.personalizations.flatMap((each) => each.from ?? [])];
  return senders.find(({ email }) => !verified.includes(email.toLowerCase()))?.email;
}

function keep(parts: SendMailParts, mail: MailRequest, messageId: string): void {
  const bodies = new Map(mail.content?.map(({ type, value }) => [type, value]));
  for (const envelope of mail.personalizations) {
    const customArgs = { ...objectOf(mail.custom_args), ...envelope.custom_args };
    for (const to of [...envelope.to, ...(envelope.cc ?? []), ...(envelope.bcc ?? [])]) {
      keepOne(parts, { mail, envelope, to, messageId, bodies, customArgs });
    }
  }
}

interface Copy {
  mail: MailRequest;
  envelope: Personalization;
  to: Address;
  messageId: string;
  bodies: Map<string, string>;
  customArgs: Record<string, string>;
}

function keepOne({ mailbox, events, nowMs }: SendMailParts, copy: Copy): void {
  const { mail, envelope, to, messageId, bodies, customArgs } = copy;
  const now = nowMs();
  const plan = planEvents(to.email);
  const from = envelope.from ?? mail.from;
  mailbox.insert({
    message_id: messageId,
    recipient: to.email.toLowerCase(),
    recipient_name: to.name ?? null,
    from_email: from.email,
    from_name: from.name ?? null,
    subject: envelope.subject ?? mail.subject ?? '',
    text: bodies.get('text/plain') ?? null,
    html: bodies.get('text/html') ?? null,
    headers: JSON.stringify({ ...mail.headers, ...envelope.headers }),
    custom_args: JSON.stringify(customArgs),
    categories: JSON.stringify(mail.categories ?? []),
    status: plan.at(-1)?.event ?? 'processed',
    created_ms: now,
  });
  if (!events) return;
  for (const { event, afterMs, facts } of plan) {
    const at = now + afterMs;
    events.schedule({ ...eventFields(copy, at), ...facts, event }, at);
  }
}

/** Custom args stand beside the event's own fields, at the top level. */
function eventFields({ mail, to, messageId, customArgs }: Copy, atMs: number) {
  return {
    ...customArgs,
    email: to.email,
    timestamp: Math.floor(atMs / 1_000),
    'smtp-id': `<${messageId}@sandbox.invalid>`,
    ...(mail.categories?.length ? { category: mail.categories } : {}),
    sg_event_id: randomText(22),
    sg_message_id: `${messageId}.sandbox-0001.0`,
  };
}

const objectOf = (args: unknown): Record<string, string> =>
  typeof args === 'object' && args !== null ? (args as Record<string, string>) : {};
