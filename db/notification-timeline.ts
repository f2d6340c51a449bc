/** Messages as people look them up: by order, by whom they went to, by how they stand; and one with all that became of it. */
import { maskLinks, shownRecipient } from '../domain/messages/mask-links.ts';
import { type Executor, statement } from './database.ts';

export const NOTIFICATION_STATUSES = [
  'queued',
  'sending',
  'accepted',
  'delivered',
  'bounced',
  'dropped',
  'failed',
  'uncertain',
  'suppressed',
  'held',
  'digested',
] as const;

export interface NotificationRow {
  id: string;
  order_id: string | null;
  order_number: string | null;
  cause: string;
  channel: string;
  template: string;
  topic: string;
  urgency: string;
  /** Of a chat or a browser, whose addresses are secrets, the host alone. */
  recipient: string;
  recipient_id: string | null;
  locale: string | null;
  status: (typeof NOTIFICATION_STATUSES)[number];
  provider: string | null;
  provider_message_id: string | null;
  template_version: number | null;
  subject: string | null;
  error: { code: string; message: string } | null;
  tries: number;
  text_kept: boolean;
  /** When it is to be told, of one that is held. */
  due_at: Date | null;
  digest_id: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface NotificationFilter {
  order_id?: string | undefined;
  /** In whatever case. */
  recipient?: string | undefined;
  status?: string | undefined;
  channel?: string | undefined;
  topic?: string | undefined;
  template?: string | undefined;
  updated_since?: string | Date | undefined;
}

const COLUMNS = `m.id, m.order_id, (select number from orders o where o.id = m.order_id) as order_number, m.cause, m.channel,
  m.template, m.topic, m.urgency, m.recipient, m.recipient_id, m.locale, m.status, m.provider, m.provider_message_id, m.template_version,
  m.subject, case when m.error ? 'code' then m.error - 'claim' end as error, jsonb_array_length(m.attempts) as tries,
  exists (select from notification_contents c where c.notification_id = m.id) as text_kept, m.due_at, m.digest_id, m.created_at, m.updated_at`;

/** A page looks at so many messages at most: what is rare has no index, since one on a status would be written at every step. */
export const LOOKED_AT = 10_000;

const CONDITIONS: Readonly<Record<keyof NotificationFilter, (place: string) => string>> = {
  order_id: (place) => `order_id = ${place}`,
  recipient: (place) => `lower(recipient) = lower(${place})`,
  status: (place) => `status = ${place}`,
  channel: (place) => `channel = ${place}`,
  topic: (place) => `topic = ${place}`,
  template: (place) => `template = ${place}`,
  updated_since: (place) => `updated_at >= ${place}`,
};

/** Statuses that an index knows of by a column of their own. */
const INDEXED_STATUS: Readonly<Record<string, string>> = {
  queued: 'open',
  sending: 'open',
  uncertain: 'open',
  held: 'held',
  failed: 'undelivered',
  bounced: 'undelivered',
  dropped: 'undelivered',
  suppressed: 'undelivered',
};

export interface NotificationPage {
  rows: NotificationRow[];
  /** Where the next page begins; a page may be short, or empty, and still have one. */
  next: string | undefined;
}

/** Newest first. */
export async function listNotifications(
  db: Executor,
  filter: NotificationFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<NotificationPage> {
  const used = Object.entries(filter).filter(([, value]) => value !== undefined) as [
    keyof NotificationFilter,
    unknown,
  ][];
  const values: unknown[] = [limit + 1];
  const conditions = used.map(([name, value]) => CONDITIONS[name](`$${values.push(value)}`));
  const byIndex = used.flatMap(([name], at) => (name === 'order_id' || name === 'recipient' ? conditions[at]! : []));
  const indexed = INDEXED_STATUS[filter.status ?? ''];
  if (indexed) byIndex.push(indexed);
  if (before !== undefined) byIndex.push(`id < $${values.push(before)}`);
  const name = ['list_messages', ...used.map(([each]) => each), indexed ?? '', before ? 'before' : ''].join('_');
  const rows = await db.rows<Found>(statement(name, pageText(byIndex, conditions)), values);
  return toPage(rows, limit);
}

const where = (conditions: readonly string[]) => (conditions.length > 0 ? `where ${conditions.join(' and ')}` : '');

// Narrow rows are looked at, those of the page alone are read whole.
const pageText = (byIndex: readonly string[], all: readonly string[]) =>
  `with looked as materialized (
     select id, order_id, recipient, status, channel, topic, template, updated_at
     from notifications ${where(byIndex)} order by id desc limit ${LOOKED_AT}
   ), found as materialized (
     select id from looked ${where(all)} order by id desc limit $1
   )
   select l.looked, l.last, m.* from (
     select count(*)::integer as looked, (array_agg(id order by id))[1] as last from looked
   ) l left join lateral (
     select ${COLUMNS} from notifications m where m.id in (select id from found)
   ) m on true order by m.id desc`;

type Found = { looked: number; last: string | null } & (NotificationRow | { id: null });

function toPage(found: readonly Found[], limit: number): NotificationPage {
  const rows = found.filter((row): row is Found & NotificationRow => row.id !== null);
  const shown = rows.slice(0, limit).map(({ looked: _, last: __, ...row }) => hideSecrets(row));
  if (rows.length > limit) return { rows: shown, next: shown.at(-1)?.id };
  const [{ looked, last } = { looked: 0, last: null }] = found;
  return { rows: shown, next: looked === LOOKED_AT ? (last ?? undefined) : undefined };
}

const hideSecrets = <R extends { channel: string; recipient: string }>(row: R): R => ({
  ...row,
  recipient: shownRecipient(row.channel, row.recipient),
});

export interface NotificationTimeline extends NotificationRow {
  /** Each try, oldest first. */
  attempts: Record<string, unknown>[];
  /** What the provider told of it, oldest first. */
  events: Record<string, unknown>[];
  /** What was sent, with the secrets of its links masked; null when it was not sent, or when its time is up. */
  content: { subject: string; text: string; rendered_at: Date } | null;
}

const one = statement(
  'read_message',
  `select ${COLUMNS}, m.attempts, m.events, c.subject as content_subject, c.text, c.rendered_at
   from notifications m left join notification_contents c on c.notification_id = m.id
   where m.id = $1`,
);

interface ReadRow extends Omit<NotificationTimeline, 'content'> {
  content_subject: string | null;
  text: string | null;
  rendered_at: Date | null;
}

export async function readNotification(db: Executor, id: string): Promise<NotificationTimeline | undefined> {
  const [row] = await db.rows<ReadRow>(one, [id]);
  if (!row) return undefined;
  const { content_subject, text, rendered_at, ...message } = row;
  const content =
    text === null ? null : { subject: content_subject ?? '', text: maskLinks(text), rendered_at: rendered_at! };
  return { ...hideSecrets(message), content };
}
