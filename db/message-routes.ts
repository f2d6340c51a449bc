/** The shop's own routing, where it differs from the one in the code. Statements that tell read it themselves (db/tell.ts). */
import type { Audience, Channel, Urgency } from '../domain/messages/channels.ts';
import type { MessageEvent } from '../domain/messages/routes.ts';
import { type Executor, statement } from './database.ts';

export interface RouteRow {
  event: string;
  audience: Audience;
  channel: Channel;
  enabled: boolean;
  urgency: Urgency;
  updated_at: Date;
}

export interface RouteKey {
  event: MessageEvent;
  audience: Audience;
  channel: Channel;
}

const COLUMNS = 'event, audience, channel, enabled, urgency, updated_at';

const list = statement(
  'list_message_routes',
  `select ${COLUMNS} from message_routes order by event, audience, channel`,
);

/** All of them: events times audiences times channels are few. */
export function listMessageRoutes(db: Executor): Promise<RouteRow[]> {
  return db.rows<RouteRow>(list);
}

const save = statement(
  'save_message_route',
  `insert into message_routes as r (event, audience, channel, enabled, urgency) values ($1, $2, $3, $4, $5)
   on conflict (event, audience, channel) do update set enabled = excluded.enabled, urgency = excluded.urgency, updated_at = now()
   where (r.enabled, r.urgency) is distinct from (excluded.enabled, excluded.urgency)`,
);

export async function saveMessageRoute(
  db: Executor,
  { event, audience, channel }: RouteKey,
  { enabled, urgency }: { enabled: boolean; urgency: Urgency },
): Promise<void> {
  await db.rows(save, [event, audience, channel, enabled, urgency]);
}

const remove = statement(
  'delete_message_route',
  'delete from message_routes where event = $1 and audience = $2 and channel = $3 returning 1',
);

/** Back to what the code says. False when nothing else was said. */
export async function deleteMessageRoute(db: Executor, { event, audience, channel }: RouteKey): Promise<boolean> {
  return (await db.rows(remove, [event, audience, channel])).length > 0;
}
