/**
 * What the publisher of webhooks reads and writes: events that were committed since its last look, and a delivery for each and
 * every endpoint that wants it. How far it has come is a snapshot (see db/relay.ts): a transaction that was under way during a look
 * is seen by a later one, however late it commits. All is one transaction that holds the publisher's row, so any number may run.
 */
import type { HappenedInShop, HappenedToOrder } from '../domain/webhook-events.ts';
import { type Executor, statement } from './database.ts';

export interface PublisherState {
  snapshot: string;
  at: string;
}

const anybody = statement(
  'webhook_endpoints_any',
  `select exists (select from webhook_endpoints where status in ('active', 'paused')) as any`,
);

/** Whether there is anybody to tell. */
export async function hasWebhookEndpoints(db: Executor): Promise<boolean> {
  return (await db.rows<{ any: boolean }>(anybody))[0]?.any === true;
}

// Block ranges are read by index, whatever a young table's statistics say, and by nobody else: to start helpers takes longer.
const take = statement(
  'take_webhook_publisher',
  `select seen::text as snapshot, coalesce(seen_at, now())::text as at,
     coalesce(pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot()), true) as foreign,
     set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)
   from webhook_publisher for update skip locked`,
);
const forget = statement('forget_webhook_snapshots', `update webhook_endpoints set since = '1:1:'`);

/** Of a database that was restored into another server the numbers of transactions mean nothing: look by the clock. */
const BY_THE_CLOCK = '1:1:';

/** Where the last look ended; undefined while somebody else is looking. The row stays locked until the transaction ends. */
export async function takePublisher(tx: Executor): Promise<PublisherState | undefined> {
  const [row] = await tx.rows<PublisherState & { foreign: boolean }>(take);
  if (!row) return undefined;
  if (!row.foreign) return { snapshot: row.snapshot, at: row.at };
  await tx.rows(forget);
  return { snapshot: BY_THE_CLOCK, at: row.at };
}

export type FreshEvent = { xid: number } & (
  | ({ source: 'order' } & HappenedToOrder)
  | ({ source: 'shop'; vendor_id: string | null } & HappenedInShop)
);

// A transaction lasts no day: what is older and looks new has the number of another server's transaction.
const isNew = `e.xid >= pg_snapshot_xmin($1)::text::bigint and not pg_visible_in_snapshot(e.xid::text::xid8, $1)
  and e.created_at > $2::timestamptz - interval '1 day'`;

// All events of the last transaction that fits come along: a look ends between two transactions.
const fresh = statement(
  'fresh_webhook_events',
  `select pg_current_snapshot()::text as snapshot, now()::text as at, news.*
   from (select 1) always left join lateral (
     select * from (
       select e.xid, 'order' as source, null::uuid as id, null as object, null as object_id, null::uuid as vendor_id, e.order_id, e.sequence, e.type, e.data, e.created_at
       from order_events e where ${isNew}
       union all
       select e.xid, 'shop', e.id, e.object, e.object_id, e.vendor_id, null, e.sequence, e.type, e.data, e.created_at
       from shop_events e where ${isNew}
     ) event order by xid fetch first $3 rows with ties
   ) news on true
   order by news.xid, news.order_id, news.sequence`,
);

/** Events that were committed since, oldest transaction first, and how far the look went. */
export async function findFreshEvents(
  tx: Executor,
  from: PublisherState,
  most: number,
): Promise<{ events: FreshEvent[]; seen: PublisherState; more: boolean }> {
  const rows = await tx.rows<FreshEvent & PublisherState>(fresh, [from.snapshot, from.at, most]);
  const { snapshot, at } = rows[0]!;
  const events = rows.filter(({ xid }) => xid !== null);
  const more = events.length >= most;
  return {
    events,
    more,
    seen: more ? { snapshot: upTo(snapshot, events.at(-1)!.xid), at: from.at } : { snapshot, at },
  };
}

/** The snapshot, but for what came after transaction `last`. */
export function upTo(snapshot: string, last: number): string {
  const [xmin, xmax, xip = ''] = snapshot.split(':');
  const end = Math.min(Number(xmax), last + 1);
  const open = xip.split(',').filter((xid) => xid !== '' && Number(xid) < end);
  return `${Math.min(Number(xmin), end)}:${end}:${open.join(',')}`;
}

const keep = statement('keep_webhook_publisher', 'update webhook_publisher set seen = $1::pg_snapshot, seen_at = $2');

export async function keepPublisher(tx: Executor, { snapshot, at }: PublisherState): Promise<void> {
  await tx.rows(keep, [snapshot, at]);
}

const listening = statement(
  'listening_webhook_endpoints',
  `select id, event_types, vendor_id from webhook_endpoints where status in ('active', 'paused') order by id`,
);

export interface ListeningEndpoint {
  id: string;
  event_types: string[];
  /** Told of what names this vendor, and of nothing else; null: the shop's. */
  vendor_id: string | null;
}

export function findListeningEndpoints(tx: Executor): Promise<ListeningEndpoint[]> {
  return tx.rows(listening);
}

export interface FreshDelivery {
  id: string;
  endpoint_id: string;
  event_id: string;
  type: string;
  order_id: string | null;
  data: object;
  occurred_at: Date;
  /** Of the event. */
  xid: string;
}

const insert = statement(
  'insert_webhook_deliveries',
  `insert into webhook_deliveries (id, endpoint_id, event_id, type, order_id, data, occurred_at)
   select item.id, w.id, item.event_id, item.type, item.order_id, item.data, item.occurred_at
   from json_to_recordset($1) as item (id uuid, endpoint_id uuid, event_id text, type text, order_id uuid, data jsonb, occurred_at timestamptz, xid text)
   join webhook_endpoints w on w.id = item.endpoint_id and item.occurred_at >= w.collects_from - interval '1 hour'
     and not pg_visible_in_snapshot(item.xid::xid8, w.since)
   on conflict (endpoint_id, event_id) do nothing returning id`,
);

/** Of an event that an endpoint has already, or that was committed before it began to listen, there is none. */
export async function insertDeliveries(tx: Executor, deliveries: readonly FreshDelivery[]): Promise<number> {
  if (deliveries.length === 0) return 0;
  return (await tx.rows(insert, [JSON.stringify(deliveries)])).length;
}

const due = statement(
  'due_webhook_endpoints',
  `select w.id from webhook_endpoints w
   where w.status = 'active' and w.rests_until <= now() and w.held_until < now()
     and exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.status = 'waiting' and d.next_attempt_at <= now())
     and not exists (select from outbox o where o.queue = 'deliver-webhook' and o.job_id = 'endpoint-' || w.id and o.status = 'pending')`,
);

/** Endpoints with something to send now and nobody at it. */
export async function findDueEndpoints(db: Executor): Promise<string[]> {
  return (await db.rows<{ id: string }>(due)).map(({ id }) => id);
}
