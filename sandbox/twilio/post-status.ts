/** Posts what became of a message, signed as Twilio signs. */
import { createHmac } from 'node:crypto';
import { createPost } from '../sendgrid/post-batch.ts';
import type { Status } from './magic-numbers.ts';
import type { StoredMessage } from './messages.ts';

export interface PostedStatus {
  /** The receiver's answer; 0 when there was none. */
  status: number;
  /** How often the address asks to be told again after such an answer; none after 2xx. */
  retries: number;
}

export interface StatusPoster {
  /** Undefined when the message asks for no callback. Never rejects. */
  post(message: StoredMessage, status: Status, errorCode: number | null): Promise<PostedStatus | undefined>;
  close(): void;
}

export function createStatusPoster(authToken: string): StatusPoster {
  const { send, close } = createPost(15_000);
  return {
    async post(message, messageStatus, errorCode) {
      if (!message.status_callback) return undefined;
      const [url = '', fragment] = message.status_callback.split('#', 2);
      const form = formOf(message, messageStatus, errorCode);
      const status = await send(url, Buffer.from(new URLSearchParams(form).toString()), {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'User-Agent': 'TwilioProxy/1.1',
        'X-Twilio-Signature': signatureOf(authToken, url, form),
        'I-Twilio-Idempotency-Token': `${message.sid}-${messageStatus}`,
      });
      return { status, retries: retriesOf(fragment, status) };
    },
    close,
  };
}

function formOf(message: StoredMessage, status: Status, errorCode: number | null): Record<string, string> {
  return {
    AccountSid: message.account_sid,
    ApiVersion: '2010-04-01',
    ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
    ...(message.sender ? { From: message.sender } : {}),
    MessageSid: message.sid,
    MessageStatus: status,
    ...(message.service_sid ? { MessagingServiceSid: message.service_sid } : {}),
    SmsSid: message.sid,
    SmsStatus: status,
    To: message.recipient,
  };
}

/** https://www.twilio.com/docs/usage/security#validating-requests */
function signatureOf(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const names = Object.keys(form).toSorted();
  const text = url + names.map((name) => name + form[name]).join('');
  return createHmac('sha1', authToken).update(text).digest('base64');
}

/** Once after a broken connection, unless the address asks for more: `#rc=5&rp=ct,rt,5xx`. */
function retriesOf(fragment: string | undefined, status: number): number {
  if (status >= 200 && status < 300) return 0;
  const wishes = new URLSearchParams(fragment ?? '');
  const policy = (wishes.get('rp') ?? 'ct').split(',');
  const failure = status === 0 ? ['ct', 'rt'] : [`${Math.floor(status / 100)}xx`];
  const wanted = policy.includes('all') || failure.some((each) => policy.includes(each));
  return wanted ? Math.min(5, Number(wishes.get('rc') ?? 1) || 0) : 0;
}
