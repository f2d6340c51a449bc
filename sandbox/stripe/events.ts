import type { Store } from '../store.ts';
import type { Sandbox } from './context.ts';
import { badParam, noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { type ListAnswer, readCursor, toList } from './lists.ts';
import type { Page, Row } from './objects.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import { API_VERSION, type StripeObject } from './types.ts';
import type { Webhooks } from './webhooks.ts';

/** Types that have occurred, so that a wildcard is a handful of exact look-ups. */
const SCHEMA = 'CREATE TABLE IF NOT EXISTS stripe_event_types (type TEXT PRIMARY KEY) WITHOUT ROWID';

/** Returns the function that records an event and its deliveries in the open transaction. */
export function createEmit(store: Store, webhooks: Webhooks, context: () => Sandbox): Sandbox['emit'] {
  store.exec(SCHEMA);
  const insert = store.statement('INSERT INTO stripe_objects (id, kind, created, k1, body) VALUES (?, ?, ?, ?, ?)');
  const addType = store.statement('INSERT OR IGNORE INTO stripe_event_types VALUES (?)');
  const known = new Set<string>();
  return (type, object, previous, account) => {
    const { cause, now } = context();
    const id = newId('evt');
    const created = now();
    const endpoints = webhooks.endpointsFor(type, account);
    const body = renderEvent({ id, created, type, object, previous, cause, account, pending: endpoints.length });
    if (!known.has(type)) {
      addType.run(type);
      store.afterCommit(() => known.add(type));
    }
    const { lastInsertRowid } = insert.run(id, account ? `${account}/event` : 'event', created, type, body);
    webhooks.enqueue({ seq: Number(lastInsertRowid), id, type, body }, endpoints);
  };
}

interface NewEvent {
  id: string;
  created: number;
  type: string;
  object: object;
  previous: Record<string, unknown> | undefined;
  cause: Sandbox['cause'];
  account: string | undefined;
  pending: number;
}

function renderEvent({ id, created, type, object, previous, cause, account, pending }: NewEvent): string {
  const request = { id: cause?.id ?? null, idempotency_key: cause?.idempotencyKey ?? null };
  const data = { object, ...(previous ? { previous_attributes: previous } : {}) };
  return JSON.stringify({
    id,
    object: 'event',
    ...(account ? { account } : {}),
    api_version: API_VERSION,
    created,
    data,
    livemode: false,
    pending_webhooks: pending,
    request,
    type,
  });
}

const PENDING = `SELECT count(*) AS n FROM webhook_deliveries
  WHERE event_seq = (SELECT seq FROM stripe_objects WHERE id = ?) AND open = 1 AND state = 'pending'`;

/** Events can be read for 30 days. */
const KEPT_SECONDS = 30 * 86_400;

const DELIVERED = {
  true: 'AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE event_seq = seq AND open = 1)',
  false: 'AND seq IN (SELECT event_seq FROM webhook_deliveries WHERE open = 1 AND event_seq IS NOT NULL)',
};

const listFields = {
  created: p.timestampRange,
  delivery_success: p.boolean,
  type: p.filled(),
  types: p.list(p.filled()),
  ...p.listParams,
};

/** Newest first; `type` may end in `.*`, `types` names up to 20. */
function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>): ListAnswer {
  if (params.type && params.types)
    throw badParam('You may only specify one of these parameters: type, types.', 'types');
  if (params.types && params.types.length > 20) throw badParam('You may name up to 20 types.', 'types');
  const limit = p.pageSize(params.limit);
  const cursor = readCursor(sandbox.objects, 'event', params);
  const oldest = sandbox.now() - KEPT_SECONDS;
  const { gt = 0, gte = 0, ...before } = params.created ?? {};
  const wanted = params.types ?? (params.type ? [params.type] : undefined);
  const and = params.delivery_success === undefined ? undefined : DELIVERED[`${params.delivery_success}`];
  const page: Page = {
    kind: 'event',
    where: {},
    created: { ...before, gte: Math.max(oldest, gte, gt + (gt ? 1 : 0)) },
    ...cursor,
    limit: limit + 1,
    ...(and ? { and } : {}),
  };
  const rows = wanted ? mergePages(sandbox, page, matchTypes(sandbox, wanted)) : sandbox.objects.page(page);
  const answer = toList(rows, limit, cursor.order, '/v1/events');
  return { ...answer, data: (answer.data as StripeObject[]).map((event) => withPending(sandbox, event)) };
}

/** One page of each type, put together in the order of the whole. */
function mergePages(sandbox: Sandbox, page: Page, types: string[]): Row[] {
  const rows = types.flatMap((type) => sandbox.objects.page({ ...page, where: { type } }));
  const sign = page.order === 'ASC' ? 1 : -1;
  return rows.sort((a, b) => sign * (a.seq - b.seq)).slice(0, page.limit);
}

function matchTypes(sandbox: Sandbox, wanted: string[]): string[] {
  if (!wanted.some((type) => type.includes('*'))) return [...new Set(wanted)];
  const known = sandbox.store.statement('SELECT type FROM stripe_event_types').all() as { type: string }[];
  const fits = (type: string) =>
    wanted.some((name) => (name.endsWith('*') ? type.startsWith(name.slice(0, -1)) : type === name));
  return known.map((row) => row.type).filter(fits);
}

/** How many deliveries of an event are still to come is counted when it is read. */
function withPending(sandbox: Sandbox, event: StripeObject): StripeObject {
  const { n } = sandbox.store.statement(PENDING).get(event.id) as { n: number };
  return { ...event, pending_webhooks: n };
}

export const eventRoutes = [
  route('GET', '/v1/events', {}, listFields, list),
  route('GET', '/v1/events/:id', {}, p.expand, ({ sandbox, ids }) => {
    const event = sandbox.objects.find(ids[0]!, 'event');
    if (!event || event.created < sandbox.now() - KEPT_SECONDS) throw noSuch('event', ids[0]!);
    return withPending(sandbox, event);
  }),
];
