/** /v1/orders/{id}/refunds: money goes back by a row and a job; the answer tells what was decided, Stripe's events what became of it. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { findOrder } from '../db/orders.ts';
import { findOrderRefund, listRefunds, type RefundView } from '../db/refund-requests.ts';
import { refundTransitions } from '../domain/refunds.ts';
import { lockForChange } from './change-order.ts';
import { expectedVersion } from './etag.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { preferredWait } from './prefer.ts';
import { notFound } from './problem.ts';
import { newRefund, requestRefund, retryRefund } from './request-refund.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { money, uuidParams } from './schemas.ts';

interface RefundRouteDeps {
  db: Database;
  followers: OrderFollowers;
}

const tag = 'Refunds';
const refundParams = uuidParams.extend({ refund_id: z.uuid() });
const headers = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  'If-Match': z.string().optional(),
  Prefer: z.string().optional().meta({ example: 'wait=10', description: 'Answer when Stripe has taken or refused it' }),
});

export const refund = z
  .object({
    id: z.uuid(),
    order_id: z.uuid(),
    status: z.enum(Object.keys(refundTransitions) as [string, ...string[]]).meta({
      description:
        'pending: decided · requested: at Stripe · requires_action: the bank asks the customer · succeeded · failed · canceled. What succeeded may still fail.',
    }),
    amount: money,
    shipping: money.meta({ description: 'The part of the amount that is for shipping' }),
    cause: z.string(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    provider_id: z.string().nullable().meta({ description: "Stripe's id of it" }),
    error: z.object({ code: z.string(), message: z.string().optional() }).nullable(),
    is_owed: z.boolean().meta({
      description:
        'It gives back what the customer is owed: a price that was lowered, or money that had paid for another order',
    }),
    credit_id: z
      .uuid()
      .nullable()
      .meta({ description: 'The credit that it gives back, on the order whose money it was' }),
    retried_by: z.uuid().nullable().meta({ description: 'The refund that was sent instead of this failed one' }),
    lines: z.array(
      z.object({ line_id: z.uuid(), sku: z.string(), quantity: z.int(), amount: z.int(), restocked: z.int() }),
    ),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Refund' });

const refundList = z.object({ data: z.array(refund) }).meta({ id: 'RefundList' });
const decided = {
  202: { description: 'Decided and kept; a job sends it to Stripe', schema: refund },
  201: { description: 'Stripe has taken or refused it (with `Prefer: wait`)', schema: refund },
};

export function refundRoutes(deps: RefundRouteDeps): Route[] {
  return [createRoute(deps), listRoute(deps), readRoute(deps), retryRoute(deps)];
}

function createRoute(deps: RefundRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/refunds',
    tag,
    summary: 'Refund an order, whole or in part',
    description:
      'By lines (with their share of the tax), by amount, with shipping or without; all that is left when none is named. Never more than was captured and not refunded or disputed since: a 409 names what is still `refundable`.',
    scope: 'refunds:write',
    params: uuidParams,
    body: newRefund.optional(),
    requestHeaders: headers,
    responses: decided,
    handle: (call) =>
      decide(deps, call, async (tx) => {
        await lockForChange(tx, call.params.id, expectedVersion(call));
        return requestRefund(tx, call.params.id, call.body ?? newRefund.parse({}), call.key.id);
      }),
  });
}

function retryRoute(deps: RefundRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/refunds/{refund_id}/retry',
    tag,
    summary: 'Send a failed refund again',
    description: 'Makes a refund of its own, once: a second call answers with the same one.',
    scope: 'refunds:write',
    params: refundParams,
    requestHeaders: headers,
    responses: decided,
    handle: (call) =>
      decide(deps, call, async (tx) => {
        await lockForChange(tx, call.params.id, expectedVersion(call));
        return retryRefund(tx, call.params.id, call.params.refund_id);
      }),
  });
}

/** Writes a refund once per Idempotency-Key, and waits for Stripe's word when the client wants to. */
async function decide(
  deps: RefundRouteDeps,
  call: Call<unknown, unknown, { id: string }>,
  write: (tx: Executor) => Promise<string>,
): Promise<Answer> {
  const orderId = call.params.id;
  const answer = await once(deps.db, idempotentRequest(call), async (tx) => {
    const id = await write(tx);
    const body = render((await findOrderRefund(tx, orderId, id))!);
    return { status: 202, body, headers: { Location: `/v1/orders/${orderId}/refunds/${id}` } };
  });
  const waitMs = preferredWait(call.headers.prefer);
  if (waitMs === undefined) return answer;
  const { id } = answer.body as { id: string };
  const heard = await deps.followers.waitFor(
    orderId,
    0,
    ({ type, data }) => type.startsWith('refund.') && type !== 'refund.created' && data.refund_id === id,
    waitMs,
  );
  if (!heard) return answer;
  const body = render((await findOrderRefund(deps.db, orderId, id))!);
  return { status: 201, body, headers: { ...answer.headers, 'Preference-Applied': 'wait' } };
}

function listRoute({ db }: RefundRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/refunds',
    tag,
    summary: "List an order's refunds, oldest first",
    scope: 'orders:read',
    params: uuidParams,
    responses: { 200: { description: 'All of them', schema: refundList } },
    async handle({ params }) {
      if (!(await findOrder(db, params.id))) throw notFound('order', params.id);
      return { status: 200, body: { data: (await listRefunds(db, params.id)).map(render) } };
    },
  });
}

function readRoute({ db }: RefundRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/refunds/{refund_id}',
    tag,
    summary: 'Read a refund',
    scope: 'orders:read',
    params: refundParams,
    responses: { 200: { description: 'The refund', schema: refund } },
    async handle({ params }) {
      const found = await findOrderRefund(db, params.id, params.refund_id);
      if (!found) throw notFound('refund', params.refund_id);
      return { status: 200, body: render(found) };
    },
  });
}

function render({ amount, shipping_amount, currency, ...row }: RefundView) {
  return { ...row, amount: { amount, currency }, shipping: { amount: shipping_amount, currency } };
}
