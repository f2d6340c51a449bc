/** POST /v1/orders/{id}/release-hold: a person decides that a held order is sent after all. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { releaseOrder } from '../db/order-holds.ts';
import { reopenJobs } from '../db/outbox.ts';
import type { OrderTokens } from '../order-token.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fulfillOrder } from '../queues/fulfill-order.ts';
import { lockForChange } from './change-order.ts';
import { etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { order } from './order-schemas.ts';
import { conflict } from './problem.ts';
import { render } from './read-orders.ts';
import { defineRoute, type Route } from './route.ts';
import { text, uuidParams } from './schemas.ts';

export function releaseHoldRoute({ db, tokens }: { db: Database; tokens: OrderTokens }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/release-hold',
    tag: 'Orders',
    summary: 'Send a held order after all',
    description: 'An order is held (`hold_reason`) by a dispute, a fraud warning or a full refund before it was sent.',
    scope: 'orders:write',
    params: uuidParams,
    body: z
      .object({ reason: text(500).optional() })
      .meta({ id: 'ReleaseHold' })
      .optional(),
    requestHeaders: z.object({
      'Idempotency-Key': z.string().min(1).max(255).optional(),
      'If-Match': z.string().optional(),
    }),
    responses: { 200: { description: 'The order, which goes on', schema: order } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const { hold_reason: reason } = await lockForChange(tx, id, expectedVersion(call));
        // It goes on by itself as soon as its goods are there: until then there is nothing to send.
        if (reason === 'out_of_stock')
          throw conflict(
            'order_waits_for_stock',
            'Its goods are out of stock: it goes on when they come, or is canceled.',
          );
        if (!(await releaseOrder(tx, id, call.body?.reason ?? 'Released by hand.')))
          throw conflict('order_not_held', 'The order is not held.');
        await reopenJobs(tx, [makeJob(fulfillOrder, { order_id: id })]);
        const body = await render({ db: tx, tokens }, id);
        return { status: 200, body, headers: { ETag: etagOf(body.version) } };
      }),
  });
}
