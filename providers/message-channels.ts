/** The channels that messages leave by, as configured. */
import type { EmailChannel, MessageChannel, ShortChannel } from './message-channel.ts';

export interface ChannelSettings {
  /** For one message, from the first lookup to the end of the answer. */
  timeoutMs: number;
  /** `host:port`: push services and chats at these may be on this machine. */
  allowedPrivateHosts: readonly string[];
  sendgrid: { apiKey: string; apiBase: string | undefined };
  smtp: { url: string } | undefined;
  /** `statusCallback`: where Twilio tells what became of a message. */
  twilio:
    | { accountSid: string; authToken: string; from: string; apiBase: string | undefined; statusCallback: string }
    | undefined;
  /** Names the shop to push services (RFC 8292); keys in base64url, the subject a mailto: or https: address. */
  vapid: { publicKey: string; privateKey: string; subject: string } | undefined;
}

/** The providers of each channel: the first is used, the next ones when it definitely failed; a channel that is not configured has none. */
export interface Channels {
  readonly email: readonly EmailChannel[];
  readonly sms: readonly ShortChannel[];
  readonly web_push: readonly ShortChannel[];
  readonly chat: readonly ShortChannel[];
}

export interface OpenedChannels extends Channels {
  /** Closes idle connections. */
  close(): void;
}

/** Opens what is configured. Loads the package of a provider only where it is used. */
export async function openMessageChannels(settings: ChannelSettings): Promise<OpenedChannels> {
  const [email, sms, web_push, chat] = await Promise.all([
    openEmail(settings),
    openSms(settings),
    openWebPush(settings),
    openChat(settings),
  ]);
  const channels: Channels = { email, sms, web_push, chat };
  return {
    ...channels,
    close() {
      for (const each of Object.values(channels).flat() as MessageChannel[]) each.close();
    },
  };
}

async function openEmail({ timeoutMs, sendgrid, smtp }: ChannelSettings): Promise<EmailChannel[]> {
  const { createSendgrid } = await import('./email-sendgrid.ts');
  const channels: EmailChannel[] = [createSendgrid({ ...sendgrid, timeoutMs })];
  if (smtp) {
    const { createSmtp } = await import('./email-smtp.ts');
    channels.push(createSmtp({ ...smtp, timeoutMs }));
  }
  return channels;
}

async function openSms({ timeoutMs, twilio }: ChannelSettings): Promise<ShortChannel[]> {
  if (!twilio) return [];
  const { createTwilio } = await import('./sms-twilio.ts');
  return [createTwilio({ ...twilio, timeoutMs })];
}

async function openWebPush({ vapid, timeoutMs, allowedPrivateHosts }: ChannelSettings): Promise<ShortChannel[]> {
  if (!vapid) return [];
  const { createWebPush } = await import('./web-push.ts');
  return [createWebPush({ vapid, timeoutMs, allowedPrivateHosts })];
}

/** Needs no settings: the address of each webhook is its own secret. */
async function openChat({ timeoutMs, allowedPrivateHosts }: ChannelSettings): Promise<ShortChannel[]> {
  const { createChat } = await import('./chat.ts');
  return [createChat({ timeoutMs, allowedPrivateHosts })];
}
