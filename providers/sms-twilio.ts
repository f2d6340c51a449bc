/**
 * Text messages by Twilio's client, over connections of our own. The address of the status callback carries the notification's
 * id, so that what becomes of a message is known even when the answer to its sending was lost.
 */
import twilio from 'twilio';
import { composeTextMessage } from '../domain/messages/text-message.ts';
import type { SendResult } from './email-failures.ts';
import { createKeptPost, type PostAnswer } from './kept-post.ts';
import type { ShortChannel } from './message-channel.ts';
import { showsSecret } from './message-secrets.ts';
import { classifyTwilioAnswer, classifyTwilioFailure } from './twilio-failures.ts';
import { TWILIO_RETRIES } from './twilio-signature.ts';

export interface TwilioOptions {
  accountSid: string;
  authToken: string;
  /** A number, a sender's name, or a messaging service (MG…) that chooses among its numbers. */
  from: string;
  /** Base URL other than Twilio's own. */
  apiBase?: string | undefined;
  /** Where Twilio tells what became of a message. */
  statusCallback: string;
  timeoutMs: number;
}

/** What one message may cost at most. */
const MAX_SEGMENTS = 4;

type RequestClient = NonNullable<NonNullable<Parameters<typeof twilio>[2]>['httpClient']>;
type Request = Parameters<RequestClient['request']>[0];

/** An answer that is no 2xx: the client's own error has lost its headers. */
class RefusedAnswer extends Error {
  readonly answer: PostAnswer;
  constructor(answer: PostAnswer) {
    super(`Twilio answered ${answer.status}.`);
    this.answer = answer;
  }
}

export function createTwilio(options: TwilioOptions): ShortChannel {
  const { accountSid, authToken, from, apiBase, statusCallback, timeoutMs } = options;
  const { post, close } = createKeptPost();
  const httpClient = {
    async request({ uri, headers, data, username, password }: Request) {
      const answer = await post({
        url: apiBase ? `${apiBase.replace(/\/+$/, '')}${new URL(uri).pathname}` : uri,
        headers: { ...headers, Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
        body: new URLSearchParams(data as Record<string, string>).toString(),
        timeoutMs,
      });
      if (answer.status < 200 || answer.status >= 300) throw new RefusedAnswer(answer);
      return { statusCode: answer.status, body: answer.text, headers: answer.headers };
    },
  } as unknown as RequestClient;
  const client = twilio(accountSid, authToken, { httpClient });
  const sender = /^MG[0-9a-f]{32}$/.test(from) ? { messagingServiceSid: from } : { from };

  return {
    channel: 'sms',
    provider: 'twilio',
    async send(message) {
      const { notificationId, to, title, url } = message;
      // The body says all by itself; a title beside it would be paid for.
      const body = composeTextMessage(message.body || title, url, MAX_SEGMENTS);
      const invalid = invalidityOf(to, body);
      if (invalid) return { kind: 'refused', code: 'message_invalid', message: invalid, fault: 'message' };
      try {
        const callback = `${statusCallback}?notification_id=${encodeURIComponent(notificationId)}${TWILIO_RETRIES}`;
        const created = await client.messages.create({ ...sender, to, body, statusCallback: callback });
        return judge(created);
      } catch (error) {
        return error instanceof RefusedAnswer ? classifyTwilioAnswer(error.answer) : classifyTwilioFailure(error);
      }
    },
    close,
  };
}

/** Nothing else than a number: Twilio would take other kinds of addresses (whatsapp:…) for other channels. */
function invalidityOf(to: string, body: string): string | undefined {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return 'The recipient is no telephone number like +14155550100.';
  return showsSecret(body) ? 'The message shows a secret.' : undefined;
}

/** A 2xx without a message in it is not Twilio's; one that has failed already will not be tried by Twilio again. */
function judge({ sid, status, errorCode, errorMessage }: TwilioMessage): SendResult {
  if (!sid) return { kind: 'unknown', code: 'unreadable_answer', message: 'Twilio’s answer names no message.' };
  if (status !== 'failed' && status !== 'undelivered') return { kind: 'accepted', messageId: sid };
  const message = errorMessage ?? 'Twilio could not send the message.';
  return { kind: 'refused', code: `twilio_${errorCode}`, message, fault: 'provider' };
}

type TwilioMessage = Awaited<ReturnType<ReturnType<typeof twilio>['messages']['create']>>;
