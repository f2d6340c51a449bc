/** /v1/orders/{id}/claims, /v1/claims: goods that never came, came damaged or were missing, made good by goods or money. */
import { z } from 'zod';
import { findClaim, findOrderOfClaim, listClaimEvents, listClaims, listOrderClaims } from '../db/claims.ts';
import type { Database, Executor } from '../db/database.ts';
import { findOrder } from '../db/orders.ts';
import type { OrderTokens } from '../order-token.ts';
import * as change from './change-claim.ts';
import { lockForChange } from './change-order.ts';
import * as schemas from './claim-schemas.ts';
import { etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { tokenHeaders } from './order-schemas.ts';
import { notFound, Problem } from './problem.ts';
import { assertMayRead } from './read-orders.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, toPage, uuidParams } from './schemas.ts';

export interface ClaimRouteDeps {
  db: Database;
  tokens: OrderTokens;
}

const tag = 'Claims';
const changeHeaders = tokenHeaders.extend({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  'If-Match': z.string().optional(),
});
const { renderClaim } = schemas;

export function claimRoutes(deps: ClaimRouteDeps): Route[] {
  return [
    requestRoute(deps),
    ofOrderRoute(deps),
    listRoute(deps),
    readRoute(deps),
    historyRoute(deps),
    ...changeRoutes(deps),
  ];
}

/** Customers act with a publishable key and their order's token, the shop with a secret key. */
const actorOf = ({ key }: Pick<Call, 'key'>) => (key.kind === 'secret' ? key.id : 'customer');

function requestRoute(deps: ClaimRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/claims',
    tag,
    summary: 'Claim goods that never came, came damaged or were missing',
    description:
      'By the customer (publishable key and Order-Token) or the shop. Only units that were sent and that neither money nor goods were given for: a 409 `claim_not_possible` says what is left.',
    scope: 'returns:write',
    publishable: true,
    params: uuidParams,
    body: schemas.newClaim,
    requestHeaders: changeHeaders,
    responses: { 201: { description: 'The claim, to be decided', schema: schemas.claim } },
    async handle(call) {
      const { id } = call.params;
      assertMayRead(deps, call, id);
      const askedBy = call.key.kind === 'secret' ? 'shop' : 'customer';
      if (call.body.override && askedBy === 'customer')
        throw new Problem({ status: 403, code: 'override_not_allowed', detail: 'Only the shop may set `override`.' });
      return once(deps.db, idempotentRequest(call), async (tx) => {
        await lockForChange(tx, id, expectedVersion(call));
        const caller = { actor: actorOf(call), askedBy } as const;
        const claimId = await change.requestClaim(tx, id, call.body, caller);
        const answer = await show(tx, claimId);
        return { ...answer, status: 201, headers: { ...answer.headers, Location: `/v1/claims/${claimId}` } };
      });
    },
  });
}

function ofOrderRoute(deps: ClaimRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/claims',
    tag,
    summary: "List an order's claims, oldest first",
    scope: 'returns:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'All of them', schema: schemas.orderClaims } },
    async handle(call) {
      const { id } = call.params;
      assertMayRead(deps, call, id);
      if (!(await findOrder(deps.db, id))) throw notFound('order', id);
      return { status: 200, body: { data: (await listOrderClaims(deps.db, id)).map(renderClaim) } };
    },
  });
}

function listRoute({ db }: ClaimRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/claims',
    tag,
    summary: 'List claims, newest first',
    scope: 'returns:read',
    query: schemas.claimQuery,
    responses: { 200: { description: 'A page of claims', schema: schemas.claimList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const after = decodeCursor(cursor);
      if (after !== undefined && !z.uuid().safeParse(after).success)
        throw new Problem({
          status: 400,
          code: 'cursor_malformed',
          detail: 'The cursor is not one that this API gave.',
        });
      const rows = await listClaims(db, filter, { after, limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, renderClaim) };
    },
  });
}

function readRoute(deps: ClaimRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/claims/{id}',
    tag,
    summary: 'Read a claim',
    scope: 'returns:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'The claim', schema: schemas.claim } },
    async handle(call) {
      await assertMayReadClaim(deps, call);
      return show(deps.db, call.params.id);
    },
  });
}

function historyRoute({ db }: ClaimRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/claims/{id}/history',
    tag,
    summary: 'Who did what with a claim',
    scope: 'returns:read',
    params: uuidParams,
    responses: { 200: { description: 'In the order of time', schema: schemas.claimHistory } },
    async handle({ params: { id } }) {
      if (!(await findOrderOfClaim(db, id))) throw notFound('claim', id);
      const data = (await listClaimEvents(db, id)).map(({ created_at, type, actor, data: facts }) => ({
        at: created_at.toISOString(),
        type,
        actor,
        data: facts,
      }));
      return { status: 200, body: { data } };
    },
  });
}

interface ChangeRoute<B extends z.ZodType> {
  verb: string;
  summary: string;
  description?: string;
  body: B;
  publishable?: boolean;
  work: (tx: Executor, id: string, body: z.output<B>, actor: string) => Promise<void>;
}

function changeRoutes(deps: ClaimRouteDeps): Route[] {
  return [
    changeRoute(deps, {
      verb: 'reship',
      summary: 'Send the claimed goods once more',
      description:
        'By an order of kind `replacement` that costs nothing and goes the whole way. When its goods are out of stock, the claim is refunded instead, by itself.',
      body: schemas.reshipment.optional(),
      work: (tx, id, body, actor) => change.reship(tx, id, body, actor),
    }),
    changeRoute(deps, {
      verb: 'refund',
      summary: 'Give the money of the claimed goods back',
      body: schemas.claimRefund.optional(),
      work: (tx, id, body, actor) => change.refund(tx, id, body, actor),
    }),
    changeRoute(deps, {
      verb: 'refuse',
      summary: 'Refuse a claim, with a reason for the customer',
      body: schemas.claimReason,
      work: (tx, id, body, actor) => change.refuse(tx, id, body.reason, actor),
    }),
    changeRoute(deps, {
      verb: 'cancel',
      summary: 'Call off a claim that is not decided',
      body: schemas.claimEnding.optional(),
      publishable: true,
      work: (tx, id, body, actor) => change.cancel(tx, id, body?.reason, actor),
    }),
    changeRoute(deps, {
      verb: 'carrier',
      summary: 'Note what the carrier was asked for, and what it paid',
      body: schemas.carrierClaim,
      work: (tx, id, body, actor) => change.noteCarrier(tx, id, body, actor),
    }),
  ];
}

function changeRoute<B extends z.ZodType>(deps: ClaimRouteDeps, route: ChangeRoute<B>): Route {
  return defineRoute({
    method: 'post',
    path: `/v1/claims/{id}/${route.verb}`,
    tag,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    scope: 'returns:write',
    ...(route.publishable ? { publishable: true } : {}),
    params: uuidParams,
    body: route.body,
    requestHeaders: changeHeaders,
    responses: { 200: { description: 'The claim', schema: schemas.claim } },
    async handle(call) {
      const { id } = call.params;
      await assertMayReadClaim(deps, call);
      return once(deps.db, idempotentRequest(call), async (tx) => {
        await change.lockClaimForChange(tx, id, expectedVersion(call));
        await route.work(tx, id, call.body, actorOf(call));
        return show(tx, id);
      });
    },
  });
}

/** Throws 404 when there is none, and 403 for a customer without the order's token. */
async function assertMayReadClaim(deps: ClaimRouteDeps, call: Call<unknown, unknown, { id: string }>): Promise<void> {
  if (call.key.kind === 'secret') return;
  const orderId = await findOrderOfClaim(deps.db, call.params.id);
  if (!orderId) throw notFound('claim', call.params.id);
  assertMayRead(deps, call, orderId);
}

async function show(db: Executor, id: string): Promise<Answer> {
  const row = await findClaim(db, id);
  if (!row) throw notFound('claim', id);
  return { status: 200, body: renderClaim(row), headers: { ETag: etagOf(row.version) } };
}
