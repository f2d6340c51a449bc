/** POST /v1/orders/{id}/capture: takes the money that an order's authorization holds, by a row and a job. */
import { z } from 'zod';
import { findLiveCapture, insertCapture } from '../db/captures.ts';
import type { Database, Executor } from '../db/database.ts';
import type { OrderRow } from '../db/orders.ts';
import { insertJobs } from '../db/outbox.ts';
import { stepOf } from '../domain/money.ts';
import type { OrderTokens } from '../order-token.ts';
import { capturePayment } from '../queues/capture-payment.ts';
import { makeJob } from '../queues/define-queue.ts';
import { lockForChange } from './change-order.ts';
import { etagOf, expectedVersion } from './etag.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { order } from './order-schemas.ts';
import { preferredWait } from './prefer.ts';
import { conflict, invalid } from './problem.ts';
import { render } from './read-orders.ts';
import { defineRoute, type Route } from './route.ts';
import { amountOrMoney, type money, uuidParams } from './schemas.ts';

interface CaptureRouteDeps {
  db: Database;
  tokens: OrderTokens;
  followers: OrderFollowers;
}

// Strict: a misspelled amount would take everything.
const newCapture = z
  .strictObject({
    amount: amountOrMoney
      .optional()
      .meta({ description: "Minor units of the order's currency; all that is authorized when it is left out" }),
  })
  .meta({ id: 'NewCapture', example: { amount: 500 } });

export function captureRoute(deps: CaptureRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/capture',
    tag: 'Orders',
    summary: 'Capture an authorized order, whole or in part',
    description:
      'Once per order: a part releases the rest to the customer, and the order goes on to be sent. Capture before `payment.capture_before`; canceling the order releases the authorization instead.',
    scope: 'payments:write',
    params: uuidParams,
    body: newCapture.optional(),
    requestHeaders: z.object({
      'Idempotency-Key': z.string().min(1).max(255).optional(),
      'If-Match': z.string().optional(),
      Prefer: z
        .string()
        .optional()
        .meta({ example: 'wait=10', description: 'Answer when Stripe has taken or refused it' }),
    }),
    responses: {
      202: { description: 'Decided and kept; a job tells Stripe', schema: order },
      200: { description: 'Stripe has taken or refused it (with `Prefer: wait`)', schema: order },
    },
    async handle(call) {
      const { id } = call.params;
      const answer = await once(deps.db, idempotentRequest(call), async (tx) => {
        const row = await lockForChange(tx, id, expectedVersion(call));
        await decide(tx, row, call.body?.amount);
        const body = await render({ ...deps, db: tx }, id);
        return { status: 202, body, headers: { ETag: etagOf(body.version) } };
      });
      const waitMs = preferredWait(call.headers.prefer);
      if (waitMs === undefined) return answer;
      const settled = await deps.followers.waitFor(id, 0, endsCapture(answer.body as Asked), waitMs);
      if (!settled) return answer;
      const headers = { ...answer.headers, 'Preference-Applied': 'wait' };
      return { ...answer, headers, status: 200, body: await render(deps, id) };
    },
  });
}

interface Asked {
  updated_at: Date | string;
}

const SETTLED: ReadonlySet<string> = new Set([
  'payment.succeeded',
  'payment.partially_captured',
  'payment.capture_failed',
  'payment.canceled',
  'payment.authorization_expired',
]);

/** What had happened before the capture was asked for is not its end. */
function endsCapture({ updated_at }: Asked): (event: { type: string; created_at: Date }) => boolean {
  const since = new Date(updated_at);
  return ({ type, created_at }) => SETTLED.has(type) && created_at > since;
}

/** Writes the capture and its job. Throws 400 for an amount that makes no sense, 409 when there is nothing to capture so. */
async function decide(tx: Executor, order: OrderRow, wish: z.output<typeof newCapture>['amount']): Promise<void> {
  const authorized = order.total_amount - order.credit_amount;
  const amount = wish === undefined ? authorized : readAmount(order, wish);
  const captureId = await insertCapture(tx, order.id, amount);
  if (captureId) return insertJobs(tx, [makeJob(capturePayment, { order_id: order.id, capture_id: captureId })]);
  const live = await findLiveCapture(tx, order.id);
  const facts = { order_status: order.status, payment_status: order.payment_status };
  if (live?.status === 'pending') throw conflict('capture_in_progress', `${live.amount} is being captured.`, facts);
  if (order.status !== 'authorized')
    throw conflict('order_not_capturable', `An order that is ${order.status} holds no authorization.`, facts);
  throw conflict('capture_exceeds_authorized', `${amount} was asked for, ${authorized} is authorized.`, {
    ...facts,
    capturable: { amount: authorized, currency: order.currency },
  });
}

function readAmount({ currency }: OrderRow, wish: number | z.output<typeof money>): number {
  const { amount, currency: named } = typeof wish === 'number' ? { amount: wish, currency } : wish;
  const step = stepOf(currency);
  const refuse = (code: string, message: string) => invalid([{ pointer: '/amount', code, message }]);
  if (named.toLowerCase() !== currency) throw refuse('currency_differs', `The order is in ${currency}.`);
  if (amount < 1) throw refuse('too_small', 'amount: takes 1 at least.');
  if (amount % step !== 0) throw refuse('amount_not_divisible', `Amounts in ${currency} are multiples of ${step}.`);
  return amount;
}
