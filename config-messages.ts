/** Which channels messages leave by, in which language, and how often: the part of config.ts that says so. */
import { createECDH } from 'node:crypto';
import { z } from 'zod';
import { LANGUAGES } from './domain/messages/locales.ts';
import type { ChannelSettings } from './providers/message-channels.ts';
import { readSmtpUrl } from './providers/smtp-url.ts';

const url = z.url().transform((text) => text.replace(/\/+$/, ''));
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const locale = z.string().transform((text, context) => {
  const known = canonicalLocale(text);
  if (!known) context.addIssue(`must be a language like de or de-AT, of ${LANGUAGES.join(', ')}`);
  return known ?? z.NEVER;
});
const timeZone = z.string().refine(isTimeZone, 'must be a name of the time zone database, such as Europe/Berlin');
const smtpUrl = z.string().superRefine((text, context) => {
  try {
    readSmtpUrl(text);
  } catch (error) {
    context.addIssue((error as Error).message);
  }
});
/** The one in use first. */
const secrets = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(8, 'must be set to a secret of at least 8 characters')).min(1));
const base64url = (bytes: number, message: string) =>
  z.string().refine((text) => /^[\w-]+=*$/.test(text) && Buffer.from(text, 'base64url').length === bytes, message);

export const messagesSchema = {
  STOCKROOM_LOCALE: locale.default('en'),
  STOCKROOM_TIME_ZONE: timeZone.default('UTC'),
  STOCKROOM_MERCHANDISER_EMAIL: z.email().optional(),
  STOCKROOM_MESSAGE_RETENTION_DAYS: count(90),
  STOCKROOM_MESSAGE_CAP_PER_HOUR: count(20),
  STOCKROOM_MESSAGE_RESEND: z.stringbool().default(true),
  SMTP_URL: smtpUrl.optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits')
    .optional(),
  TWILIO_AUTH_TOKEN: secrets.optional(),
  TWILIO_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
      'must be a number like +14155550100, a messaging service (MG…) or a sender name of up to 11 letters and digits',
    )
    .optional(),
  TWILIO_API_BASE: url.optional(),
  VAPID_PUBLIC_KEY: base64url(65, 'must be an uncompressed point of P-256 in base64url (87 characters)').optional(),
  VAPID_PRIVATE_KEY: base64url(32, 'must be a private key of P-256 in base64url (43 characters)').optional(),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must be a mailto: or https: address of the shop')
    .optional(),
};

type MessagesConfig = Readonly<z.output<z.ZodObject<typeof messagesSchema>>>;
type Name = keyof MessagesConfig;

/** Each is used when all of its settings are there, and not at all when none is. */
const TOGETHER = [
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'],
] as const satisfies readonly (readonly Name[])[];

/** Half a provider, and halves of two pairs of keys, are told at the start and not with the first message. */
export function checkMessages(config: MessagesConfig, context: z.core.$RefinementCtx): void {
  const tell = (path: Name, message: string) =>
    context.issues.push({ code: 'custom', path: [path], message, input: config[path] });
  for (const names of TOGETHER) {
    const given = names.filter((name) => config[name] !== undefined);
    if (given.length === 0) continue;
    const lacking = names.filter((name) => config[name] === undefined);
    for (const name of lacking) tell(name, `is not set, but ${given.join(' and ')} is: set all of them or none`);
  }
  if (config.TWILIO_API_BASE && !config.TWILIO_ACCOUNT_SID) tell('TWILIO_ACCOUNT_SID', 'is not set');
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = config;
  if (publicKey && privateKey && publicHalfOf(privateKey) !== publicKey.replace(/=+$/, '')) {
    tell('VAPID_PUBLIC_KEY', 'is not the public half of VAPID_PRIVATE_KEY');
  }
}

interface Around extends Pick<ChannelSettings, 'timeoutMs' | 'allowedPrivateHosts' | 'sendgrid'> {
  /** Where others reach the API. */
  publicUrl: string;
}

/** What openMessageChannels takes. */
export function channelSettingsOf(config: MessagesConfig, { publicUrl, ...around }: Around): ChannelSettings {
  return {
    ...around,
    smtp: config.SMTP_URL ? { url: config.SMTP_URL } : undefined,
    twilio: twilioOf(config, publicUrl),
    vapid: vapidOf(config),
  };
}

function twilioOf(config: MessagesConfig, publicUrl: string): ChannelSettings['twilio'] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: [authToken] = [], TWILIO_FROM: from } = config;
  if (!accountSid || !authToken || !from) return undefined;
  const statusCallback = `${publicUrl.replace(/\/+$/, '')}/webhooks/twilio`;
  return { accountSid, authToken, from, apiBase: config.TWILIO_API_BASE, statusCallback };
}

function vapidOf(config: MessagesConfig): ChannelSettings['vapid'] {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject } = config;
  return publicKey && privateKey && subject ? { publicKey, privateKey, subject } : undefined;
}

function canonicalLocale(text: string): string | undefined {
  try {
    const [canonical] = Intl.getCanonicalLocales(text);
    const { language } = new Intl.Locale(canonical!);
    return LANGUAGES.some((known) => known === language) ? canonical : undefined;
  } catch {
    return undefined;
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function publicHalfOf(privateKey: string): string | undefined {
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey, 'base64url');
    return pair.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}
