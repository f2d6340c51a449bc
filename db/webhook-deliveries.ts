/** The delivery log: what each endpoint was told and is still to be told, and sending it again. */
import type { HappenedInShop, HappenedToOrder, WebhookEvent } from '../domain/webhook-events.ts';
import { type Executor, type Statement, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export const WEBHOOK_DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;

export interface WebhookDeliveryRow {
  id: string;
  endpoint_id: string;
  event_id: string;
  type: string;
  order_id: string | null;
  data: object;
  occurred_at: Date;
  status: (typeof WEBHOOK_DELIVERY_STATUSES)[number];
  attempts: number;
  next_attempt_at: Date | null;
  delivered_at: Date | null;
  response_status: number | null;
  duration_ms: number | null;
  error: { code: string; message: string } | null;
  created_at: Date;
}

const COLUMNS = `id, endpoint_id, event_id, type, order_id, data, occurred_at, status, attempts, next_attempt_at, delivered_at,
  response_status, duration_ms, error, created_at`;

export interface WebhookDeliveryFilter {
  status?: string | undefined;
  type?: string | undefined;
  order_id?: string | undefined;
  event_id?: string | undefined;
}

/** Newest first, one more than `limit` when there are more; the text depends on the filters, so that each finds its index. */
export function listWebhookDeliveries(
  db: Executor,
  endpointId: string,
  filter: WebhookDeliveryFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<WebhookDeliveryRow[]> {
  const values: unknown[] = [endpointId, limit + 1];
  const used = Object.entries({ ...filter, id: before }).filter(([, value]) => value !== undefined);
  const conditions = used.map(([name, value]) => `and ${name} ${name === 'id' ? '<' : '='} $${values.push(value)}`);
  const name = ['list_webhook_deliveries', ...used.map(([each]) => each)].join('_');
  const text = `select ${COLUMNS} from webhook_deliveries where endpoint_id = $1 ${conditions.join(' ')} order by id desc limit $2`;
  return db.rows<WebhookDeliveryRow>(statement(name, text), values);
}

const find = statement('find_webhook_delivery', `select ${COLUMNS} from webhook_deliveries where id = $1`);

export async function findWebhookDelivery(db: Executor, id: string): Promise<WebhookDeliveryRow | undefined> {
  return (await db.rows<WebhookDeliveryRow>(find, [id]))[0];
}

export interface WebhookAttemptRow {
  number: number;
  response_status: number | null;
  error: { code: string; message: string };
  response_body: string | null;
  duration_ms: number;
  created_at: Date;
}

const attempts = statement(
  'webhook_attempts_of',
  `select number, response_status, error, response_body, duration_ms, created_at
   from webhook_attempts where delivery_id = $1 order by number, id limit 100`,
);

/** Those that failed, oldest first. */
export function findFailedAttempts(db: Executor, deliveryId: string): Promise<WebhookAttemptRow[]> {
  return db.rows<WebhookAttemptRow>(attempts, [deliveryId]);
}

const AGAIN = `status = 'waiting', tries = 0, next_attempt_at = now(), delivered_at = null`;
const replayOne = statement(
  'replay_webhook_delivery',
  `update webhook_deliveries set ${AGAIN} where id = $1 returning id`,
);

/** Whatever became of it: it is sent at once, with a new round of retries. */
export async function replayDelivery(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(replayOne, [id])).length > 0;
}

const replayFailed = statement(
  'replay_failed_webhook_deliveries',
  `update webhook_deliveries set ${AGAIN}
   where id = any (array(select id from webhook_deliveries where endpoint_id = $1 and status = 'failed' order by id limit $2))
     and status = 'failed' returning id`,
);

/** At most so many, oldest first. Returns how many. */
export async function replayFailedDeliveries(tx: Executor, endpointId: string, most: number): Promise<number> {
  return (await tx.rows(replayFailed, [endpointId, most])).length;
}

// For this transaction: a time is found by its block ranges, whatever the statistics say.
const byRange = statement('webhook_range_by_index', `select set_config('enable_seqscan', 'off', true)`);
const between = statement(
  'webhook_events_between',
  `select * from (
     select 'order' as source, null::uuid as id, null as object, null as object_id, e.order_id, e.sequence, e.type, e.data, e.created_at
     from order_events e where e.created_at >= $1 and e.created_at < $2 and $5::uuid is null
     union all
     select 'shop', e.id, e.object, e.object_id, null, e.sequence, e.type, e.data, e.created_at
     from shop_events e where e.created_at >= $1 and e.created_at < $2 and ($5::uuid is null or e.vendor_id = $5)
   ) event
   where '*' = any ($3) or type = any ($3) or split_part(type, '.', 1) || '.*' = any ($3)
   order by created_at, order_id, sequence limit $4`,
);

export type PastEvent = ({ source: 'order' } & HappenedToOrder) | ({ source: 'shop' } & HappenedInShop);

/** Events of a time that a filter takes, oldest first; of a vendor's endpoint, those that name the vendor. In a transaction. */
export async function findEventsBetween(
  tx: Executor,
  time: { since: Date; until: Date },
  filters: readonly string[],
  most: number,
  vendorId: string | null,
): Promise<PastEvent[]> {
  await tx.rows(byRange);
  return tx.rows<PastEvent>(between, [time.since, time.until, filters, most, vendorId]);
}

const put = statement(
  'put_webhook_deliveries',
  `insert into webhook_deliveries (id, endpoint_id, event_id, type, order_id, data, occurred_at)
   select id, $2, event_id, type, order_id, data, occurred_at
   from json_to_recordset($1) as item (id uuid, event_id text, type text, order_id uuid, data jsonb, occurred_at timestamptz)
   on conflict (endpoint_id, event_id) do update set ${AGAIN} returning id`,
);

/** Has the endpoint told of these events, of which it was told or not. Returns the deliveries' ids. */
export async function putDeliveries(
  tx: Executor,
  endpointId: string,
  events: readonly WebhookEvent[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = events.map(({ id, type, orderId, data, occurredAt }) => ({
    id: uuidv7(),
    event_id: id,
    type,
    order_id: orderId,
    data,
    occurred_at: occurredAt,
  }));
  return (await tx.rows<{ id: string }>(put, [JSON.stringify(rows), endpointId])).map(({ id }) => id);
}

/** Rows deleted by one statement. */
const BATCH = 5_000;
const trim = (table: string, name: string, besides = 'true') =>
  statement(
    name,
    `delete from ${table} where ctid = any(array(
       select ctid from ${table} where created_at < now() - make_interval(days => $1) and ${besides} limit ${BATCH})) returning 1`,
  );
/** However short the retention: what is tried again over days is not forgotten meanwhile. */
const WAITS_FOR_DAYS = 7;
const trims = [
  trim(
    'webhook_deliveries',
    'trim_webhook_deliveries',
    `(status <> 'waiting' or created_at < now() - interval '${WAITS_FOR_DAYS} days')`,
  ),
  trim('shop_events', 'trim_shop_events'),
];

/** Forgets deliveries (also those that a paused endpoint never took) and events of no order that have outlived their retention. */
export async function trimWebhooks(db: Executor, retentionDays: number): Promise<void> {
  for (const each of trims) await repeat(db, each, retentionDays);
}

async function repeat(db: Executor, each: Statement, days: number): Promise<void> {
  while ((await db.rows(each, [days])).length === BATCH);
}

const figures = statement(
  'webhook_figures',
  `select w.id, w.status, coalesce(extract(epoch from now() - w.failing_since), 0)::float8 as failing_seconds,
     coalesce(waiting.deliveries, 0)::integer as waiting, coalesce(waiting.seconds, 0)::float8 as oldest_seconds
   from webhook_endpoints w left join lateral (
     select count(*) as deliveries, extract(epoch from now() - min(d.created_at)) as seconds from (
       select created_at from webhook_deliveries where endpoint_id = w.id and status = 'waiting' order by next_attempt_at limit $1
     ) d
   ) waiting on true
   where w.status <> 'deleted' order by w.id`,
);
const lag = statement(
  'webhook_publisher_lag',
  `select case when exists (select from webhook_endpoints where status in ('active', 'paused'))
     then coalesce(extract(epoch from now() - seen_at), 0) else 0 end::float8 as seconds from webhook_publisher`,
);

export interface WebhookFigures {
  endpoints: { id: string; status: string; failing_seconds: number; waiting: number; oldest_seconds: number }[];
  /** Since the publisher looked last. */
  lagSeconds: number;
}

/** What the metrics show; deliveries are counted no further than `atMost` per endpoint. */
export async function readWebhookFigures(db: Executor, atMost: number): Promise<WebhookFigures> {
  const [endpoints, [publisher]] = await Promise.all([
    db.rows<WebhookFigures['endpoints'][number]>(figures, [atMost]),
    db.rows<{ seconds: number }>(lag),
  ]);
  return { endpoints, lagSeconds: publisher?.seconds ?? 0 };
}
