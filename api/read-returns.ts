/** Reading returns: one, a page of them, those of an order, and what may still come back of it. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { findOrder } from '../db/orders.ts';
import { readReturnable } from '../db/return-units.ts';
import { findOrderOfReturn, findReturn, listOrderReturns, listReturnEvents, listReturns } from '../db/returns.ts';
import { valueOfReturn } from '../db/settle-return.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import { returnableUnits, returnableUntil } from '../domain/returns/judge-request.ts';
import type { OrderTokens } from '../order-token.ts';
import { etagOf } from './etag.ts';
import { tokenHeaders } from './order-schemas.ts';
import { conflict, notFound, Problem } from './problem.ts';
import { assertMayRead } from './read-orders.ts';
import * as schemas from './return-schemas.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, toPage, uuidParams } from './schemas.ts';

export interface ReturnRouteDeps {
  db: Database;
  tokens: OrderTokens;
  pricing: Pick<PricingHooks, 'tax'>;
}

const tag = 'Returns';
const { renderReturn } = schemas;

export function readReturnRoutes(deps: ReturnRouteDeps): Route[] {
  return [
    returnableRoute(deps),
    ofOrderRoute(deps),
    listRoute(deps),
    readRoute(deps),
    historyRoute(deps),
    valueRoute(deps),
  ];
}

function returnableRoute(deps: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/returnable',
    tag,
    summary: 'What of an order may still come back, until when and on which terms',
    scope: 'returns:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'Its lines', schema: schemas.returnable } },
    async handle(call) {
      const { id } = call.params;
      assertMayRead(deps, call, id);
      const order = await findOrder(deps.db, id);
      if (!order) throw notFound('order', id);
      const data = (await readReturnable(deps.db, id)).map((line) => ({
        line_id: line.id,
        sku: line.sku,
        name: line.name,
        quantity: returnableUnits(line),
        until: returnableUntil(line)?.toISOString() ?? null,
        terms: schemas.renderTerms(line.terms, order.currency),
      }));
      return { status: 200, body: { data } };
    },
  });
}

function ofOrderRoute(deps: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/returns',
    tag,
    summary: "List an order's returns, oldest first",
    scope: 'returns:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'All of them', schema: schemas.orderReturns } },
    async handle(call) {
      const { id } = call.params;
      assertMayRead(deps, call, id);
      if (!(await findOrder(deps.db, id))) throw notFound('order', id);
      return { status: 200, body: { data: (await listOrderReturns(deps.db, id)).map(renderReturn) } };
    },
  });
}

function listRoute({ db }: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/returns',
    tag,
    summary: 'List returns, newest first',
    scope: 'returns:read',
    query: schemas.returnQuery,
    responses: { 200: { description: 'A page of returns', schema: schemas.returnList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const after = decodeCursor(cursor);
      if (after !== undefined && !z.uuid().safeParse(after).success)
        throw new Problem({
          status: 400,
          code: 'cursor_malformed',
          detail: 'The cursor is not one that this API gave.',
        });
      const rows = await listReturns(db, filter, { after, limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, renderReturn) };
    },
  });
}

function readRoute(deps: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/returns/{id}',
    tag,
    summary: 'Read a return',
    scope: 'returns:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'The return', schema: schemas.orderReturn } },
    async handle(call) {
      await assertMayReadReturn(deps, call);
      return showReturn(deps.db, call.params.id);
    },
  });
}

function historyRoute({ db }: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/returns/{id}/history',
    tag,
    summary: 'Who did what with a return, and where its parcels were',
    scope: 'returns:read',
    params: uuidParams,
    responses: { 200: { description: 'In the order of time', schema: schemas.returnHistory } },
    async handle({ params: { id } }) {
      if (!(await findOrderOfReturn(db, id))) throw notFound('return', id);
      const events = await listReturnEvents(db, id);
      const data = events.map(({ created_at, type, actor, data: facts }) => ({
        at: created_at.toISOString(),
        type,
        actor,
        data: facts,
      }));
      return { status: 200, body: { data } };
    },
  });
}

function valueRoute({ db }: ReturnRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/returns/{id}/value',
    tag,
    summary: 'What a return comes to as it was counted so far',
    scope: 'returns:read',
    params: uuidParams,
    responses: { 200: { description: 'What settling it now would give back', schema: schemas.returnValue } },
    async handle({ params: { id } }) {
      const ret = await findReturn(db, id);
      if (!ret) throw notFound('return', id);
      const { value, refundable } = await valueOfReturn(db, ret);
      if ('code' in value) throw conflict(value.code, 'Units of this return were refunded meanwhile.', { ...value });
      const of = (amount: number) => ({ amount, currency: ret.currency });
      const { goods, kept, shipping, amount, lines } = value;
      const body = {
        ...{ goods: of(goods), kept: of(kept), shipping: of(shipping), total: of(amount) },
        refundable: of(refundable),
        is_covered: amount <= refundable,
        lines: lines.map((line) => ({ line_id: line.lineId, quantity: line.quantity, amount: of(line.amount) })),
      };
      return { status: 200, body };
    },
  });
}

/** Throws 404 when there is none, and 403 for a customer without the order's token. */
export async function assertMayReadReturn(
  deps: ReturnRouteDeps,
  call: Call<unknown, unknown, { id: string }>,
): Promise<void> {
  if (call.key.kind === 'secret') return;
  const orderId = await findOrderOfReturn(deps.db, call.params.id);
  if (!orderId) throw notFound('return', call.params.id);
  assertMayRead(deps, call, orderId);
}

/** A return as its answer shows it. */
export async function showReturn(db: Executor, id: string): Promise<Answer> {
  const ret = await findReturn(db, id);
  if (!ret) throw notFound('return', id);
  return { status: 200, body: renderReturn(ret), headers: { ETag: etagOf(ret.version) } };
}
