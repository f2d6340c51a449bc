/** /v1/webhook-endpoints: who is told of events. Secrets are shown once, when they are made. */
import type { Database } from '../db/database.ts';
import { findVendor } from '../db/vendors.ts';
import * as endpoints from '../db/webhook-endpoints.ts';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { assertVersion, expectedVersion } from './etag.ts';
import { invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { checkAddress, type WebhookSettings } from './webhook-address.ts';
import { idCursor, lockEndpoint, showEndpoint, showSecretOnce } from './webhook-endpoint.ts';
import { settleStopped, webhookStateRoutes } from './webhook-states.ts';
import * as views from './webhook-views.ts';

export type { WebhookSettings };

interface Context {
  db: Database;
  webhooks: WebhookSettings;
}

export function webhookEndpointRoutes(context: Context): Route[] {
  return [
    types(),
    create(context),
    list(context),
    read(context),
    change(context),
    remove(context),
    ...webhookStateRoutes(context),
  ];
}

const tag = 'Webhooks';
const PATH = '/v1/webhook-endpoints';

const types = () =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-event-types',
    tag,
    summary: 'List what webhooks tell of',
    scope: 'webhooks:read',
    responses: { 200: { description: 'All types', schema: views.eventTypeList } },
    handle: async () => ({
      status: 200,
      body: { data: Object.entries(WEBHOOK_EVENT_TYPES).map(([type, description]) => ({ type, description })) },
    }),
  });

const create = ({ db, webhooks }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Add an endpoint',
    description:
      'It is told of what happens from now on, signed as Standard Webhooks says. `secret` is in this answer and nowhere else.',
    scope: 'webhooks:write',
    body: views.newEndpoint,
    responses: { 201: { description: 'The endpoint and its secret', schema: views.endpointWithSecret } },
    handle(call) {
      const {
        event_types: eventTypes,
        description = '',
        max_per_second: maxPerSecond,
        vendor_id: vendorId,
      } = call.body;
      const url = checkAddress(call.body.url, webhooks);
      return showSecretOnce(db, call, 201, async (tx, secret) => {
        if (vendorId !== undefined && !(await findVendor(tx, vendorId))) throw unknownVendor(vendorId);
        return endpoints.insertWebhookEndpoint(tx, { url, description, eventTypes, maxPerSecond, secret, vendorId });
      });
    },
  });

const unknownVendor = (id: string) =>
  invalid([{ pointer: '/vendor_id', code: 'vendor_not_found', message: `vendor_id: there is no vendor ${id}` }], 422);

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List endpoints',
    scope: 'webhooks:read',
    query: views.endpointQuery,
    responses: { 200: { description: 'A page of endpoints, oldest first', schema: views.endpointList } },
    async handle({ query: { limit, cursor, status } }) {
      const rows = await endpoints.listWebhookEndpoints(db, status, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderEndpoint) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Read an endpoint and how it fares',
    scope: 'webhooks:read',
    params: uuidParams,
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: ({ params }) => showEndpoint(db, params.id),
  });

const change = ({ db, webhooks }: Context) =>
  defineRoute({
    method: 'patch',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Change an endpoint',
    description: 'What waits for it goes to the new address. If-Match is honoured.',
    scope: 'webhooks:write',
    params: uuidParams,
    body: views.endpointChange,
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id } = call.params;
        const version = await lockEndpoint(tx, id);
        assertVersion(expectedVersion(call), version);
        const url = call.body.url === undefined ? undefined : checkAddress(call.body.url, webhooks);
        await endpoints.updateWebhookEndpoint(tx, id, { ...call.body, url });
        return showEndpoint(tx, id);
      }),
  });

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Remove an endpoint; nothing more is sent to it',
    scope: 'webhooks:write',
    params: uuidParams,
    responses: { 204: { description: 'Removed' } },
    async handle({ params: { id } }) {
      await db.transaction(async (tx) => {
        if (!(await endpoints.deleteWebhookEndpoint(tx, id))) throw notFound('webhook_endpoint', id);
        await settleStopped(tx, id, 'The endpoint was removed.');
      });
      return { status: 204 };
    },
  });
