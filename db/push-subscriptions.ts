/** Browsers that a recipient lets push to. Who changes them holds the recipient's row locked. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface PushKeys {
  p256dh: string;
  auth: string;
}

// A browser that subscribes again has new keys.
const upsert = statement(
  'upsert_push_subscription',
  `with saved as (
     insert into push_subscriptions (id, recipient_id, endpoint, p256dh, auth) values ($1, $2, $3, $4, $5)
     on conflict on constraint push_subscriptions_endpoint_key do update set p256dh = excluded.p256dh, auth = excluded.auth
     returning id, xmax = 0 as created
   ), moved as (
     update recipients set version = version + 1, updated_at = now() where id = $2
   )
   select id, created from saved`,
);

export async function savePushSubscription(
  tx: Executor,
  recipientId: string,
  endpoint: string,
  { p256dh, auth }: PushKeys,
): Promise<{ id: string; created: boolean }> {
  const values = [uuidv7(), recipientId, endpoint, p256dh, auth];
  const [row] = await tx.rows<{ id: string; created: boolean }>(upsert, values);
  return row!;
}

const remove = statement(
  'remove_push_subscription',
  `with removed as (
     delete from push_subscriptions where recipient_id = $1 and endpoint = $2 returning recipient_id
   )
   update recipients r set version = r.version + 1, updated_at = now() from removed where r.id = removed.recipient_id returning 1`,
);

/** False when there is none. */
export async function removePushSubscription(tx: Executor, recipientId: string, endpoint: string): Promise<boolean> {
  return (await tx.rows(remove, [recipientId, endpoint])).length > 0;
}
