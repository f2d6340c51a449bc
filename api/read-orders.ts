/** Reading orders over HTTP: one, a page of them, what happened to one, and its events as they come. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { findOrder, listOrders } from '../db/orders.ts';
import type { OrderTokens } from '../order-token.ts';
import { etagOf, isNotModified } from './etag.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { orderHistory, readHistory } from './order-history.ts';
import { order, orderList, orderQuery, tokenHeaders } from './order-schemas.ts';
import { notFound, Problem } from './problem.ts';
import { renderOrder } from './render-order.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, toPage, uuidParams } from './schemas.ts';
import { resumeAfter, streamOrderEvents } from './stream-order-events.ts';

export interface ReadOrderDeps {
  db: Executor;
  tokens: OrderTokens;
  followers: OrderFollowers;
  publicUrl: string;
}

const tag = 'Orders';

export function readOrderRoutes(deps: ReadOrderDeps): Route[] {
  return [listRoute(deps), readRoute(deps), historyRoute(deps), eventsRoute(deps)];
}

function listRoute(deps: ReadOrderDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders',
    tag,
    summary: 'List orders',
    scope: 'orders:read',
    query: orderQuery,
    responses: { 200: { description: 'A page of orders', schema: orderList } },
    async handle({ query }) {
      const { limit, cursor, sort, ...filter } = query;
      const after = readCursor(cursor);
      const rows = await listOrders(deps.db, filter, { after, limit, descending: sort === '-created_at' });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row.id,
          (row) => renderOrder(row, deps.tokens.issue(row.id)),
        ),
      };
    },
  });
}

function readCursor(cursor: string | undefined): string | undefined {
  const after = decodeCursor(cursor);
  if (after === undefined || z.uuid().safeParse(after).success) return after;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}

function readRoute(deps: ReadOrderDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}',
    tag,
    summary: 'Read an order',
    scope: 'orders:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: {
      200: { description: 'The order', schema: order },
      304: { description: 'Unchanged since If-None-Match' },
    },
    async handle(call) {
      assertMayRead(deps, call, call.params.id);
      const body = await render(deps, call.params.id);
      const etag = etagOf(body.version);
      if (isNotModified(call, etag)) return { status: 304, headers: { ETag: etag } };
      return { status: 200, body, headers: { ETag: etag, 'Cache-Control': 'no-store' } };
    },
  });
}

function historyRoute(deps: ReadOrderDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/history',
    tag,
    summary: 'Everything that happened to an order',
    scope: 'orders:read',
    params: uuidParams,
    responses: {
      200: {
        description: 'Events, jobs, attempts, messages, payments, parcels, in the order of time',
        schema: orderHistory,
      },
    },
    async handle({ params }) {
      await assertExists(deps.db, params.id);
      return { status: 200, body: await readHistory(deps.db, params.id, deps.publicUrl) };
    },
  });
}

function eventsRoute(deps: ReadOrderDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/events',
    tag,
    summary: "Follow an order's events (Server-Sent Events)",
    description:
      'Resumes after `Last-Event-ID`. EventSource cannot send headers: it may give `key` (publishable) and `token` in the query.',
    scope: 'orders:read',
    publishable: true,
    params: uuidParams,
    query: z.object({
      after: z.coerce.number().int().min(0).optional(),
      token: z.string().optional(),
      key: z.string().optional(),
    }),
    requestHeaders: tokenHeaders.extend({ 'Last-Event-ID': z.string().optional() }),
    responses: { 200: { description: 'A stream of events', schema: z.string(), mediaType: 'text/event-stream' } },
    async handle(call) {
      assertMayRead(deps, call, call.params.id);
      await assertExists(deps.db, call.params.id);
      streamOrderEvents(
        call.res,
        deps.followers,
        call.params.id,
        resumeAfter(call.headers['last-event-id'], call.query.after),
      );
      return undefined;
    },
  });
}

/** The order as its answer shows it. Throws 404. */
export async function render(deps: { db: Executor; tokens: OrderTokens }, id: string) {
  const row = await findOrder(deps.db, id);
  if (!row) throw notFound('order', id);
  return renderOrder(row, deps.tokens.issue(id));
}

async function assertExists(db: Executor, id: string): Promise<void> {
  if (!(await findOrder(db, id))) throw notFound('order', id);
}

/** A publishable key reads an order only with the order's token, in a header or (for EventSource) in the query. */
export function assertMayRead(
  { tokens }: Pick<ReadOrderDeps, 'tokens'>,
  { key, headers, req }: Pick<Call, 'key' | 'headers' | 'req'>,
  orderId: string,
): void {
  if (key.kind === 'secret') return;
  const token = headers['order-token'] ?? req.query.token;
  if (typeof token === 'string' && tokens.accepts(orderId, token)) return;
  throw new Problem({
    status: 403,
    code: 'order_token_needed',
    detail: 'With a publishable key, an order is read with its own Order-Token.',
  });
}
