/**
 * Addresses that are not written to. A bounce, a vanished address and a person's decision cover every message, a complaint and an
 * unsubscribing only what can be done without; a row with a topic covers that topic alone. Each reason is a row of its own.
 */
import type { Channel } from '../domain/messages/channels.ts';
import { isTransactional, TOPICS } from '../domain/messages/topics.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export const SUPPRESSION_REASONS = ['bounce', 'gone', 'complaint', 'unsubscribe', 'manual'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface SuppressionRow {
  id: string;
  channel: Channel;
  address: string;
  /** Empty: all that the reason covers. */
  topic: string;
  reason: SuppressionReason;
  detail: string | null;
  notification_id: string | null;
  created_at: Date;
}

export interface NewSuppression {
  channel: Channel;
  address: string;
  topic?: string | undefined;
  reason: SuppressionReason;
  detail?: string | null | undefined;
  /** The message that led to it. */
  notificationId?: string | null | undefined;
}

/** Addresses are compared as they are kept: e-mail addresses in lower case. */
export const suppressedAddress = (channel: Channel, address: string): string =>
  channel === 'email' ? address.toLowerCase() : address;

const COLUMNS = 'id, channel, address, topic, reason, detail, notification_id, created_at';

const insert = statement(
  'suppress_address',
  `insert into suppressions (id, channel, address, topic, reason, detail, notification_id) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict on constraint suppressions_key do nothing returning ${COLUMNS}`,
);

/** Returns the new row; undefined when the address was suppressed for this reason before. */
export async function suppress(db: Executor, wanted: NewSuppression): Promise<SuppressionRow | undefined> {
  const { channel, address, topic = '', reason, detail = null, notificationId = null } = wanted;
  const values = [uuidv7(), channel, suppressedAddress(channel, address), topic, reason, detail, notificationId];
  const [row] = await db.rows<SuppressionRow>(insert, values);
  return row;
}

const find = statement(
  'find_suppressions',
  `select ${COLUMNS} from suppressions where channel = $1 and address = $2 order by id`,
);

/** All that keeps from writing to an address. */
export function findSuppressions(db: Executor, channel: Channel, address: string): Promise<SuppressionRow[]> {
  return db.rows<SuppressionRow>(find, [channel, suppressedAddress(channel, address)]);
}

const list = statement(
  'list_suppressions',
  `select ${COLUMNS} from suppressions
   where ($1::text is null or channel = $1) and ($2::text is null or address in ($2, lower($2)))
     and ($3::text is null or reason = $3) and ($4::text is null or topic = $4) and ($5::uuid is null or id < $5)
   order by id desc limit $6 + 1`,
);

export interface SuppressionFilter {
  channel?: Channel | undefined;
  address?: string | undefined;
  reason?: SuppressionReason | undefined;
  topic?: string | undefined;
}

/** Newest first; one row more than the page holds. */
export function listSuppressions(
  db: Executor,
  { channel, address, reason, topic }: SuppressionFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<SuppressionRow[]> {
  const filter = [channel ?? null, address ?? null, reason ?? null, topic ?? null];
  return db.rows<SuppressionRow>(list, [...filter, after ?? null, limit]);
}

const remove = statement('remove_suppression', 'delete from suppressions where id = $1 returning 1');

/** False when there is none. */
export async function removeSuppression(db: Executor, id: string): Promise<boolean> {
  return (await db.rows(remove, [id])).length > 0;
}

const OPTIONAL = TOPICS.filter((topic) => !isTransactional(topic));

const lift = statement(
  'lift_unsubscribe',
  `with lifted as (
     delete from suppressions where channel = $1 and address = $2 and topic in ('', $3) and reason = 'unsubscribe' returning topic
   ), kept as (
     insert into suppressions (id, channel, address, topic, reason)
     select gen_random_uuid(), $1, $2, other, 'unsubscribe' from unnest($4::text[]) as other
     where other <> $3 and exists (select from lifted where topic = '')
     on conflict on constraint suppressions_key do nothing
   )
   select 1 from lifted`,
);

/** The undo of an unsubscribing from a topic; one that covered all goes on for the others. Returns whether there was one. */
export async function liftUnsubscribe(
  db: Executor,
  { channel, address, topic }: { channel: Channel; address: string; topic: string },
): Promise<boolean> {
  const values = [channel, suppressedAddress(channel, address), topic, OPTIONAL];
  return (await db.rows(lift, values)).length > 0;
}
