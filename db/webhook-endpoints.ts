/** Endpoints that are told of events, and the secrets that sign for them. Secrets are stored as they are: they must sign. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type WebhookEndpointStatus = 'active' | 'paused' | 'disabled';

export interface WebhookEndpointRow {
  id: string;
  /** Whose it is: told of what names that vendor alone; null: the shop's. */
  vendor_id: string | null;
  url: string;
  description: string;
  event_types: string[];
  max_per_second: number | null;
  status: WebhookEndpointStatus;
  status_reason: string | null;
  failures: number;
  failing_since: Date | null;
  rests_until: Date | null;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  last_error: { code: string; message: string } | null;
  secrets: { id: string; hint: string; created_at: string; expires_at: string | null }[];
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** As JavaScript writes times. */
const iso = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `id, vendor_id, url, description, event_types, max_per_second, status, status_reason, failures, failing_since,
  case when rests_until > now() then rests_until end as rests_until, last_success_at, last_failure_at, last_error, version, created_at, updated_at,
  coalesce((
    select json_agg(json_build_object('id', s.id, 'hint', 'whsec_…' || right(s.secret, 4), 'created_at', ${iso('s.created_at')}, 'expires_at', ${iso('s.expires_at')}) order by s.id desc)
    from webhook_secrets s where s.endpoint_id = webhook_endpoints.id and (s.expires_at is null or s.expires_at > now())
  ), '[]') as secrets`;

const lockPublisher = statement('lock_webhook_publisher', 'select id from webhook_publisher for update');
// The row is locked by a statement before, so that this one sees every endpoint that was made meanwhile.
const beginNow = statement(
  'begin_webhook_publishing',
  `update webhook_publisher set seen = pg_current_snapshot(), seen_at = now()
   where not exists (select from webhook_endpoints where status in ('active', 'paused'))`,
);

/**
 * Before an endpoint begins to be told of events: the publisher, who sees nothing while there is nobody to tell, begins here, and
 * looks at nothing before this transaction has ended.
 */
async function beginCollecting(tx: Executor): Promise<void> {
  await tx.rows(lockPublisher);
  await tx.rows(beginNow);
}

const insert = statement(
  'insert_webhook_endpoint',
  `with made as (
     insert into webhook_endpoints (id, url, description, event_types, max_per_second, vendor_id) values ($1, $2, $3, $4, $7, $8) returning id
   )
   insert into webhook_secrets (id, endpoint_id, secret) select $5, id, $6 from made`,
);

export interface NewWebhookEndpoint {
  url: string;
  description: string;
  eventTypes: readonly string[];
  maxPerSecond?: number | null | undefined;
  secret: string;
  vendorId?: string | undefined;
}

/** In a transaction. */
export async function insertWebhookEndpoint(tx: Executor, wanted: NewWebhookEndpoint): Promise<WebhookEndpointRow> {
  await beginCollecting(tx);
  const id = uuidv7();
  const { url, description, eventTypes, maxPerSecond = null, secret, vendorId = null } = wanted;
  await tx.rows(insert, [id, url, description, eventTypes, uuidv7(), secret, maxPerSecond, vendorId]);
  return (await findWebhookEndpoint(tx, id))!;
}

const find = statement(
  'find_webhook_endpoint',
  `select ${COLUMNS} from webhook_endpoints where id = $1 and status <> 'deleted'`,
);

export async function findWebhookEndpoint(db: Executor, id: string): Promise<WebhookEndpointRow | undefined> {
  return (await db.rows<WebhookEndpointRow>(find, [id]))[0];
}

const list = statement(
  'list_webhook_endpoints',
  `select ${COLUMNS} from webhook_endpoints
   where status <> 'deleted' and ($1::text is null or status = $1) and ($2::uuid is null or id > $2) order by id limit $3`,
);

/** Oldest first, one more than `limit` when there are more. */
export function listWebhookEndpoints(
  db: Executor,
  status: string | undefined,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<WebhookEndpointRow[]> {
  return db.rows<WebhookEndpointRow>(list, [status ?? null, after ?? null, limit + 1]);
}

const lock = statement(
  'lock_webhook_endpoint',
  `select version from webhook_endpoints where id = $1 and status <> 'deleted' for no key update`,
);

/** Its version, locked until the end of the transaction. */
export async function lockWebhookEndpoint(tx: Executor, id: string): Promise<number | undefined> {
  return (await tx.rows<{ version: number }>(lock, [id]))[0]?.version;
}

const update = statement(
  'update_webhook_endpoint',
  `update webhook_endpoints set url = coalesce($2, url), description = coalesce($3, description),
     filtered_since = case when $4 <> event_types then now() else filtered_since end,
     event_types = coalesce($4, event_types),
     max_per_second = case when $5 then $6 else max_per_second end, version = version + 1, updated_at = now()
   where id = $1 and status <> 'deleted'`,
);

export interface WebhookEndpointChange {
  url?: string | undefined;
  description?: string | undefined;
  event_types?: readonly string[] | undefined;
  /** null: no such bound. */
  max_per_second?: number | null | undefined;
}

export async function updateWebhookEndpoint(tx: Executor, id: string, change: WebhookEndpointChange): Promise<void> {
  const { url = null, description = null, event_types = null, max_per_second } = change;
  await tx.rows(update, [id, url, description, event_types, max_per_second !== undefined, max_per_second ?? null]);
}

const pause = statement(
  'pause_webhook_endpoint',
  `update webhook_endpoints set status = 'paused', status_reason = $2, version = version + 1, updated_at = now()
   where id = $1 and status = 'active' returning id`,
);

/** False when it is not active. */
export async function pauseWebhookEndpoint(tx: Executor, id: string, reason: string): Promise<boolean> {
  return (await tx.rows(pause, [id, reason])).length > 0;
}

const disable = statement(
  'disable_webhook_endpoint',
  `update webhook_endpoints set status = 'disabled', status_reason = $2, version = version + 1, updated_at = now()
   where id = $1 and status in ('active', 'paused') returning id`,
);

export async function disableWebhookEndpoint(tx: Executor, id: string, reason: string): Promise<boolean> {
  return (await tx.rows(disable, [id, reason])).length > 0;
}

const resume = statement(
  'resume_webhook_endpoint',
  `update webhook_endpoints set status = 'active', status_reason = null, failures = 0, failing_since = null, rests_until = '-infinity',
     since = case when status = 'disabled' then pg_current_snapshot() else since end,
     collects_from = case when status = 'disabled' then now() else collects_from end,
     version = version + 1, updated_at = now()
   where id = $1 and status in ('paused', 'disabled') returning id`,
);
const dueNow = statement(
  'hurry_webhook_deliveries',
  `update webhook_deliveries set next_attempt_at = now() where endpoint_id = $1 and status = 'waiting' and next_attempt_at > now()`,
);

/** In a transaction. All that waits is due at once; one that was disabled is told of what happens from now on. */
export async function resumeWebhookEndpoint(tx: Executor, id: string): Promise<boolean> {
  await beginCollecting(tx);
  if ((await tx.rows(resume, [id])).length === 0) return false;
  await tx.rows(dueNow, [id]);
  return true;
}

const remove = statement(
  'delete_webhook_endpoint',
  `with gone as (
     update webhook_endpoints set status = 'deleted', updated_at = now() where id = $1 and status <> 'deleted' returning id
   ), keys as (
     delete from webhook_secrets where endpoint_id in (select id from gone)
   )
   select id from gone`,
);

/** Its deliveries stay until they are trimmed; nothing is sent any more. */
export async function deleteWebhookEndpoint(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(remove, [id])).length > 0;
}

const rotate = statement(
  'rotate_webhook_secret',
  `with old as (
     update webhook_secrets set expires_at = least(expires_at, now() + make_interval(secs => $4))
     where endpoint_id = $1 and (expires_at is null or expires_at > now())
   ), gone as (
     delete from webhook_secrets where endpoint_id = $1 and expires_at <= now()
   )
   insert into webhook_secrets (id, endpoint_id, secret) values ($2, $1, $3)`,
);

/** In a transaction that holds the endpoint's lock. The old secrets sign beside the new one for the overlap. */
export async function rotateWebhookSecret(
  tx: Executor,
  id: string,
  secret: string,
  overlapSeconds: number,
): Promise<void> {
  await tx.rows(rotate, [id, uuidv7(), secret, overlapSeconds]);
}
