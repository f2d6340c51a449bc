/** Who calls: the key of the Authorization header (Bearer, or Basic with the key as user name), checked against its hash. */
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { type ApiKey, findApiKey, hashKey } from '../../db/api-keys.ts';
import type { Executor } from '../../db/database.ts';
import { Problem } from '../problem.ts';
import type { Route } from '../route.ts';

/** A revoked key works on for at most this long in a process that has seen it. */
const REMEMBER_MS = 5_000;

export function createAuthenticator(db: Executor): (req: Request, route: Route) => Promise<ApiKey> {
  const known = new LRUCache<string, { key: ApiKey | undefined }>({ max: 10_000, ttl: REMEMBER_MS });

  async function lookUp(presented: string): Promise<ApiKey | undefined> {
    const hash = hashKey(presented);
    const id = hash.toString('base64');
    const remembered = known.get(id);
    if (remembered) return remembered.key;
    const key = await findApiKey(db, hash);
    known.set(id, { key });
    return key;
  }

  return async (req, route) => {
    const presented = presentedKey(req, route);
    if (!presented) throw unauthorized('Send an API key: Authorization: Bearer sk_…');
    const key = /^[sp]k_(test|live)_/.test(presented) ? await lookUp(presented) : undefined;
    if (!key) throw unauthorized('The API key is unknown, revoked or expired.');
    if (key.kind === 'publishable' && !route.publishable)
      throw forbidden('A publishable key may not do this; use a secret key.');
    if (key.kind === 'secret' && !key.scopes.includes(route.scope) && !key.scopes.includes('*')) {
      throw forbidden(`The key lacks the scope ${route.scope}.`);
    }
    if (key.vendor_id !== null && !route.vendor) throw forbidden("A vendor's key may not do this.");
    return key;
  };
}

function presentedKey(req: Request, route: Route): string | undefined {
  const [scheme, value] = (req.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() === 'basic')
    return Buffer.from(value ?? '', 'base64')
      .toString()
      .split(':')[0];
  // EventSource cannot send headers; a publishable key is no secret, so it may stand in the URL.
  const inQuery = req.query.key;
  return route.publishable && typeof inQuery === 'string' && inQuery.startsWith('pk_') ? inQuery : undefined;
}

const unauthorized = (detail: string) =>
  new Problem({
    status: 401,
    code: 'unauthorized',
    detail,
    headers: { 'WWW-Authenticate': 'Bearer realm="stockroom"' },
  });
const forbidden = (detail: string) => new Problem({ status: 403, code: 'forbidden', detail });
