/** The second sending of a message of which nobody knows whether it has left: once in its life, and never after an event. */
import { type Executor, statement } from './database.ts';

const resendable = statement(
  'find_resendable',
  `select id from notifications
   where open and status = 'uncertain' and resent_at is null and events = '[]' and template = any ($2)
     and updated_at < now() - make_interval(secs => $1)
   order by created_at limit $3`,
);

/** Messages in doubt for so long that were never sent a second time, of which no event tells. */
export async function findResendable(
  db: Executor,
  olderThanSeconds: number,
  templates: readonly string[],
  limit: number,
): Promise<string[]> {
  if (templates.length === 0) return [];
  const rows = await db.rows<{ id: string }>(resendable, [olderThanSeconds, templates, limit]);
  return rows.map(({ id }) => id);
}

const again = statement(
  'send_again',
  `update notifications m set status = 'queued', resent_at = now(), updated_at = now()
   where id = $1 and status = 'uncertain' and resent_at is null and events = '[]'
     and not exists (select from inbox_events i where i.status = 'received' and i.object_id = m.id::text)
   returning order_id, template`,
);

/** uncertain → queued, once in its life, and only while no event tells of it. */
export async function sendAgain(
  db: Executor,
  id: string,
): Promise<{ order_id: string | null; template: string } | undefined> {
  const [row] = await db.rows<{ order_id: string | null; template: string }>(again, [id]);
  return row;
}
