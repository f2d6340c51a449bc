/** The e-mail provider's events in the inbox: kept before they are answered, applied once. */
import { type Executor, statement } from './database.ts';

export interface EmailEvent {
  id: string;
  /** SendGrid's name of the event. */
  type: string;
  /** The notification that it names, when it names one. */
  notificationId: string | null;
  messageId: string | null;
  code: string | null;
  reason: string | null;
}

const insert = statement(
  'insert_email_events',
  `insert into inbox_events (provider, event_id, type, object_id, payload)
   select 'sendgrid', id, type, object_id, payload::jsonb
   from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as event (id, type, object_id, payload)
   on conflict (provider, event_id) do nothing
   returning event_id`,
);

/** Keeps events that are new; returns their ids. No recipient is kept: the notification has it. */
export async function insertEmailEvents(tx: Executor, events: readonly EmailEvent[]): Promise<string[]> {
  const rows = await tx.rows<{ event_id: string }>(insert, [
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.notificationId),
    events.map(({ messageId, code, reason }) => JSON.stringify({ messageId, code, reason })),
  ]);
  return rows.map((row) => row.event_id);
}

const take = statement(
  'take_email_events',
  `select event_id as id, type, object_id as "notificationId", payload ->> 'messageId' as "messageId",
     payload ->> 'code' as code, payload ->> 'reason' as reason
   from inbox_events
   where provider = 'sendgrid' and event_id = any($1) and status = 'received'
   order by event_id
   for update`,
);

/** Locks those of the events that are not applied yet, in one order, so that two batches never deadlock. */
export function takeEmailEvents(tx: Executor, ids: readonly string[]): Promise<EmailEvent[]> {
  return tx.rows<EmailEvent>(take, [ids]);
}

const close = statement(
  'close_email_events',
  `update inbox_events i set status = e.status, applied_at = now()
   from unnest($1::text[], $2::text[]) as e (id, status)
   where i.provider = 'sendgrid' and i.event_id = e.id`,
);

export async function closeEmailEvents(
  tx: Executor,
  events: readonly { id: string; status: 'applied' | 'ignored' }[],
): Promise<void> {
  await tx.rows(close, [events.map((event) => event.id), events.map((event) => event.status)]);
}
