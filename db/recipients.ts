/** Who is told: people of the shop, customers who said more about themselves, and what was said with an order's token. */
import type { Audience, Channel } from '../domain/messages/channels.ts';
import type { Topic } from '../domain/messages/topics.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface Preference {
  topic: Topic;
  channel: Channel;
  delivery: 'off' | 'immediate' | 'hourly' | 'daily';
  /** Of the recipient's day, for daily. */
  hour: number;
}

export interface Contact {
  name: string | null;
  email: string | null;
  phone: string | null;
  chat_url: string | null;
  locale: string | null;
  time_zone: string;
  /** HH:MM, both or none. */
  quiet_from: string | null;
  quiet_to: string | null;
}

export interface RecipientRow extends Contact {
  id: string;
  audience: Audience;
  order_id: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  preferences: Preference[];
  push_subscriptions: { id: string; endpoint: string }[];
}

const COLUMNS = `r.id, r.audience, r.order_id, r.name, r.email, r.phone, r.chat_url, r.locale, r.time_zone,
  left(r.quiet_from::text, 5) as quiet_from, left(r.quiet_to::text, 5) as quiet_to, r.version, r.created_at, r.updated_at,
  coalesce((
    select json_agg(json_build_object('topic', p.topic, 'channel', p.channel, 'delivery', p.delivery, 'hour', p.hour) order by p.topic, p.channel)
    from message_preferences p where p.recipient_id = r.id
  ), '[]') as preferences,
  coalesce((
    select json_agg(json_build_object('id', s.id, 'endpoint', s.endpoint) order by s.id)
    from push_subscriptions s where s.recipient_id = r.id
  ), '[]') as push_subscriptions`;

const CONTACT = [
  'name',
  'email',
  'phone',
  'chat_url',
  'locale',
  'time_zone',
  'quiet_from',
  'quiet_to',
] as const satisfies readonly (keyof Contact)[];
const valuesOf = (contact: Contact) => CONTACT.map((column) => contact[column]);

const insert = statement(
  'insert_recipient',
  `insert into recipients (id, audience, ${CONTACT.join(', ')}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
   on conflict (audience, lower(email)) where email is not null do nothing returning id`,
);

/** Returns the id; undefined when the audience has somebody of that e-mail address. */
export async function insertRecipient(tx: Executor, audience: Audience, contact: Contact): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(insert, [uuidv7(), audience, ...valuesOf(contact)]);
  return row?.id;
}

const insertOwn = statement(
  'insert_order_recipient',
  `insert into recipients (id, audience, order_id) values ($1, 'customer', $2)
   on conflict (order_id) where order_id is not null do nothing returning id`,
);

/** Makes the row of what is said with an order's token; false when it is there. */
export async function ensureOrderRecipient(tx: Executor, orderId: string): Promise<boolean> {
  return (await tx.rows(insertOwn, [uuidv7(), orderId])).length > 0;
}

const find = statement('find_recipient', `select ${COLUMNS} from recipients r where r.id = $1 and r.order_id is null`);
const findOwn = statement('find_order_recipient', `select ${COLUMNS} from recipients r where r.order_id = $1`);
const byEmail = statement(
  'find_recipient_by_email',
  `select ${COLUMNS} from recipients r where r.audience = $1 and r.email is not null and lower(r.email) = lower($2)`,
);

export async function findRecipient(db: Executor, id: string): Promise<RecipientRow | undefined> {
  const [row] = await db.rows<RecipientRow>(find, [id]);
  return row;
}

export async function findOrderRecipient(db: Executor, orderId: string): Promise<RecipientRow | undefined> {
  const [row] = await db.rows<RecipientRow>(findOwn, [orderId]);
  return row;
}

export async function findRecipientByEmail(
  db: Executor,
  audience: Audience,
  email: string,
): Promise<RecipientRow | undefined> {
  const [row] = await db.rows<RecipientRow>(byEmail, [audience, email]);
  return row;
}

// The lock is a statement of its own: what is read with it would be as it was before the wait for it.
const lock = statement('lock_recipient', 'select 1 from recipients where id = $1 for update');
const lockOwn = statement('lock_order_recipient', 'select 1 from recipients where order_id = $1 for update');

export async function lockRecipient(tx: Executor, id: string): Promise<RecipientRow | undefined> {
  await tx.rows(lock, [id]);
  return findRecipient(tx, id);
}

export async function lockOrderRecipient(tx: Executor, orderId: string): Promise<RecipientRow | undefined> {
  await tx.rows(lockOwn, [orderId]);
  return findOrderRecipient(tx, orderId);
}

const update = statement(
  'update_recipient',
  `update recipients set ${CONTACT.map((column, n) => `${column} = $${n + 2}`).join(', ')}, version = version + 1, updated_at = now()
   where id = $1`,
);

/** The row is locked by the caller. False, and the transaction is over, when somebody else took the e-mail address just now. */
export async function updateRecipient(tx: Executor, id: string, contact: Contact): Promise<boolean> {
  try {
    await tx.rows(update, [id, ...valuesOf(contact)]);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';

const clearPreferences = statement('clear_preferences', 'delete from message_preferences where recipient_id = $1');
const insertPreferences = statement(
  'insert_preferences',
  `insert into message_preferences (recipient_id, topic, channel, delivery, hour)
   select $1, topic, channel, delivery, hour
   from json_to_recordset($2) as wish (topic text, channel text, delivery text, hour smallint)
   on conflict (recipient_id, topic, channel) do nothing`,
);

/** All that somebody wants, instead of what they wanted. The row is locked by the caller. */
export async function replacePreferences(tx: Executor, id: string, wanted: readonly Preference[]): Promise<void> {
  await tx.rows(clearPreferences, [id]);
  await addPreferences(tx, id, wanted);
}

/** What was said of a topic and channel before stays. */
export async function addPreferences(tx: Executor, id: string, wanted: readonly Preference[]): Promise<void> {
  await tx.rows(insertPreferences, [id, JSON.stringify(wanted)]);
}

const remove = statement('delete_recipient', 'delete from recipients where id = $1');

/** With preferences and push subscriptions. */
export async function deleteRecipient(tx: Executor, id: string): Promise<void> {
  await tx.rows(remove, [id]);
}

const list = statement(
  'list_recipients',
  `select ${COLUMNS} from recipients r
   where r.order_id is null and ($1::text is null or r.audience = $1) and ($2::text is null or lower(r.email) = lower($2))
     and ($3::uuid is null or r.id > $3)
   order by r.id limit $4 + 1`,
);

/** Oldest first; one row more than the page holds. */
export function listRecipients(
  db: Executor,
  { audience, email }: { audience?: Audience | undefined; email?: string | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<RecipientRow[]> {
  return db.rows<RecipientRow>(list, [audience ?? null, email ?? null, after ?? null, limit]);
}
