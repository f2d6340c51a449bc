/** /v1/message-routes: which news goes to whom, on which channel, and how urgent it is. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { deleteMessageRoute, listMessageRoutes, type RouteKey, saveMessageRoute } from '../db/message-routes.ts';
import { AUDIENCES, type Audience, CHANNELS, type Channel, URGENCIES } from '../domain/messages/channels.ts';
import {
  audiencesOf,
  defaultRoute,
  isMessageEvent,
  isRouteNeeded,
  MESSAGE_EVENTS,
  routedEvent,
} from '../domain/messages/routes.ts';
import { nearestName } from '../domain/nearest-name.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';

interface Context {
  db: Database;
}

const tag = 'Message routes';
const PATH = '/v1/message-routes';
const ONE = `${PATH}/{event}/{audience}/{channel}`;

const name = (values: readonly string[]) =>
  z
    .string()
    .max(100)
    .meta({ enum: [...values] });
const params = z.object({ event: name(MESSAGE_EVENTS), audience: name(AUDIENCES), channel: name(CHANNELS) });
const urgency = z.enum(URGENCIES).meta({ description: 'now: waits for no quiet hours, digest or cap' });

const routeView = z
  .object({
    event: z.string().meta({ example: 'dispute.opened' }),
    audience: z.enum(AUDIENCES),
    channel: z.enum(CHANNELS),
    enabled: z.boolean(),
    urgency,
    template: z.string(),
    topic: z.string(),
    source: z.enum(['default', 'shop']).meta({ description: 'Whether the shop said so, or nobody did' }),
    required: z.boolean().meta({ description: 'Belongs to what was bought: it cannot be switched off' }),
  })
  .meta({ id: 'MessageRoute' });
const routeList = z.object({ data: z.array(routeView) }).meta({ id: 'MessageRouteList' });
const change = z.strictObject({ enabled: z.boolean(), urgency: urgency.optional() }).meta({ id: 'MessageRouteChange' });

export function messageRouteRoutes(context: Context): Route[] {
  return [list(context), save(context), reset(context)];
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List the routes of messages',
    description:
      'All that hold by themselves, and what the shop said. Beside them a recipient may ask for further channels of a topic.',
    scope: 'notifications:read',
    responses: { 200: { description: 'All routes', schema: routeList } },
    handle: async () => ({ status: 200, body: { data: await readRoutes(db) } }),
  });

async function readRoutes(db: Executor) {
  const own = new Map((await listMessageRoutes(db)).map((row) => [keyOf(row), row]));
  return MESSAGE_EVENTS.flatMap((event) =>
    audiencesOf(event).flatMap((audience) =>
      CHANNELS.flatMap((channel) => {
        const row = own.get(keyOf({ event, audience, channel }));
        const usual = defaultRoute(event, audience, channel);
        return row || usual ? [render({ event, audience, channel }, row)] : [];
      }),
    ),
  );
}

const keyOf = (key: { event: string; audience: string; channel: string }) =>
  `${key.event}/${key.audience}/${key.channel}`;

function render(key: RouteKey, row: { enabled: boolean; urgency: string } | undefined) {
  const { template, topic } = routedEvent(key.event);
  const usual = defaultRoute(key.event, key.audience, key.channel);
  const { enabled, urgency: how } = row ?? { enabled: usual !== undefined, urgency: usual ?? 'normal' };
  const required = isRouteNeeded(key.event, key.audience, key.channel);
  return { ...key, enabled, urgency: how, template, topic, source: row ? 'shop' : 'default', required };
}

const save = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: ONE,
    tag,
    summary: 'Route an event to an audience on a channel, or not',
    description:
      'Counts from the next message on. What customers hear goes to customers; what the shop hears may go to any of its audiences.',
    scope: 'notifications:write',
    params,
    body: change,
    responses: { 200: { description: 'The route', schema: routeView } },
    async handle({ params: named, body }) {
      const key = readKey(named);
      if (!body.enabled && isRouteNeeded(key.event, key.audience, key.channel)) throw needed(key);
      const usual = defaultRoute(key.event, key.audience, key.channel) ?? 'normal';
      const wanted = { enabled: body.enabled, urgency: body.urgency ?? usual };
      await saveMessageRoute(db, key, wanted);
      return { status: 200, body: render(key, wanted) };
    },
  });

/** Throws 404 for what there is not, 422 for an audience that an event is not written for. */
function readKey({ event, audience, channel }: z.output<typeof params>): RouteKey {
  if (!isMessageEvent(event)) {
    const nearest = nearestName(event, MESSAGE_EVENTS);
    const detail = `There is no event ${event}; did you mean ${nearest}?`;
    throw new Problem({ status: 404, code: 'message_event_not_found', detail });
  }
  if (!(CHANNELS as readonly string[]).includes(channel)) throw notFound('channel', channel);
  if (!(AUDIENCES as readonly string[]).includes(audience)) throw notFound('audience', audience);
  const allowed = audiencesOf(event);
  if (!allowed.includes(audience as Audience)) {
    const message = `audience: ${event} is written for ${allowed.join(', ')}`;
    throw invalid([{ pointer: 'audience', code: 'audience_not_routable', message }], 422);
  }
  return { event, audience: audience as Audience, channel: channel as Channel };
}

const needed = ({ event }: RouteKey) =>
  invalid(
    [
      {
        pointer: '/enabled',
        code: 'route_required',
        message: `enabled: ${event} belongs to what the customer bought and is always told by e-mail`,
      },
    ],
    422,
  );

const reset = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ONE,
    tag,
    summary: 'Route as if nothing had been said',
    scope: 'notifications:write',
    params,
    responses: { 204: { description: 'Back to the default' } },
    async handle({ params: named }) {
      const key = readKey(named);
      if (!(await deleteMessageRoute(db, key))) throw notFound('message_route', keyOf(key));
      return { status: 204 };
    },
  });
