/** /v1/api-keys: a key is shown once, when it is made; a key hands on no right that it has not itself. */
import { z } from 'zod';
import { type ApiKey, type ApiKeyRow, insertApiKey, listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import type { Database, Executor } from '../db/database.ts';
import { rotateApiKey } from '../db/rotate-api-key.ts';
import { isKeyScope, KEY_SCOPES, scopesBeyond } from '../domain/key-scopes.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound, Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { text, uuidParams } from './schemas.ts';

interface Context {
  db: Database;
}

export function apiKeyRoutes(context: Context): Route[] {
  return [create(context), list(context), rotate(context), revoke(context)];
}

const PATH = '/v1/api-keys';
const TAG = 'API keys';
const MONTH_SECONDS = 30 * 24 * 3600;

const scope = z.string().refine(isKeyScope, `is none of ${KEY_SCOPES.join(', ')}, *`);
const input = z
  .strictObject({
    name: text(100),
    kind: z.enum(['publishable', 'secret']),
    mode: z.enum(['test', 'live']).default('test'),
    scopes: z.array(scope).max(20).default([]),
  })
  .refine(({ kind, scopes }) => (kind === 'secret') === scopes.length > 0, {
    path: ['scopes'],
    message: 'a secret key needs at least one scope, a publishable key takes none',
  })
  .transform((value) => ({ ...value, scopes: [...new Set(value.scopes)] }))
  .meta({ id: 'ApiKeyInput' });

const members = {
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(['publishable', 'secret']),
  mode: z.enum(['test', 'live']),
  scopes: z.array(z.string()),
  vendor_id: z
    .uuid()
    .nullable()
    .meta({ description: "Null: the shop's; a vendor's key reaches what is that vendor's" }),
  key_hint: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
};
export const apiKeyView = z.object(members).meta({ id: 'ApiKey' });
export const newApiKeyView = z
  .object({
    ...members,
    key: z.string().optional().meta({ description: 'The key itself: only in the first answer, never again' }),
  })
  .meta({ id: 'NewApiKey' });

export const keyRotation = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(MONTH_SECONDS)
      .default(24 * 3600),
  })
  .meta({ id: 'ApiKeyRotation' });

const create = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag: TAG,
    summary: 'Make an API key',
    scope: 'keys:write',
    body: input,
    responses: { 201: { description: 'The key, shown this once', schema: newApiKeyView } },
    handle(call) {
      assertMayGrant(call.key, call.body);
      return showKeyOnce(db, call, (tx) => insertApiKey(tx, call.body));
    },
  });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: 'List API keys',
    scope: 'keys:write',
    responses: {
      200: { description: 'All keys, without the keys themselves', schema: z.object({ data: z.array(apiKeyView) }) },
    },
    handle: async () => ({ status: 200, body: { data: await listApiKeys(db) } }),
  });

const rotate = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{id}/rotate`,
    tag: TAG,
    summary: 'Replace an API key; both work during the overlap',
    scope: 'keys:write',
    params: uuidParams,
    body: keyRotation,
    responses: { 201: { description: 'The successor, shown this once', schema: newApiKeyView } },
    handle: (call) => showKeyOnce(db, call, (tx) => rotateOrRefuse(tx, call)),
  });

/** Throws 404 for a key that is not there (or not this vendor's), 409 for one that has ended. */
export async function rotateOrRefuse(
  tx: Executor,
  { params: { id }, body, key: holder }: RotationCall,
  vendorId?: string,
): Promise<ApiKeyRow & { key: string }> {
  const rotation = await rotateApiKey(tx, id, body.overlap_seconds, (key) => assertMayGrant(holder, key), vendorId);
  if (rotation.outcome === 'rotated') return rotation.successor;
  if (rotation.outcome === 'unknown') throw notFound('api_key', id);
  const how = rotation.outcome === 'ended' ? 'ended' : 'been rotated before';
  throw conflict('api_key_ended', `The key ${id} has ${how}.`);
}

interface RotationCall extends Pick<Call, 'key'> {
  params: { id: string };
  body: { overlap_seconds: number };
}

const revoke = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: `${PATH}/{id}`,
    tag: TAG,
    summary: 'End an API key at once',
    scope: 'keys:write',
    params: uuidParams,
    responses: { 204: { description: 'Revoked' } },
    async handle({ params }) {
      if (!(await revokeApiKey(db, params.id))) throw notFound('api_key', params.id);
      return { status: 204 };
    },
  });

/** The answer kept for the Idempotency-Key lacks the key: what is stored as a hash must not lie beside it in the clear. */
export async function showKeyOnce(
  db: Database,
  call: Pick<Call, 'headers' | 'key' | 'req'>,
  make: (tx: Executor) => Promise<ApiKeyRow & { key: string }>,
  path = PATH,
): Promise<Answer> {
  let secret: string | undefined;
  const answer = await once(db, idempotentRequest(call), async (tx) => {
    const { key, ...row } = await make(tx);
    secret = key;
    return { status: 201, body: row, headers: { Location: `${path}/${row.id}` } };
  });
  if (answer.headers?.['Idempotent-Replayed']) return answer;
  return {
    ...answer,
    body: { ...(answer.body as ApiKeyRow), key: secret },
    headers: { ...answer.headers, 'Cache-Control': 'no-store' },
  };
}

/** Throws 403 for what the holder has not itself. */
export function assertMayGrant(holder: ApiKey, wanted: { scopes: readonly string[]; mode: ApiKey['mode'] }): void {
  const beyond = scopesBeyond(holder.scopes, wanted.scopes);
  const detail =
    beyond.length > 0
      ? `Your key lacks ${beyond.join(', ')}, so it cannot grant that.`
      : holder.mode === 'test' && wanted.mode === 'live'
        ? 'A test key cannot make live keys.'
        : undefined;
  if (detail) throw new Problem({ status: 403, code: 'grant_refused', detail, extra: { lacking: beyond } });
}
