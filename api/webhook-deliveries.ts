/** The log of webhooks: what each endpoint was told; tests and replays. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { resolveException } from '../db/exceptions.ts';
import * as deliveries from '../db/webhook-deliveries.ts';
import { findWebhookEndpoint, type WebhookEndpointRow } from '../db/webhook-endpoints.ts';
import { insertTestDelivery, MOST_REPLAYED, replayFailed, replayTime } from '../db/webhook-replay.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';
import * as views from './webhook-views.ts';

interface Context {
  db: Database;
}

export function webhookDeliveryRoutes(context: Context): Route[] {
  return [test(context), list(context), replayMany(context), read(context), replayOne(context)];
}

const tag = 'Webhooks';
const ENDPOINT = '/v1/webhook-endpoints/{id}';
const DELIVERY = '/v1/webhook-deliveries/{id}';
const noBody = z.strictObject({}).default({});

const test = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${ENDPOINT}/test`,
    tag,
    summary: 'Send a test',
    description: 'A `webhook.test` event, whatever the filter says; the delivery tells what came of it.',
    scope: 'webhooks:write',
    params: uuidParams,
    body: noBody,
    responses: { 202: { description: 'The delivery; Location leads to it', schema: views.delivery } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const endpoint = await getListening(tx, call.params.id);
        return accepted(tx, await insertTestDelivery(tx, endpoint.id));
      }),
  });

/** One that is paused gets it when it resumes. */
async function getListening(tx: Executor, id: string): Promise<WebhookEndpointRow> {
  const endpoint = await findWebhookEndpoint(tx, id);
  if (!endpoint) throw notFound('webhook_endpoint', id);
  if (endpoint.status === 'disabled')
    throw conflict('endpoint_disabled', `The endpoint ${id} is disabled; resume it first.`);
  return endpoint;
}

async function accepted(tx: Executor, id: string): Promise<Answer> {
  const row = (await deliveries.findWebhookDelivery(tx, id))!;
  return { status: 202, body: views.renderDelivery(row), headers: { Location: `/v1/webhook-deliveries/${id}` } };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${ENDPOINT}/deliveries`,
    tag,
    summary: 'List what an endpoint was told, newest first',
    scope: 'webhooks:read',
    params: uuidParams,
    query: views.deliveryQuery,
    responses: { 200: { description: 'A page of deliveries', schema: views.deliveryList } },
    async handle({ params: { id }, query: { limit, cursor, ...filter } }) {
      if (!(await findWebhookEndpoint(db, id))) throw notFound('webhook_endpoint', id);
      const rows = await deliveries.listWebhookDeliveries(db, id, filter, { before: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderDelivery) };
    },
  });

const replayMany = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${ENDPOINT}/replay`,
    tag,
    summary: 'Send again what failed, or all that happened in a time',
    description: `Under the same webhook-id as before, so that a receiver that has it can tell. At most ${MOST_REPLAYED} events by one request; a longer time is refused (422).`,
    scope: 'webhooks:write',
    params: uuidParams,
    body: views.replayWish,
    responses: { 202: { description: 'How many are on their way', schema: views.replayed } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const endpoint = await getListening(tx, call.params.id);
        return { status: 202, body: await replay(tx, endpoint, call.body) };
      }),
  });

async function replay(tx: Executor, endpoint: WebhookEndpointRow, wish: z.output<typeof views.replayWish>) {
  const { id, event_types } = endpoint;
  if ('failed' in wish) {
    const result = await replayFailed(tx, id);
    await resolveException(tx, 'webhook_delivery_failed', id, 'What failed is sent again.');
    return result;
  }
  const time = { since: new Date(wish.since), until: wish.until ? new Date(wish.until) : new Date() };
  if (time.until <= time.since)
    throw invalid([{ pointer: '/until', code: 'range_empty', message: 'until: must be later than since' }], 422);
  const result = await replayTime(tx, endpoint, time, wish.event_types ?? event_types);
  if (result) return result;
  const detail = `More than ${MOST_REPLAYED} events happened in that time; name a shorter one, or fewer types.`;
  throw new Problem({ status: 422, code: 'range_too_large', detail });
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: DELIVERY,
    tag,
    summary: 'Read a delivery with its failed attempts',
    scope: 'webhooks:read',
    params: uuidParams,
    responses: { 200: { description: 'The delivery', schema: views.deliveryWithAttempts } },
    async handle({ params: { id } }) {
      const row = await deliveries.findWebhookDelivery(db, id);
      if (!row) throw notFound('webhook_delivery', id);
      return { status: 200, body: views.renderDeliveryWithAttempts(row, await deliveries.findFailedAttempts(db, id)) };
    },
  });

const replayOne = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${DELIVERY}/replay`,
    tag,
    summary: 'Send a delivery again, whatever became of it',
    scope: 'webhooks:write',
    params: uuidParams,
    body: noBody,
    responses: { 202: { description: 'The delivery', schema: views.delivery } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const row = await deliveries.findWebhookDelivery(tx, call.params.id);
        if (!row) throw notFound('webhook_delivery', call.params.id);
        await getListening(tx, row.endpoint_id);
        await deliveries.replayDelivery(tx, row.id);
        return accepted(tx, row.id);
      }),
  });
