/** Changing orders over HTTP: accept, pay again, cancel, set a status by hand. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { settleWaitedAnswer } from '../db/idempotency.ts';
import type { OrderEvent } from '../db/order-events.ts';
import type { OrderRow } from '../db/orders.ts';
import { cancelOrder, lockForChange, payAgain, setStatus } from './change-order.ts';
import { etagOf, expectedVersion } from './etag.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { orderEditRoutes } from './order-edits.ts';
import { type NewOrderBody, newOrder, order, orderStatus, paymentMethod, tokenHeaders } from './order-schemas.ts';
import { acceptOrder, type PlaceOrderDeps } from './place-order.ts';
import { preferredWait } from './prefer.ts';
import { assertMayRead, readOrderRoutes, render } from './read-orders.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { text, uuidParams } from './schemas.ts';

export interface OrderRouteDeps extends PlaceOrderDeps {
  followers: OrderFollowers;
  publicUrl: string;
  /** Throws 503 while the pipeline is over its limit. */
  assertCapacity: () => void;
}

const tag = 'Orders';
const reasonBody = z.object({ reason: text(500).optional() }).meta({ id: 'CancelOrder' });
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
    ...readOrderRoutes(deps),
    payRoute(deps),
    cancelRoute(deps),
    statusRoute(deps),
    ...orderEditRoutes(deps),
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
      const isServer = call.key.kind === 'secret';
      const caller = {
        livemode: call.key.mode === 'live',
        isServer,
        ip: buyerAddress(call),
        languages: call.headers['accept-language'],
        request,
      };
      const placed = await acceptOrder(deps, call.body, caller);
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

/** With a secret key the caller is a server, which may name the buyer's address; with a publishable one it is the buyer. */
function buyerAddress({ key, body, req }: Call<NewOrderBody>): string | undefined {
  const named = key.kind === 'secret' ? body.customer.ip : undefined;
  const address = (named ?? req.ip)?.replace(/^::ffff:/, '');
  return address && isIP(address) ? address : undefined;
}

const CHECKED_OUT = new Set(['payment.created', 'order.rejected', 'order.canceled', 'order.expired']);
const endsCheckout = (event: OrderEvent) => CHECKED_OUT.has(event.type);

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
      const settled = await deps.followers.waitFor(call.params.id, before, endsAttempt(answer), waitMs);
      return settled ? { ...answer, status: 200, body: await render(deps, call.params.id) } : answer;
    },
  });
}

/** A repeated request knows only when its first was answered: what had happened to the payment by then was before it. */
function endsAttempt({ headers, body }: Answer): (event: OrderEvent) => boolean {
  const since = headers?.['Idempotent-Replayed'] ? new Date((body as { updated_at: string }).updated_at) : new Date(0);
  return (event) => event.type.startsWith('payment.') && event.created_at > since;
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
