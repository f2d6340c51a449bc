/** Messages that are not sent now: switched off, held for a digest, or waiting for the morning; and how many were sent in an hour. */
import { type Executor, setStatement, statement } from './database.ts';
import type { SendingError } from './settle-notification.ts';

const leave = statement(
  'leave_unsent',
  `update notifications set status = $2, error = $3, due_at = $4, updated_at = now() where id = $1 and status = 'queued'
   returning id`,
);

/** queued → suppressed: the recipient does not want it. False when it was not queued any more. */
export async function recordUnwanted(db: Executor, id: string, error: SendingError): Promise<boolean> {
  return (await db.rows(leave, [id, 'suppressed', JSON.stringify(error), null])).length > 0;
}

/** queued → held, for the digest at `dueAt`. */
export async function holdNotification(db: Executor, id: string, reason: SendingError, dueAt: Date): Promise<boolean> {
  return (await db.rows(leave, [id, 'held', JSON.stringify(reason), dueAt])).length > 0;
}

const wait = statement(
  'note_waiting',
  `update notifications set due_at = $2 where id = $1 and status = 'queued' and due_at is distinct from $2`,
);

/** A queued message is not sent before `until`: the sweeper does not miss it until then. */
export async function noteWaiting(db: Executor, id: string, until: Date): Promise<void> {
  await db.rows(wait, [id, until]);
}

interface TurnItem {
  channel: string;
  recipient: string;
}

const take = setStatement<TurnItem, { sent: number }>(
  'take_turns',
  (item) => `${item.channel} ${item.recipient}`,
  `with item as materialized (
     select n, channel, recipient from json_to_recordset($1) as item (n integer, channel text, recipient text)
     order by channel, recipient
   ), taken as (
     insert into message_turns as t (channel, recipient, hour, sent)
     select channel, recipient, date_trunc('hour', now()), 1 from item
     on conflict (channel, recipient) do update set hour = excluded.hour,
       sent = case when t.hour = excluded.hour then t.sent + 1 else 1 end
     returning channel, recipient, sent
   )
   select item.n, taken.sent from taken join item using (channel, recipient)`,
);

/** Counts a message against its recipient's hour; returns the how-manyth it is. */
export async function takeTurn(db: Executor, { channel, recipient }: TurnItem): Promise<number> {
  const [row] = await db.each(take, { channel, recipient });
  if (!row) throw new Error('A turn that was taken was not counted.');
  return row.sent;
}
