/** /v1/subscriptions: make one, read them, and their history. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { listSubscriptionEvents } from '../db/subscription-events.ts';
import { findSubscription, listSubscriptions, type SubscriptionRow } from '../db/subscriptions.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import type { SubscriptionStatus } from '../domain/subscriptions/status.ts';
import type { SubscriptionTokens } from '../order-token.ts';
import { acceptSubscription } from './accept-subscription.ts';
import { awaitChange } from './await-change.ts';
import { etagOf, isNotModified } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { notFound, Problem } from './problem.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, page, toPage, uuidParams } from './schemas.ts';
import {
  newSubscription,
  subscription,
  subscriptionEventList,
  subscriptionHeaders,
  subscriptionList,
  subscriptionQuery,
} from './subscription-schemas.ts';
import { renderSubscriptions, type SubscriptionView } from './subscription-views.ts';

export interface SubscriptionDeps {
  db: Database;
  tokens: SubscriptionTokens;
  pricing: PricingHooks;
  /** Throws 503 while the pipeline is over its limit. */
  assertCapacity: () => void;
}

export const tag = 'Subscriptions';
export const changeHeaders = subscriptionHeaders.extend({
  'Idempotency-Key': z.string().min(1).max(255).optional(),
  'If-Match': z.string().optional(),
  Prefer: z.string().optional().meta({ example: 'wait=10', description: 'Answer when Stripe has made or refused it' }),
});

export function subscriptionRoutes(deps: SubscriptionDeps): Route[] {
  return [createRoute(deps), listRoute(deps), readRoute(deps), eventsRoute(deps)];
}

function createRoute(deps: SubscriptionDeps): Route {
  const { db, pricing, assertCapacity } = deps;
  return defineRoute({
    method: 'post',
    path: '/v1/subscriptions',
    tag,
    summary: 'Subscribe a customer to goods',
    description:
      'Priced here, by the catalogue as it is now, and kept before the answer; a job then makes it at Stripe. With a saved payment method the first period is charged at once; without one the answer (with `Prefer: wait=N`) holds `payment.client_secret` for the storefront. Every paid invoice becomes one order. The prices hold until the lines are changed.',
    scope: 'subscriptions:write',
    body: newSubscription,
    requestHeaders: changeHeaders.omit({ 'If-Match': true, 'Subscription-Token': true }),
    responses: {
      202: { description: 'Accepted and kept', schema: subscription },
      201: { description: 'Stripe has made or refused it (with `Prefer: wait`)', schema: subscription },
    },
    async handle(call) {
      assertCapacity();
      const answer = await once(db, idempotentRequest(call), async (tx) => {
        const caller = { livemode: call.key.mode === 'live', actor: actorOf(call) };
        const id = await acceptSubscription(tx, pricing, call.body, caller);
        const body = await show({ ...deps, db: tx }, id);
        return { status: 202, body, headers: { Location: `/v1/subscriptions/${id}`, ETag: etagOf(body.version) } };
      });
      const settled = await awaitChange(db, call, answer);
      if (!settled) return answer;
      const body = await show(deps, (answer.body as SubscriptionView).id);
      return { ...answer, status: 201, body, headers: { ...answer.headers, ETag: etagOf(body.version) } };
    },
  });
}

function listRoute({ db, tokens }: SubscriptionDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions',
    tag,
    summary: 'List subscriptions, newest first',
    scope: 'subscriptions:read',
    query: subscriptionQuery,
    responses: { 200: { description: 'A page of them', schema: subscriptionList } },
    async handle({ query, key }) {
      const after = decodeCursor(query.cursor);
      if (after !== undefined && !z.uuid().safeParse(after).success)
        throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'cursor takes the next_cursor of a page.' });
      const rows = await listSubscriptions(db, {
        status: query.status as SubscriptionStatus | undefined,
        customerId: query.customer_id,
        email: query.email,
        sku: query.sku,
        createdFrom: query.created_from,
        createdTo: query.created_to,
        livemode: key.mode === 'live',
        after,
        limit: query.limit + 1,
      });
      const { data, ...rest } = toPage(
        rows,
        query.limit,
        ({ id }) => id,
        (row) => row,
      );
      return { status: 200, body: { data: await renderSubscriptions(db, tokens, data), ...rest } };
    },
  });
}

function readRoute(deps: SubscriptionDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions/{id}',
    tag,
    summary: 'Read a subscription',
    description: 'As Stripe was last seen to have it, with what was asked and is not made yet.',
    scope: 'subscriptions:read',
    publishable: true,
    params: uuidParams,
    requestHeaders: subscriptionHeaders,
    responses: {
      200: { description: 'The subscription', schema: subscription },
      304: { description: 'As you have it' },
    },
    async handle(call) {
      await getSubscription(deps, call);
      const body = await show(deps, call.params.id);
      const etag = etagOf(body.version);
      if (isNotModified(call, etag)) return { status: 304, headers: { ETag: etag } };
      return { status: 200, body, headers: { ETag: etag, 'Cache-Control': 'no-store' } };
    },
  });
}

function eventsRoute(deps: SubscriptionDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions/{id}/events',
    tag,
    summary: 'Read what happened to a subscription, oldest first',
    scope: 'subscriptions:read',
    publishable: true,
    params: uuidParams,
    query: z.object(page),
    requestHeaders: subscriptionHeaders,
    responses: { 200: { description: 'A page of its history', schema: subscriptionEventList } },
    async handle(call) {
      await getSubscription(deps, call);
      const { limit, cursor } = call.query;
      const after = Number(decodeCursor(cursor) ?? 0);
      if (!Number.isSafeInteger(after))
        throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'cursor takes the next_cursor of a page.' });
      const events = await listSubscriptionEvents(deps.db, call.params.id, after, limit + 1);
      return {
        status: 200,
        body: toPage(
          events,
          limit,
          ({ sequence }) => String(sequence),
          (event) => event,
        ),
      };
    },
  });
}

/** Who is behind a change, for its history. */
export const actorOf = ({ key }: Pick<Call, 'key'>) => (key.kind === 'secret' ? `api_key/${key.id}` : 'customer');

type SubscriptionCall = Pick<Call<unknown, unknown, { id: string }>, 'params' | 'key' | 'headers'>;

/** Throws 403 without the token that a publishable key needs, 404 also for a subscription of the other mode. */
export async function getSubscription(
  { db, tokens }: Pick<SubscriptionDeps, 'db' | 'tokens'>,
  { params, key, headers }: SubscriptionCall,
): Promise<SubscriptionRow> {
  assertMayOpen(tokens, { params, key, headers });
  const row = await findSubscription(db, params.id);
  if (row?.livemode === (key.mode === 'live')) return row;
  throw notFound('subscription', params.id);
}

export function assertMayOpen(tokens: SubscriptionTokens, { params, key, headers }: SubscriptionCall): void {
  if (key.kind === 'secret') return;
  const token = headers['subscription-token'];
  if (typeof token === 'string' && tokens.accepts(params.id, token)) return;
  throw new Problem({
    status: 403,
    code: 'subscription_token_needed',
    detail: 'With a publishable key, a subscription is opened with its own Subscription-Token.',
  });
}

export async function show(
  { db, tokens }: { db: Parameters<typeof findSubscription>[0]; tokens: SubscriptionTokens },
  id: string,
): Promise<SubscriptionView> {
  const row = await findSubscription(db, id);
  const [view] = row ? await renderSubscriptions(db, tokens, [row]) : [];
  if (!view) throw notFound('subscription', id);
  return view;
}
