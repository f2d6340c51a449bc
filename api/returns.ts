/** Changing returns over HTTP: asked for, approved, counted, settled. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { findReturn, type ReturnRow } from '../db/returns.ts';
import { settleReturn, valueOfReturn } from '../db/settle-return.ts';
import { lockForChange } from './change-order.ts';
import * as change from './change-return.ts';
import { expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { tokenHeaders } from './order-schemas.ts';
import { conflict, Problem } from './problem.ts';
import { assertMayRead } from './read-orders.ts';
import { assertMayReadReturn, type ReturnRouteDeps, readReturnRoutes, showReturn } from './read-returns.ts';
import { requestReturn } from './request-return.ts';
import * as bodies from './return-bodies.ts';
import { orderReturn } from './return-schemas.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';

const tag = 'Returns';
const changeHeaders = tokenHeaders.extend({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  'If-Match': z.string().optional(),
});

export function returnRoutes(deps: ReturnRouteDeps): Route[] {
  return [requestRoute(deps), ...readReturnRoutes(deps), ...changeRoutes(deps), settleRoute(deps)];
}

/** Customers act with a publishable key and their order's token, the shop with a secret key. */
const actorOf = ({ key }: Pick<Call, 'key'>) => (key.kind === 'secret' ? key.id : 'customer');

function requestRoute(deps: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/returns',
    tag,
    summary: 'Ask to send goods back',
    description:
      'By the customer (publishable key and Order-Token) or the shop. What the policy of a line refuses is a 409 `return_not_possible` that says why, and until when it was possible. Units that were refunded, claimed or asked for by another return are not taken twice.',
    scope: 'returns:write',
    publishable: true,
    params: uuidParams,
    body: bodies.newReturn,
    requestHeaders: changeHeaders,
    responses: {
      201: { description: 'The return; approved at once where the policy says so', schema: orderReturn },
    },
    async handle(call) {
      const { id } = call.params;
      assertMayRead(deps, call, id);
      const askedBy = call.key.kind === 'secret' ? 'shop' : 'customer';
      if (call.body.override && askedBy === 'customer')
        throw new Problem({ status: 403, code: 'override_not_allowed', detail: 'Only the shop may set `override`.' });
      return once(deps.db, idempotentRequest(call), async (tx) => {
        await lockForChange(tx, id, expectedVersion(call));
        const returnId = await requestReturn(tx, id, call.body, { actor: actorOf(call), askedBy }, deps.pricing);
        return { ...(await showReturn(tx, returnId)), status: 201 };
      });
    },
  });
}

interface ChangeRoute<B extends z.ZodType> {
  verb: string;
  summary: string;
  description?: string;
  body: B;
  publishable?: boolean;
  /** What it changes; the order and the return are locked. */
  work: (tx: Executor, id: string, body: z.output<B>, actor: string, ret: ReturnRow) => Promise<void>;
}

function changeRoutes(deps: ReturnRouteDeps): Route[] {
  return [
    changeRoute(deps, {
      verb: 'approve',
      summary: 'Let goods come back, whole or in part',
      description:
        'With `way: label` a label is bought by a job, which then tells the customer; with `own` they are told the address.',
      body: bodies.approval.optional(),
      work: (tx, id, body, actor) => change.approveReturn(tx, id, body ?? {}, actor),
    }),
    changeRoute(deps, {
      verb: 'refuse',
      summary: 'Refuse a return, with a reason for the customer',
      body: bodies.refusal,
      work: (tx, id, body, actor) => change.refuseReturn(tx, id, body.reason, actor),
    }),
    changeRoute(deps, {
      verb: 'cancel',
      summary: 'Call a return off that has not left',
      body: bodies.ending.optional(),
      publishable: true,
      work: (tx, id, body, actor) => change.cancelReturn(tx, id, body?.reason, actor),
    }),
    changeRoute(deps, {
      verb: 'label',
      summary: 'Ask for a (further) label',
      description: 'Bought by a job; `parcels[].label_url` has it then.',
      body: z.strictObject({}).meta({ id: 'NewReturnLabel' }).optional(),
      work: (tx, id, _body, actor) => change.addLabel(tx, id, actor),
    }),
    changeRoute(deps, {
      verb: 'parcels',
      summary: 'Tell of a parcel that the customer sends by a carrier of their own',
      body: bodies.ownParcel,
      publishable: true,
      work: (tx, id, body, actor) => change.addOwnParcel(tx, id, body, actor),
    }),
    changeRoute(deps, {
      verb: 'receive',
      summary: 'Record what lay in a parcel, or correct it',
      description:
        'Per line: good, damaged, wrong, missing. When all that was approved is accounted for (or with `complete`) the return is received; its refund follows after STOCKROOM_RETURN_SETTLE_SECONDS, until which counts can be corrected.',
      body: bodies.receipt,
      work: (tx, id, body, actor) => change.receiveReturn(tx, id, body, actor),
    }),
    changeRoute(deps, {
      verb: 'close',
      summary: 'End a return without a refund',
      body: bodies.refusal,
      work: (tx, id, body, actor) => change.closeReturn(tx, id, body.reason, actor),
    }),
  ];
}

function changeRoute<B extends z.ZodType>(deps: ReturnRouteDeps, route: ChangeRoute<B>): Route {
  return defineRoute({
    method: 'post',
    path: `/v1/returns/{id}/${route.verb}`,
    tag,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    scope: 'returns:write',
    ...(route.publishable ? { publishable: true } : {}),
    params: uuidParams,
    body: route.body,
    requestHeaders: changeHeaders,
    responses: { 200: { description: 'The return', schema: orderReturn } },
    async handle(call) {
      const { id } = call.params;
      await assertMayReadReturn(deps, call);
      return once(deps.db, idempotentRequest(call), async (tx) => {
        const ret = await change.lockReturnForChange(tx, id, expectedVersion(call));
        await route.work(tx, id, call.body, actorOf(call), ret);
        return showReturn(tx, id);
      });
    },
  });
}

function settleRoute({ db }: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/returns/{id}/settle',
    tag,
    summary: 'Give the money back now',
    description:
      'What `GET …/value` shows, or another `amount` that a person decides on, up to what the goods and the delivery cost. What the payment does not have any more is a 409, and nothing is changed.',
    scope: 'returns:write',
    params: uuidParams,
    body: bodies.settlement.optional(),
    requestHeaders: changeHeaders,
    responses: { 200: { description: 'The settled return', schema: orderReturn } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        await change.lockReturnForChange(tx, id, expectedVersion(call));
        await assertAmount(tx, id, call.body?.amount);
        const end = await settleReturn(tx, id, { actor: call.key.id, amount: call.body?.amount });
        if (end.kind === 'refused')
          throw conflict('return_not_settled', 'What is due cannot be given back as it was computed.', {
            problem: end.problem,
          });
        if (end.kind === 'late' && !['refunded', 'exchanged', 'closed'].includes(end.status))
          throw conflict('return_not_received', `A return that is ${end.status} is not settled: count it first.`);
        return showReturn(tx, id);
      }),
  });
}

async function assertAmount(tx: Executor, id: string, amount: number | undefined): Promise<void> {
  const ret = amount === undefined ? undefined : await findReturn(tx, id);
  if (ret?.status !== 'received') return;
  const { value } = await valueOfReturn(tx, ret);
  const most = 'code' in value ? 0 : value.goods + value.shipping;
  if (amount! > most)
    throw conflict('more_than_worth', `The goods and the delivery are worth ${most}.`, {
      most: { amount: most, currency: ret.currency },
    });
}
