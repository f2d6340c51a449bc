/**
 * What a customer says with their order's token: language, quiet hours, which messages they want on which channel, and browsers to push
 * to. It holds for that order alone: who placed an order may have named anybody's e-mail address, so a token never reaches what is
 * known of the address, nor other orders of it.
 */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { findOrder } from '../db/orders.ts';
import { removePushSubscription } from '../db/push-subscriptions.ts';
import * as recipients from '../db/recipients.ts';
import { TRANSACTIONAL_TOPICS } from '../domain/messages/topics.ts';
import type { OrderTokens } from '../order-token.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { tokenHeaders } from './order-schemas.ts';
import { invalid, notFound } from './problem.ts';
import { endpointQuery, noSubscription, pushSubscription, pushTag, saveSubscription } from './push-subscriptions.ts';
import { assertMayRead } from './read-orders.ts';
import * as views from './recipient-schemas.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import type { WebhookSettings } from './webhook-address.ts';

interface Context {
  db: Database;
  tokens: OrderTokens;
  addresses: WebhookSettings;
}

export function orderRecipientRoutes(context: Context): Route[] {
  return [read(context), change(context), subscribe(context), unsubscribe(context)];
}

const tag = 'Recipients';
const PATH = '/v1/orders/{id}/recipient';
const PUSH_PATH = '/v1/orders/{id}/push-subscriptions';
const own = { publishable: true, params: uuidParams } as const;

const read = (context: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: "Read what an order's customer wants to be told",
    scope: 'notifications:read',
    ...own,
    requestHeaders: tokenHeaders,
    responses: { 200: { description: 'What they said with this order', schema: views.orderRecipient } },
    async handle(call) {
      await assertTheirs(context, context.db, call);
      return show(await recipients.findOrderRecipient(context.db, call.params.id));
    },
  });

/** Throws 403 without the order's token, 404 where there is no order. */
async function assertTheirs(context: Context, db: Executor, call: Call<unknown, unknown, { id: string }>) {
  assertMayRead(context, call, call.params.id);
  if (!(await findOrder(db, call.params.id))) throw notFound('order', call.params.id);
}

const UNSAID = { ...views.NOBODY, id: '', audience: 'customer', order_id: null } as const;

/** Of who said nothing yet, version 0. */
function show(row: recipients.RecipientRow | undefined): Answer {
  const said = row ?? { ...UNSAID, preferences: [], push_subscriptions: [], version: 0 };
  const headers = { ETag: etagOf(said.version), 'Cache-Control': 'no-store' };
  return { status: 200, body: views.renderOwn(said), headers };
}

const change = (context: Context) =>
  defineRoute({
    method: 'patch',
    path: PATH,
    tag,
    summary: "Say what an order's customer wants to be told",
    description: 'For the messages of this order. What is not named stays; `preferences` replaces all that were there.',
    scope: 'notifications:write',
    ...own,
    body: views.ownChanges,
    requestHeaders: tokenHeaders.extend({ 'If-Match': z.string().optional() }),
    responses: { 200: { description: 'As it is kept', schema: views.orderRecipient } },
    handle: (call) =>
      context.db.transaction(async (tx) => {
        await assertTheirs(context, tx, call);
        const errors = views.changeProblems('customer', call.body, context.addresses);
        if (errors.length > 0) throw invalid(errors, 422);
        const isFirst = await recipients.ensureOrderRecipient(tx, call.params.id);
        const row = (await recipients.lockOrderRecipient(tx, call.params.id))!;
        assertVersion(expectedVersion(call), isFirst ? 0 : row.version);
        await recipients.updateRecipient(tx, row.id, views.withChanges(row, call.body));
        const wishes = views.wishesOf(call.body);
        if (wishes) await recipients.replacePreferences(tx, row.id, wishes);
        return show(await recipients.findOrderRecipient(tx, call.params.id));
      }),
  });

const subscribe = (context: Context) =>
  defineRoute({
    method: 'post',
    path: PUSH_PATH,
    tag: pushTag,
    summary: 'Push what happens to an order to a browser',
    description:
      "Everything about the order is pushed from then on, beside the e-mails; the customer's preferences may say less.",
    scope: 'notifications:write',
    ...own,
    body: views.newPushSubscription,
    requestHeaders: tokenHeaders.extend({ 'Idempotency-Key': z.string().min(1).max(255).optional() }),
    responses: {
      201: { description: 'Kept', schema: pushSubscription },
      200: { description: 'Kept before, with the keys of now', schema: pushSubscription },
    },
    async handle(call) {
      await assertTheirs(context, context.db, call);
      return once(context.db, idempotentRequest(call), async (tx) => {
        await recipients.ensureOrderRecipient(tx, call.params.id);
        const row = (await recipients.lockOrderRecipient(tx, call.params.id))!;
        const answer = await saveSubscription(tx, row, call.body, context.addresses);
        if (row.push_subscriptions.length === 0) await recipients.addPreferences(tx, row.id, PUSH_ALL);
        return answer;
      });
    },
  });

const PUSH_ALL = TRANSACTIONAL_TOPICS.map(
  (topic) => ({ topic, channel: 'web_push', delivery: 'immediate', hour: 8 }) as const,
);

const unsubscribe = (context: Context) =>
  defineRoute({
    method: 'delete',
    path: PUSH_PATH,
    tag: pushTag,
    summary: 'Push an order to a browser no more',
    scope: 'notifications:write',
    ...own,
    query: endpointQuery,
    requestHeaders: tokenHeaders,
    responses: { 204: { description: 'Removed' } },
    handle: (call) =>
      context.db.transaction(async (tx) => {
        await assertTheirs(context, tx, call);
        const row = await recipients.lockOrderRecipient(tx, call.params.id);
        if (!row || !(await removePushSubscription(tx, row.id, call.query.endpoint))) throw noSubscription();
        return { status: 204 };
      }),
  });
