/** /v1/webhook-endpoints: who is told of events. Secrets are shown once, when they are made. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { resolveException } from '../db/exceptions.ts';
import * as endpoints from '../db/webhook-endpoints.ts';
import { isIpAddress, isPublicAddress } from '../domain/public-address.ts';
import { parsePublicUrl, portOf } from '../domain/public-url.ts';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { newWebhookSecret } from '../providers/webhook-client.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, toPage, uuidParams } from './schemas.ts';
import * as views from './webhook-views.ts';

export interface WebhookSettings {
  /** `host:port`: these need be neither public nor https. */
  allowedPrivateHosts: readonly string[];
  requireHttps: boolean;
}

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
    rotate(context),
    pause(context),
    resume(context),
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
      const { event_types: eventTypes, description = '' } = call.body;
      const url = checkUrl(call.body.url, webhooks);
      return showOnce(db, call, 201, (tx, secret) =>
        endpoints.insertWebhookEndpoint(tx, { url, description, eventTypes, secret }),
      );
    },
  });

/** What its name resolves to is judged when something is sent. */
function checkUrl(address: string, { allowedPrivateHosts, requireHttps }: WebhookSettings): string {
  const url = parsePublicUrl(address);
  const refuse = (code: string, message: string) =>
    invalid([{ pointer: '/url', code, message: `url: ${message}` }], 422);
  if (url === 'port_refused') throw refuse(url, 'its port belongs to another kind of service');
  if (!(url instanceof URL)) throw refuse('url_invalid', 'is not a plain http or https URL without a user name');
  const allowed = allowedPrivateHosts.includes(`${url.hostname}:${portOf(url)}`);
  if (!allowed && isIpAddress(url.hostname) && !isPublicAddress(url.hostname))
    throw refuse('address_not_public', 'does not lead to the public Internet');
  if (!allowed && requireHttps && url.protocol !== 'https:') throw refuse('https_required', 'must begin with https://');
  return url.href;
}

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
      const rows = await endpoints.listWebhookEndpoints(db, status, { after: readCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderEndpoint) };
    },
  });

export function readCursor(cursor: string | undefined): string | undefined {
  const id = decodeCursor(cursor);
  if (id === undefined || uuidParams.safeParse({ id }).success) return id;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Read an endpoint and how it fares',
    scope: 'webhooks:read',
    params: uuidParams,
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: ({ params }) => show(db, params.id),
  });

async function show(db: Executor, id: string): Promise<Answer> {
  const row = await endpoints.findWebhookEndpoint(db, id);
  if (!row) throw notFound('webhook_endpoint', id);
  return { status: 200, body: views.renderEndpoint(row), headers: { ETag: etagOf(row.version) } };
}

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
        const version = await lock(tx, id);
        assertVersion(expectedVersion(call), version);
        const url = call.body.url === undefined ? undefined : checkUrl(call.body.url, webhooks);
        await endpoints.updateWebhookEndpoint(tx, id, { ...call.body, url });
        return show(tx, id);
      }),
  });

async function lock(tx: Executor, id: string): Promise<number> {
  const version = await endpoints.lockWebhookEndpoint(tx, id);
  if (version === undefined) throw notFound('webhook_endpoint', id);
  return version;
}

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
      if (!(await db.transaction((tx) => endpoints.deleteWebhookEndpoint(tx, id))))
        throw notFound('webhook_endpoint', id);
      await settle(db, id, 'The endpoint was removed.');
      return { status: 204 };
    },
  });

const STOPPED = ['webhook_endpoint_paused', 'webhook_endpoint_gone'];

async function settle(tx: Executor, id: string, resolution: string): Promise<void> {
  for (const code of STOPPED) await resolveException(tx, code, id, resolution);
}

const rotate = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/rotate-secret`,
    tag,
    summary: 'Replace the secret; both sign during the overlap',
    scope: 'webhooks:write',
    params: uuidParams,
    body: views.rotation,
    responses: { 200: { description: 'The endpoint and its new secret', schema: views.endpointWithSecret } },
    handle: (call) =>
      showOnce(db, call, 200, async (tx, secret) => {
        const { id } = call.params;
        await lock(tx, id);
        await endpoints.rotateWebhookSecret(tx, id, secret, call.body.overlap_seconds);
        return (await endpoints.findWebhookEndpoint(tx, id))!;
      }),
  });

const pause = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/pause`,
    tag,
    summary: 'Pause an endpoint; what happens is kept for it',
    scope: 'webhooks:write',
    params: uuidParams,
    body: z.strictObject({}).default({}),
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        await lock(tx, id);
        if (!(await endpoints.pauseWebhookEndpoint(tx, id, 'by hand')))
          throw conflict('endpoint_not_active', `The endpoint ${id} is not active.`);
        return show(tx, id);
      }),
  });

const resume = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/resume`,
    tag,
    summary: 'Resume an endpoint; what was kept is sent',
    description: 'One that was disabled is told of what happens from now on; what it missed can be replayed.',
    scope: 'webhooks:write',
    params: uuidParams,
    body: z.strictObject({}).default({}),
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        if (!(await endpoints.resumeWebhookEndpoint(tx, id))) {
          await lock(tx, id);
          throw conflict('endpoint_active', `The endpoint ${id} is active.`);
        }
        await settle(tx, id, 'The endpoint was resumed.');
        return show(tx, id);
      }),
  });

/** The answer kept for the Idempotency-Key lacks the secret. */
async function showOnce(
  db: Database,
  call: Pick<Call, 'headers' | 'key' | 'req'>,
  status: number,
  make: (tx: Executor, secret: string) => Promise<endpoints.WebhookEndpointRow>,
): Promise<Answer> {
  const secret = newWebhookSecret();
  const answer = await once(db, idempotentRequest(call), async (tx) => {
    const row = await make(tx, secret);
    return { status, body: views.renderEndpoint(row), headers: { Location: `${PATH}/${row.id}` } };
  });
  if (answer.headers?.['Idempotent-Replayed']) return answer;
  return {
    ...answer,
    body: { ...(answer.body as object), secret },
    headers: { ...answer.headers, 'Cache-Control': 'no-store' },
  };
}
