/** Push subscriptions of recipients, and the key that browsers subscribe with. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { removePushSubscription, savePushSubscription } from '../db/push-subscriptions.ts';
import { lockRecipient, type RecipientRow } from '../db/recipients.ts';
import { maskAddress } from '../domain/messages/mask-links.ts';
import { keyProblem, urlProblem } from './contact-rules.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { hostOnly, newPushSubscription } from './recipient-schemas.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import type { WebhookSettings } from './webhook-address.ts';

interface Context {
  db: Database;
  /** Which addresses a push service may have. */
  addresses: WebhookSettings;
  vapidPublicKey: string | undefined;
}

export const pushTag = 'Push subscriptions';
export const pushSubscription = z.object({ id: z.uuid(), endpoint: hostOnly }).meta({ id: 'PushSubscription' });
export const endpointQuery = z.object({ endpoint: z.string().min(1).max(2_048) });

export const pushRoutes = (context: Context): Route[] => [key(context), add(context), remove(context)];

const key = ({ vapidPublicKey = null }: { vapidPublicKey?: string | null | undefined }) =>
  defineRoute({
    method: 'get',
    path: '/v1/push/key',
    tag: pushTag,
    summary: 'Read the key that browsers subscribe with',
    description: '`applicationServerKey` of `PushManager.subscribe()` (VAPID, RFC 8292); null where nothing is pushed.',
    scope: 'open',
    responses: {
      200: { description: 'The key', schema: z.object({ public_key: z.string().nullable() }).meta({ id: 'PushKey' }) },
    },
    handle: async () => ({ status: 200, body: { public_key: vapidPublicKey } }),
  });

const PATH = '/v1/recipients/{id}/push-subscriptions';

const add = ({ db, addresses }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag: pushTag,
    summary: 'Let a browser of a recipient be pushed to',
    description: 'What is pushed is for their preferences and the routes to say. The same browser is kept once.',
    scope: 'notifications:write',
    params: uuidParams,
    body: newPushSubscription,
    responses: {
      201: { description: 'Kept', schema: pushSubscription },
      200: { description: 'Kept before, with the keys of now', schema: pushSubscription },
    },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const row = await lockRecipient(tx, call.params.id);
        if (!row) throw notFound('recipient', call.params.id);
        return saveSubscription(tx, row, call.body, addresses);
      }),
  });

/** More browsers are nobody's. */
const MOST = 20;

/** Throws 422 for what is no subscription, 409 when there are too many. The recipient's row is locked by the caller. */
export async function saveSubscription(
  tx: Executor,
  { id, push_subscriptions }: Pick<RecipientRow, 'id' | 'push_subscriptions'>,
  { endpoint, keys }: z.output<typeof newPushSubscription>,
  addresses: WebhookSettings,
): Promise<Answer> {
  const errors = [
    ...urlProblem(endpoint, '/endpoint', addresses),
    ...keyProblem(keys.p256dh, 65, '/keys/p256dh'),
    ...keyProblem(keys.auth, 16, '/keys/auth'),
  ];
  if (errors.length > 0) throw invalid(errors, 422);
  const isKnown = push_subscriptions.some((known) => known.endpoint === endpoint);
  if (!isKnown && push_subscriptions.length >= MOST)
    throw conflict('too_many_subscriptions', `A recipient has at most ${MOST} browsers; remove one first.`);
  const saved = await savePushSubscription(tx, id, endpoint, keys);
  return { status: saved.created ? 201 : 200, body: { id: saved.id, endpoint: maskAddress(endpoint) } };
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: PATH,
    tag: pushTag,
    summary: 'Push to a browser no more',
    scope: 'notifications:write',
    params: uuidParams,
    query: endpointQuery,
    responses: { 204: { description: 'Removed' } },
    handle: ({ params, query }) =>
      db.transaction(async (tx) => {
        if (!(await lockRecipient(tx, params.id))) throw notFound('recipient', params.id);
        if (!(await removePushSubscription(tx, params.id, query.endpoint))) throw noSubscription();
        return { status: 204 };
      }),
  });

export const noSubscription = () => notFound('push_subscription', 'of this endpoint');
