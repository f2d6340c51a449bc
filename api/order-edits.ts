/** /v1/orders/{id}/edits: an order is changed before it is sent, revision by revision. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { findEdit, listEdits } from '../db/order-edits.ts';
import { findOrder, lockOrder } from '../db/orders.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import type { OrderTokens } from '../order-token.ts';
import { cancelOrder } from './change-order.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { type NewEditBody, newEdit, orderEdit, orderEditList, renderEdit } from './order-edit-schemas.ts';
import { tokenHeaders } from './order-schemas.ts';
import { conflict, notFound } from './problem.ts';
import { assertMayRead } from './read-orders.ts';
import { type EditCaller, planEdit, writeEdit } from './request-order-edit.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';

interface EditRouteDeps {
  db: Database;
  tokens: OrderTokens;
  pricing: PricingHooks;
}

const tag = 'Orders';
const editParams = uuidParams.extend({ edit_id: z.uuid() });
const headers = tokenHeaders.extend({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  'If-Match': z.string().optional().meta({ description: 'The revision that the edit is made of, as `"v1"`' }),
});

export function orderEditRoutes(deps: EditRouteDeps): Route[] {
  return [createRoute(deps), listRoute(deps), readRoute(deps), cancelRoute(deps)];
}

function createRoute(deps: EditRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/edits',
    tag,
    summary: 'Edit an order before it is sent',
    description:
      "Adds, changes and removes lines, or changes the address or the shipping method, while nothing is packed. Stock moves with it: what is short is a 409 with `shortages`, and nothing has changed. Before the payment its intent takes the new total; within an authorization more or less is captured; after the payment what was paid too much goes back, and what is due is taken by an order of kind `balance` (the saved method of a known customer, or the customer pays it), for which the edit waits. Nothing of the order is sent meanwhile. With a publishable key and the order's token the address is changed, as long as the price stays.",
    scope: 'orders:write',
    publishable: true,
    params: uuidParams,
    query: z.object({
      preview: z.stringbool().default(false).meta({ description: 'Answer what the edit comes to, and change nothing' }),
    }),
    body: newEdit,
    requestHeaders: headers,
    responses: {
      201: { description: 'The edit is applied', schema: orderEdit },
      202: { description: 'The edit waits for Stripe, or for the payment of its balance', schema: orderEdit },
      200: { description: 'What it would come to (with `preview`)', schema: orderEdit },
    },
    handle(call) {
      assertMayRead(deps, call, call.params.id);
      return call.query.preview ? preview(deps, call) : edit(deps, call);
    },
  });
}

type EditCall = Call<NewEditBody, unknown, { id: string }>;

const callerOf = ({ key }: EditCall): EditCaller =>
  key.kind === 'secret' ? { actor: key.id, isBuyer: false } : { actor: 'customer', isBuyer: true };

function edit(deps: EditRouteDeps, call: EditCall): Promise<Answer> {
  return once(deps.db, idempotentRequest(call), async (tx) => {
    await lockRevision(tx, call);
    const plan = await planEdit(tx, deps.pricing, call.params.id, call.body, callerOf(call));
    const row = await writeEdit(tx, plan, call.body, callerOf(call));
    const body = renderEdit(row, deps.tokens);
    const revision = row.revision ?? plan.order.revision;
    const answered = { ETag: etagOf(revision), Location: `/v1/orders/${call.params.id}/edits/${row.id}` };
    return { status: row.status === 'applied' ? 201 : 202, body, headers: answered };
  });
}

async function lockRevision(tx: Executor, call: EditCall): Promise<void> {
  const order = await lockOrder(tx, call.params.id);
  if (!order) throw notFound('order', call.params.id);
  assertVersion(expectedVersion(call), order.revision);
}

/** Carries the answer out of a transaction that is undone. */
class Preview extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('a preview changes nothing');
    this.answer = answer;
  }
}

async function preview(deps: EditRouteDeps, call: EditCall): Promise<Answer> {
  try {
    return await deps.db.transaction(async (tx) => {
      await lockRevision(tx, call);
      throw new Preview(await lookAt(tx, deps, call));
    });
  } catch (error) {
    if (error instanceof Preview) return error.answer;
    throw error;
  }
}

async function lookAt(tx: Executor, deps: EditRouteDeps, call: EditCall): Promise<Answer> {
  const { order, before, after, difference, settlement } = await planEdit(
    tx,
    deps.pricing,
    call.params.id,
    call.body,
    callerOf(call),
  );
  const nothing = {
    id: null,
    revision: null,
    balance_order_id: null,
    refund_id: null,
    error: null,
    created_at: null,
    updated_at: null,
  };
  const about = {
    order_id: order.id,
    currency: order.currency,
    actor: callerOf(call).actor,
    note: call.body.note ?? null,
  };
  const shown = {
    ...nothing,
    ...about,
    before,
    after,
    settlement,
    difference_amount: difference,
    status: 'preview',
  } as const;
  return { status: 200, body: renderEdit(shown, deps.tokens), headers: { ETag: etagOf(order.revision) } };
}

function listRoute({ db, tokens }: EditRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/edits',
    tag,
    summary: "List an order's edits, oldest first",
    description:
      'What each has changed, who asked for it and why. The ETag is the revision that the next edit is made of.',
    scope: 'orders:read',
    params: uuidParams,
    responses: { 200: { description: 'All of them', schema: orderEditList } },
    async handle({ params }) {
      const order = await findOrder(db, params.id);
      if (!order) throw notFound('order', params.id);
      const data = (await listEdits(db, params.id)).map((row) => renderEdit(row, tokens));
      const { revision, currency } = order;
      return { status: 200, body: { revision, currency, data }, headers: { ETag: etagOf(revision) } };
    },
  });
}

function readRoute({ db, tokens }: EditRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/orders/{id}/edits/{edit_id}',
    tag,
    summary: 'Read an edit',
    scope: 'orders:read',
    params: editParams,
    responses: { 200: { description: 'The edit', schema: orderEdit } },
    async handle({ params }) {
      return { status: 200, body: renderEdit(await getEdit(db, params), tokens) };
    },
  });
}

async function getEdit(db: Executor, { id, edit_id }: z.output<typeof editParams>) {
  const row = await findEdit(db, edit_id);
  if (row?.order_id !== id) throw notFound('edit', edit_id);
  return row;
}

function cancelRoute(deps: EditRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/orders/{id}/edits/{edit_id}/cancel',
    tag,
    summary: 'Cancel an edit that waits for its payment',
    description: 'Cancels its balance; a job then frees the stock that the edit held, and the order goes on as it was.',
    scope: 'orders:write',
    params: editParams,
    requestHeaders: z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional() }),
    responses: { 202: { description: 'The edit; it is canceled with its balance', schema: orderEdit } },
    handle: (call) =>
      once(deps.db, idempotentRequest(call), async (tx) => {
        const row = await getEdit(tx, call.params);
        const balance = row.balance_order_id ? await lockOrder(tx, row.balance_order_id) : undefined;
        if (row.status !== 'awaiting_payment' || !balance)
          throw conflict('edit_not_waiting', `An edit that is ${row.status} is not canceled.`);
        await cancelOrder(tx, balance, 'edit_canceled');
        return { status: 202, body: renderEdit((await findEdit(tx, row.id))!, deps.tokens) };
      }),
  });
}
