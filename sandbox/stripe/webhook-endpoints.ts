import { randomText } from '../random-text.ts';
import { isVersion } from './authenticate.ts';
import type { Sandbox } from './context.ts';
import { badParam, noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import type { WebhookEndpoint } from './types.ts';
import type { HiddenEndpoint, Webhooks } from './webhooks.ts';

const webUrl: p.Rule<string> = (value, name) => {
  const url = p.url(value, name);
  if (!/^https?:/.test(url)) throw badParam('Invalid URL: webhooks are sent by http or https.', name, 'url_invalid');
  return url;
};
const apiVersion: p.Rule<string> = (value, name) => {
  if (typeof value === 'string' && isVersion(value)) return value;
  throw badParam(`Invalid Stripe API version: ${JSON.stringify(value)}`, name);
};
const common = { description: p.emptyOr(p.text()), metadata: p.metadata, ...p.expand };
const createFields = {
  required: { enabled_events: p.list(p.filled()), url: webUrl },
  optional: { ...common, api_version: apiVersion, connect: p.boolean },
};
const updateFields = { ...common, disabled: p.boolean, enabled_events: p.list(p.filled()), url: webUrl };

interface NewEndpoint {
  url: string;
  events: string[];
  secret: string;
  description?: string | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  apiVersion?: string | undefined;
  /** Whether it is told of connected accounts, instead of the platform. */
  connect?: boolean | undefined;
}

function insertEndpoint(sandbox: Sandbox, given: NewEndpoint): WebhookEndpoint {
  const endpoint: WebhookEndpoint = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: given.apiVersion ?? null,
    application: null,
    created: sandbox.now(),
    description: given.description ?? null,
    enabled_events: given.events,
    livemode: false,
    metadata: p.mergeMetadata({}, given.metadata),
    status: 'enabled',
    url: given.url,
  };
  sandbox.objects.insert(endpoint, { secret: given.secret, connect: given.connect ?? false });
  return endpoint;
}

/**
 * An endpoint with a secret that is given, for whoever starts the sandbox. One that exists at the URL, or with the secret,
 * is changed to it: a server that comes back on another port gets what it missed.
 */
export function ensureEndpoint(
  sandbox: Sandbox,
  webhooks: Webhooks,
  given: { url: string; secret: string; events: string[]; connect?: boolean },
): WebhookEndpoint {
  return sandbox.store.transaction(() => {
    sandbox.store.afterCommit(webhooks.reload);
    sandbox.store.afterCommit(webhooks.wake);
    const rows = sandbox.objects.page({ kind: 'webhook_endpoint', where: {}, order: 'ASC', limit: 100 });
    const isSame = ({ id, url }: WebhookEndpoint) => {
      const { secret, connect = false } = sandbox.objects.hidden<HiddenEndpoint>(id);
      return connect === (given.connect ?? false) && (url === given.url || secret === given.secret);
    };
    const found = rows.map((row): WebhookEndpoint => JSON.parse(row.body)).find(isSame);
    if (!found) return insertEndpoint(sandbox, given);
    const endpoint: WebhookEndpoint = { ...found, url: given.url, enabled_events: given.events, status: 'enabled' };
    sandbox.objects.update(endpoint, { secret: given.secret, connect: given.connect ?? false });
    return endpoint;
  });
}

function getEndpoint(sandbox: Sandbox, id: string): WebhookEndpoint {
  const endpoint = sandbox.objects.find<WebhookEndpoint>(id, 'webhook_endpoint');
  if (!endpoint) throw noSuch('webhook endpoint', id);
  return endpoint;
}

/** The endpoints' routes; each change takes effect for events after its commit. */
export function createEndpointRoutes(webhooks: Webhooks) {
  const changed = (sandbox: Sandbox) => sandbox.store.afterCommit(webhooks.reload);
  const update = ({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>) => {
    const endpoint = getEndpoint(sandbox, ids[0]!);
    if (params.url) endpoint.url = params.url;
    if (params.enabled_events) endpoint.enabled_events = params.enabled_events;
    if (params.description !== undefined) endpoint.description = params.description;
    if (params.disabled !== undefined) endpoint.status = params.disabled ? 'disabled' : 'enabled';
    endpoint.metadata = p.mergeMetadata(endpoint.metadata, params.metadata);
    sandbox.objects.update(endpoint);
    if (endpoint.status === 'disabled') webhooks.deliveries.cancel(endpoint.id);
    changed(sandbox);
    return endpoint;
  };
  return [
    route('POST', '/v1/webhook_endpoints', createFields.required, createFields.optional, ({ sandbox, params }) => {
      const secret = `whsec_${randomText(32)}`;
      const { url, enabled_events: events, api_version: apiVersion, description, metadata, connect } = params;
      const endpoint = insertEndpoint(sandbox, { url, events, secret, description, metadata, apiVersion, connect });
      changed(sandbox);
      // The secret is shown this once.
      return { ...endpoint, secret };
    }),
    route('GET', '/v1/webhook_endpoints', {}, p.listParams, ({ sandbox, params }) =>
      listObjects(sandbox.objects, 'webhook_endpoint', '/v1/webhook_endpoints', params),
    ),
    route('GET', '/v1/webhook_endpoints/:id', {}, p.expand, ({ sandbox, ids }) => getEndpoint(sandbox, ids[0]!)),
    route('POST', '/v1/webhook_endpoints/:id', {}, updateFields, update),
    route('DELETE', '/v1/webhook_endpoints/:id', {}, {}, ({ sandbox, ids }) => {
      const { id } = getEndpoint(sandbox, ids[0]!);
      sandbox.objects.remove(id);
      webhooks.deliveries.cancel(id);
      changed(sandbox);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
  ];
}
