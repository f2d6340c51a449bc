/** Recipients as clients send and read them, and what is wrong with what they send. */
import { z } from 'zod';
import type { Contact, Preference, RecipientRow } from '../db/recipients.ts';
import { AUDIENCES, type Audience, CHANNELS } from '../domain/messages/channels.ts';
import { maskAddress } from '../domain/messages/mask-links.ts';
import { isTransactional, TOPICS, type Topic, topicsFor } from '../domain/messages/topics.ts';
import { emailProblem, phoneProblem, timeZoneProblem, urlProblem } from './contact-rules.ts';
import type { FieldError } from './problem.ts';
import { listOf, locale, page } from './schemas.ts';
import type { WebhookSettings } from './webhook-address.ts';

const DELIVERIES = ['off', 'immediate', 'hourly', 'daily'] as const;

/** Goes into headers of messages: one line, of whole characters. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value), 'holds control characters');
const address = (max: number, description: string) =>
  z.string().trim().max(max).nullable().optional().meta({ description });
const oneOf = (values: readonly string[], description?: string) =>
  z
    .string()
    .max(40)
    .meta({ enum: [...values], ...(description ? { description } : {}) });

const preference = z
  .strictObject({
    topic: oneOf(TOPICS),
    channel: oneOf(CHANNELS),
    delivery: oneOf(
      DELIVERIES,
      'off: none · immediate: each by itself · hourly, daily: together. Of orders: immediate',
    ),
    hour: z.int().min(0).max(23).default(8).meta({ description: "Of the recipient's day, for daily" }),
  })
  .meta({ id: 'MessagePreference' });

const quietHours = z
  .strictObject({ from: z.string().max(5), to: z.string().max(5) })
  .meta({ example: { from: '22:00', to: '07:00' } })
  .nullable()
  .optional()
  .meta({ description: 'Local times between which nothing is sent that can wait; null: none' });

const timeZone = z.string().max(100).meta({ description: 'Of the time zone database', example: 'Europe/Berlin' });
const preferences = z.array(preference).max(100).meta({
  description: 'All of them, instead of those before; where nothing is said of a topic and channel, the route decides',
});

/** What a customer may say of themselves with their order's token. */
const ownMembers = {
  locale: locale.nullable().optional(),
  time_zone: timeZone.optional(),
  quiet_hours: quietHours,
  preferences: preferences.optional(),
};
const members = {
  ...ownMembers,
  name: line(200).nullable().optional(),
  email: address(254, 'E-mail address'),
  phone: address(20, 'E.164'),
  chat_url: address(2_048, "An incoming webhook of a chat, as Slack's"),
};

export const newRecipient = z.strictObject({ audience: z.enum(AUDIENCES), ...members }).meta({ id: 'NewRecipient' });
export const recipientChanges = z.strictObject(members).meta({ id: 'RecipientChanges' });
export const ownChanges = z.strictObject(ownMembers).meta({ id: 'OrderRecipientChanges' });
export const newPushSubscription = z
  .strictObject({
    endpoint: z.string().max(2_048),
    expirationTime: z.number().nullish(),
    keys: z.strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) }),
  })
  .meta({ id: 'NewPushSubscription', description: 'As `PushSubscription.toJSON()` of a browser gives it' });

type Changes = z.output<typeof recipientChanges>;

/** Who has such an address can post there. */
export const hostOnly = z
  .string()
  .meta({ description: 'A secret: its host alone is shown', example: 'https://hooks.chat.example/…' });

const own = {
  locale: z.string().nullable(),
  time_zone: z.string(),
  quiet_hours: z.object({ from: z.string(), to: z.string() }).nullable(),
  preferences: z.array(preference),
  push_subscriptions: z.array(z.object({ id: z.uuid(), endpoint: hostOnly })),
  version: z.int(),
};
export const orderRecipient = z.object(own).meta({ id: 'OrderRecipient' });
export const recipient = z
  .object({
    id: z.uuid(),
    audience: z.enum(AUDIENCES),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    chat_url: hostOnly.nullable(),
    ...own,
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Recipient' });
export const recipientList = listOf('RecipientList', recipient);
export const recipientQuery = z.object({
  ...page,
  audience: z.enum(AUDIENCES).optional(),
  email: z.string().max(254).optional(),
});

export function renderOwn({ quiet_from, quiet_to, ...row }: Omit<RecipientRow, 'created_at' | 'updated_at'>) {
  const quiet_hours = quiet_from && quiet_to ? { from: quiet_from, to: quiet_to } : null;
  const { locale: language, time_zone, preferences: wishes, push_subscriptions, version } = row;
  const browsers = push_subscriptions.map(({ id, endpoint }) => ({ id, endpoint: maskAddress(endpoint) }));
  return { locale: language, time_zone, quiet_hours, preferences: wishes, push_subscriptions: browsers, version };
}

export function renderRecipient(row: RecipientRow) {
  const { id, audience, name, email, phone, created_at, updated_at } = row;
  const chat_url = row.chat_url && maskAddress(row.chat_url);
  return { id, audience, name, email, phone, chat_url, ...renderOwn(row), created_at, updated_at };
}

export const NOBODY: Contact = {
  name: null,
  email: null,
  phone: null,
  chat_url: null,
  locale: null,
  time_zone: 'UTC',
  quiet_from: null,
  quiet_to: null,
};

/** What is known after a change; what it does not name stays. */
export function withChanges(before: Contact, { preferences: _, quiet_hours: quiet, ...named }: Changes): Contact {
  const kept = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  const { name, email, phone, chat_url, locale: language, time_zone } = { ...before, ...kept };
  const hours =
    quiet === undefined
      ? { quiet_from: before.quiet_from, quiet_to: before.quiet_to }
      : { quiet_from: quiet?.from ?? null, quiet_to: quiet?.to ?? null };
  return { name, email, phone, chat_url, locale: language, time_zone, ...hours };
}

/** What is wrong with what somebody wants to be known by. */
export function changeProblems(audience: Audience, changes: Changes, settings: WebhookSettings): FieldError[] {
  const { email, phone, chat_url: chatUrl, time_zone: zone, quiet_hours: quiet } = changes;
  return [
    ...(email ? emailProblem(email) : []),
    ...(phone ? phoneProblem(phone) : []),
    ...(chatUrl ? urlProblem(chatUrl, '/chat_url', settings) : []),
    ...(zone === undefined ? [] : timeZoneProblem(zone)),
    ...(quiet ? quietProblems(quiet) : []),
    ...(changes.preferences ?? []).flatMap((wish, n, all) => preferenceProblems(audience, wish, n, all)),
  ];
}

function quietProblems({ from, to }: { from: string; to: string }): FieldError[] {
  const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
  const pointer = '/quiet_hours';
  if (!isTime(from) || !isTime(to))
    return [{ pointer, code: 'time_invalid', message: 'quiet_hours: take times like 22:00' }];
  return from === to ? [{ pointer, code: 'quiet_hours_empty', message: 'quiet_hours: begin and end at once' }] : [];
}

type Wish = NonNullable<Changes['preferences']>[number];

function preferenceProblems(audience: Audience, wish: Wish, n: number, all: readonly Wish[]): FieldError[] {
  const { topic, channel, delivery } = wish;
  const at = `/preferences/${n}`;
  const wrong = (member: string, code: string, message: string) => [
    { pointer: `${at}/${member}`, code, message: `preferences.${n}.${member}: ${message}` },
  ];
  const known: readonly string[] = topicsFor(audience);
  if (!known.includes(topic)) return wrong('topic', 'topic_unknown', `is none of ${known.join(', ')}`);
  if (!(CHANNELS as readonly string[]).includes(channel))
    return wrong('channel', 'channel_unknown', `is none of ${CHANNELS.join(', ')}`);
  if (!(DELIVERIES as readonly string[]).includes(delivery))
    return wrong('delivery', 'delivery_unknown', `is none of ${DELIVERIES.join(', ')}`);
  if (isTransactional(topic as Topic) && delivery !== 'immediate')
    return wrong(
      'delivery',
      'topic_transactional',
      `messages about ${topic} belong to what was bought: they are sent at once and cannot be switched off`,
    );
  const isRepeated = all.slice(0, n).some((other) => other.topic === topic && other.channel === channel);
  return isRepeated ? wrong('topic', 'preference_repeated', `${topic} by ${channel} is named before`) : [];
}

/** After {@link changeProblems} found nothing. */
export const wishesOf = (changes: Changes): Preference[] | undefined => changes.preferences as Preference[] | undefined;
