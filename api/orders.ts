/** Orders over HTTP: accept, read, list, follow, pay again, cancel, set a status by hand. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { settleWaitedAnswer } from '../db/idempotency.ts';
import type { OrderEvent } from '../db/order-events.ts';
import { findOrder, listOrders, type OrderRow } from '../db/orders.ts';
import { cancelOrder, lockForChange, payAgain, setStatus } from './change-order.ts';
import { etagOf, expectedVersion } from './etag.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { orderHistory, readHistory } from './order-history.ts';
import { newOrder, order, orderList, orderQuery, orderStatus, paymentMethod, renderOrder } from './order-schemas.ts';
import { acceptOrder, type PlaceOrderDeps } from './place-order.ts';
import { preferredWait } from './prefer.ts';
import { notFound, Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, text, toPage, uuidParams } from './schemas.ts';
import { resumeAfter, streamOrderEvents } from './stream-order-events.ts';

export interface OrderRouteDeps extends PlaceOrderDeps {
  followers: OrderFollowers;
  publicUrl: string;
  /** Throws 503 while the pipeline is over its limit. */
  assertCapacity: () => void;
}

const tag = 'Orders';
const reasonBody = z.object({ reason: text(500).optional() }).meta({ id: 'CancelOrder' });
const tokenHeaders = z.object({ 'Order-Token': z.string().optional().meta({ description: 'With a publishable key' }) });
const waitHeaders = tokenHeaders.extend({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  Prefer: z
    .string()
    .optional()
    .meta({ example: 'wait=10', description: 'Answer when the job is done, or after so many seconds' }),
});

export function orderRoutes(deps: OrderRouteDeps): Route[] {
  return [
    placeRoute(deps),
    listRoute(deps),
    readRoute(deps),
    historyRoute(deps),
    eventsRoute(deps),
    payRoute(deps),
    cancelRoute(deps),
    statusRoute(deps),
  ];
}

function placeRoute(deps: OrderRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders',
    tag,
    summary: 'Place an order',
    description:
      'The order is priced here and kept before the answer; a job then reserves the stock and creates the PaymentIntent. With `Prefer: wait=N` the answer waits for that job and holds `payment.client_secret`.',
    scope: 'orders:write',
    publishable: true,
    body: newOrder,
    requestHeaders: waitHeaders,
    responses: {
      202: { description: 'Accepted and kept', schema: order },
      201: { description: 'Accepted, and the checkout job is done (with `Prefer: wait`)', schema: order },
    },
    async handle(call) {
      deps.assertCapacity();
      const request = idempotentRequest(call);
      const placed = await acceptOrder(deps, call.body, { livemode: call.key.mode === 'live', request });
      const headers = {
        Location: `/v1/orders/${placed.orderId}`,
        ...(placed.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
      };
      const waitMs = preferredWait(call.headers.prefer);
      if (waitMs === undefined) return { status: 202, body: placed.body, headers };
      const checkedOut = await deps.followers.waitFor(placed.orderId, 1, endsCheckout, waitMs);
      if (!checkedOut) return { status: 202, body: placed.body, headers };
      const body = await render(deps, placed.orderId);
      const settled = request ? await settleWaitedAnswer(deps.db, request, body) : body;
      return { status: 201, body: settled, headers: { ...headers, 'Preference-Applied': 'wait' } };
    },
  });
}

const CHECKED_OUT = new Set(['payment.created', 'order.rejected', 'order.canceled', 'order.expired']);
const endsCheckout = (event: OrderEvent) => CHECKED_OUT.has(event.type);

function listRoute(deps: OrderRouteDeps): Route {
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

function readRoute(deps: OrderRouteDeps): Route {
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
      if (call.headers['if-none-match'] === etag) return { status: 304, headers: { ETag: etag } };
      return { status: 200, body, headers: { ETag: etag, 'Cache-Control': 'no-store' } };
    },
  });
}

function historyRoute(deps: OrderRouteDeps): Route {
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

function eventsRoute(deps: OrderRouteDeps): Route {
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

function payRoute(deps: OrderRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/pay',
    tag,
    summary: 'Pay again, on the same PaymentIntent',
    scope: 'orders:write',
    publishable: true,
    params: uuidParams,
    body: z.object({ payment_method: paymentMethod }).meta({ id: 'PayOrder' }),
    requestHeaders: waitHeaders,
    responses: {
      202: { description: 'The attempt is under way', schema: order },
      200: { description: 'The attempt is settled (with `Prefer: wait`)', schema: order },
    },
    async handle(call) {
      assertMayRead(deps, call, call.params.id);
      let before = 0;
      const answer = await change(deps, call, async (tx, row) => {
        before = row.last_event;
        await payAgain(tx, row, call.body.payment_method);
      });
      const waitMs = preferredWait(call.headers.prefer);
      if (waitMs === undefined) return answer;
      const settled = await deps.followers.waitFor(
        call.params.id,
        before,
        (event) => event.type.startsWith('payment.'),
        waitMs,
      );
      return settled ? { ...answer, status: 200, body: await render(deps, call.params.id) } : answer;
    },
  });
}

function cancelRoute(deps: OrderRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/cancel',
    tag,
    summary: 'Cancel an order that is not being shipped yet',
    description: 'Frees the stock at once; what was authorized is released and what was taken is refunded by a job.',
    scope: 'orders:write',
    publishable: true,
    params: uuidParams,
    body: reasonBody.optional(),
    requestHeaders: waitHeaders.extend({ 'If-Match': z.string().optional() }),
    responses: { 200: { description: 'The canceled order', schema: order } },
    async handle(call) {
      assertMayRead(deps, call, call.params.id);
      const reason = call.body?.reason ?? 'requested';
      return { ...(await change(deps, call, (tx, row) => cancelOrder(tx, row, reason))), status: 200 };
    },
  });
}

function statusRoute(deps: OrderRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/orders/{id}/status',
    tag,
    summary: 'Set a status by hand, where the transition table allows it',
    scope: 'orders:write',
    params: uuidParams,
    body: z.object({ status: orderStatus, reason: text(500).optional() }).meta({ id: 'SetOrderStatus' }),
    requestHeaders: z.object({ 'If-Match': z.string().optional() }),
    responses: { 200: { description: 'The order', schema: order } },
    async handle(call) {
      const reason = call.body.reason ?? 'set by operations';
      return { ...(await change(deps, call, (tx, row) => setStatus(tx, row, call.body.status, reason))), status: 200 };
    },
  });
}

/** Changes a locked order once per idempotency key, and answers with the order as it then stands. */
function change(
  deps: OrderRouteDeps,
  call: Call<unknown, unknown, { id: string }>,
  work: (tx: Executor, row: OrderRow) => Promise<void>,
): Promise<Answer> {
  return once(deps.db, idempotentRequest(call), async (tx) => {
    await work(tx, await lockForChange(tx, call.params.id, expectedVersion(call)));
    const body = await render({ ...deps, db: tx }, call.params.id);
    return { status: 202, body, headers: { ETag: etagOf(body.version) } };
  });
}

async function render(deps: { db: Executor; tokens: OrderRouteDeps['tokens'] }, id: string) {
  const row = await findOrder(deps.db, id);
  if (!row) throw notFound('order', id);
  return renderOrder(row, deps.tokens.issue(id));
}

async function assertExists(db: Executor, id: string): Promise<void> {
  if (!(await findOrder(db, id))) throw notFound('order', id);
}

/** A publishable key reads an order only with the order's token, in a header or (for EventSource) in the query. */
function assertMayRead(
  { tokens }: OrderRouteDeps,
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
