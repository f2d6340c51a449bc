/**
 * E-mail through SendGrid. Its API knows no idempotency key, so what this returns says above all whether a second try
 * could be a second message: only `unavailable` and `throttled` may be tried again.
 */
import sendgrid from '@sendgrid/mail';
import { classifyFailure } from './email-failures.ts';
import { createMailTransport } from './mail-transport.ts';
import type { EmailChannel, EmailMessage } from './message-channel.ts';
import { MESSAGE_SECRETS } from './message-secrets.ts';
import { unsubscribeHeaders } from './unsubscribe-headers.ts';

export interface SendgridOptions {
  apiKey: string;
  /** Base URL other than SendGrid's own (EU region, sandbox). */
  apiBase?: string | undefined;
  timeoutMs: number;
  now?: () => number;
}

/** What the package has beyond its type declarations (@sendgrid/mail 8.1). */
type Mailer = typeof sendgrid & {
  client: {
    setDefaultRequest(settings: object): void;
    request(request: { method: 'POST'; url: string; body: object }): ReturnType<typeof sendgrid.send>;
  };
  setSecretRules(rules: readonly RegExp[]): void;
  /** Throws when a part of the content shows a secret. */
  filterSecrets(body: object): void;
};
const { MailService } = sendgrid as unknown as { MailService: new () => Mailer };

/** The real client, on an instance and connections of its own (the package's default export is one per process). */
export function createSendgrid({ apiKey, apiBase, timeoutMs, now = Date.now }: SendgridOptions): EmailChannel {
  const mail = new MailService();
  const transport = createMailTransport();
  mail.setApiKey(apiKey);
  mail.setTimeout(timeoutMs);
  // After setApiKey, which resets the base URL.
  mail.client.setDefaultRequest({ adapter: transport.adapter, ...base(apiBase) });
  mail.setSecretRules(MESSAGE_SECRETS);

  return {
    channel: 'email',
    provider: 'sendgrid',
    async send(message) {
      try {
        // Not mail.send(), whose conversion into the JSON that is written here costs more than the request itself.
        const body = toBody(message);
        mail.filterSecrets(body);
        const [response] = await mail.client.request({ method: 'POST', url: '/v3/mail/send', body });
        const status = response.statusCode;
        const headers = response.headers as Record<string, string | undefined>;
        // 200 is the answer to sandbox_mode; other 2xx and their bodies are not SendGrid's.
        if (status === 202 || status === 200) return { kind: 'accepted', messageId: headers['x-message-id'] ?? null };
        return { kind: 'unknown', code: `http_${status}`, message: `The provider answered ${status}.` };
      } catch (error) {
        return classifyFailure(error, now());
      }
    },
    close: transport.close,
  };
}

const base = (apiBase: string | undefined) => (apiBase ? { baseUrl: `${apiBase.replace(/\/+$/, '')}/` } : {});

/**
 * Ids travel in the personalization's custom args (SendGrid treats them as not personal, and repeats them in its events).
 * Link tracking stays off: it would send the order's token through the tracker. Suppressions are not bypassed.
 */
function toBody(message: EmailMessage) {
  return {
    from: message.from,
    personalizations: [
      {
        to: [{ email: message.to }],
        custom_args: {
          notification_id: message.notificationId,
          ...(message.orderId ? { order_id: message.orderId } : {}),
        },
      },
    ],
    subject: message.subject,
    ...(message.unsubscribeUrl ? { headers: unsubscribeHeaders(message.unsubscribeUrl) } : {}),
    content: [
      { type: 'text/plain', value: message.text },
      { type: 'text/html', value: message.html },
    ],
    categories: [message.category],
    tracking_settings: { click_tracking: { enable: false, enable_text: false }, open_tracking: { enable: false } },
  };
}
