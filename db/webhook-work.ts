/**
 * Delivering: an endpoint's turn is a lease, so that one run at a time sends for it; what was sent is recorded by guarded updates. A
 * run that dies leaves its deliveries waiting, and the next one sends them again under the same webhook-id.
 */
import { SICK_AFTER } from '../domain/webhook-retries.ts';
import { type Executor, FEW, setStatement, statement } from './database.ts';

export interface WaitingDelivery {
  id: string;
  event_id: string;
  type: string;
  data: object;
  occurred_at: string;
  /** Attempts of this round of retries. */
  tries: number;
}

export interface WebhookTurn {
  url: string;
  secrets: string[];
  failures: number;
  failing_seconds: number;
  max_per_second: number | null;
  /** Whether a success is worth recording on the endpoint. */
  stale: boolean;
  deliveries: WaitingDelivery[];
}

interface TurnItem {
  endpoint_id: string;
  holder: string;
  seconds: number;
  most: number;
}

// An endpoint that fails gets one at a time, to find out whether it is back.
const take = setStatement<TurnItem, Omit<WebhookTurn, 'deliveries'> & { delivery: WaitingDelivery | null }>(
  'take_webhook_turn',
  ({ endpoint_id }) => endpoint_id,
  `with item as materialized (
     select n, endpoint_id, holder, seconds, most
     from json_to_recordset($1) as item (n integer, endpoint_id uuid, holder uuid, seconds float8, most integer) where ${FEW}
   ), w as materialized (
     select e.id from webhook_endpoints e where e.id = any (array(select endpoint_id from item)) order by e.id for no key update
   ), held as (
     update webhook_endpoints e set holder = item.holder, held_until = clock_timestamp() + make_interval(secs => item.seconds)
     from w join item on item.endpoint_id = w.id
     where e.id = w.id and e.status = 'active' and e.rests_until <= now()
       and (e.holder = item.holder or e.held_until < clock_timestamp())
     returning item.n, item.most, e.id, e.url, e.failures, e.last_success_at, e.max_per_second,
       coalesce(extract(epoch from now() - e.failing_since), 0)::float8 as failing_seconds
   )
   select held.n, held.url, held.failures, held.failing_seconds, held.max_per_second,
     held.failures > 0 or held.last_success_at is null or held.last_success_at < now() - interval '10 seconds' as stale,
     array(
       select s.secret from webhook_secrets s where s.endpoint_id = held.id and (s.expires_at is null or s.expires_at > now()) order by s.id desc
     ) as secrets, due.delivery
   from held left join lateral (
     select json_build_object('id', d.id, 'event_id', d.event_id, 'type', d.type, 'data', d.data, 'occurred_at', d.occurred_at, 'tries', d.tries) as delivery
     from webhook_deliveries d where d.endpoint_id = held.id and d.status = 'waiting' and d.next_attempt_at <= now()
     order by d.next_attempt_at, d.id limit case when held.failures >= ${SICK_AFTER} then 1 else held.most end
   ) due on true`,
);

/** Takes or renews the turn; undefined when the endpoint rests, is not active, or is somebody else's now. */
export async function takeWebhookTurn(db: Executor, item: TurnItem): Promise<WebhookTurn | undefined> {
  const rows = await db.each(take, item);
  const [first] = rows;
  if (!first) return undefined;
  const { delivery: _first, ...turn } = first;
  const deliveries = rows.flatMap(({ delivery }) => (delivery ? [delivery] : []));
  return { ...turn, deliveries };
}

// All endpoints that a process lingers at share one look.
const due = setStatement<{ endpoint_id: string }, { due: boolean }>(
  'webhook_is_due',
  ({ endpoint_id }) => endpoint_id,
  `select n, exists (
     select from webhook_deliveries d where d.endpoint_id = item.endpoint_id and d.status = 'waiting' and d.next_attempt_at <= now()
   ) as due
   from json_to_recordset($1) as item (n integer, endpoint_id uuid) where ${FEW}`,
  { gatherMs: 100 },
);

/** Whether something is to be sent now; answers after a moment. */
export async function isWebhookDue(db: Executor, endpointId: string): Promise<boolean> {
  return (await db.each(due, { endpoint_id: endpointId }))[0]?.due === true;
}

const end = statement(
  'end_webhook_turn',
  `update webhook_endpoints set held_until = '-infinity' where id = $1 and holder = $2`,
);

export async function endWebhookTurn(db: Executor, endpointId: string, holder: string): Promise<void> {
  await db.rows(end, [endpointId, holder]);
}

interface DeliveredItem {
  id: string;
  response_status: number;
  duration_ms: number;
}

const delivered = setStatement<DeliveredItem>(
  'record_webhook_delivered',
  ({ id }) => id,
  `with item as materialized (
     select n, id, response_status, duration_ms
     from json_to_recordset($1) as item (n integer, id uuid, response_status integer, duration_ms integer) where ${FEW}
   ), d as materialized (
     select d.id from webhook_deliveries d where d.id = any (array(select id from item)) and d.status = 'waiting' order by d.id for no key update
   )
   update webhook_deliveries set status = 'delivered', delivered_at = now(), next_attempt_at = null, error = null,
     attempts = attempts + 1, tries = tries + 1, response_status = item.response_status, duration_ms = item.duration_ms
   from d join item using (id) where webhook_deliveries.id = d.id
   returning item.n`,
);

export async function recordDelivered(db: Executor, item: DeliveredItem): Promise<void> {
  await db.each(delivered, item);
}

export interface FailedDelivery {
  id: string;
  /** Seconds until the next attempt; undefined when this was the last. */
  nextIn: number | undefined;
  status: number | null;
  error: { code: string; message: string };
  body: string | null;
  durationMs: number;
}

const failed = statement(
  'record_webhook_failed',
  `with d as (
     update webhook_deliveries set attempts = attempts + 1, tries = tries + 1, response_status = $3, error = $4, duration_ms = $6,
       status = case when $2::float8 is null then 'failed' else status end, next_attempt_at = now() + make_interval(secs => $2::float8)
     where id = $1 and status = 'waiting' returning id, attempts
   )
   insert into webhook_attempts (delivery_id, number, response_status, error, response_body, duration_ms)
   select id, attempts, $3, $4, $5, $6 from d`,
);

export async function recordFailed(db: Executor, failure: FailedDelivery): Promise<void> {
  const { id, nextIn, status, error, body, durationMs } = failure;
  await db.rows(failed, [id, nextIn ?? null, status, JSON.stringify(error), body, durationMs]);
}

const well = statement(
  'webhook_endpoint_well',
  `update webhook_endpoints set failures = 0, failing_since = null, rests_until = '-infinity', last_success_at = now() where id = $1`,
);

export async function noteEndpointWell(db: Executor, endpointId: string): Promise<void> {
  await db.rows(well, [endpointId]);
}

const sick = statement(
  'webhook_endpoint_sick',
  `update webhook_endpoints set failures = failures + $2, failing_since = coalesce(failing_since, now()), last_failure_at = now(),
     last_error = $3, rests_until = now() + make_interval(secs => $4)
   where id = $1`,
);

export async function noteEndpointSick(
  db: Executor,
  endpointId: string,
  sickness: { failures: number; error: { code: string; message: string }; restSeconds: number },
): Promise<void> {
  await db.rows(sick, [endpointId, sickness.failures, JSON.stringify(sickness.error), sickness.restSeconds]);
}
