/** API keys are stored as hashes; the key itself is shown once, when it is made. */
import { createHash, randomBytes } from 'node:crypto';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface ApiKey {
  id: string;
  name: string;
  kind: 'publishable' | 'secret';
  mode: 'test' | 'live';
  scopes: string[];
  /** Whose it is: a vendor's key reaches what is that vendor's and nothing else; null: the shop's. */
  vendor_id: string | null;
}

export interface ApiKeyRow extends ApiKey {
  key_hint: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

export interface NewApiKey {
  name: string;
  kind: ApiKey['kind'];
  mode: ApiKey['mode'];
  scopes: readonly string[];
  vendorId?: string | null;
}

/** 192 random bits need no slow hash: nobody guesses one. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

const insert = statement(
  'insert_api_key',
  `insert into api_keys (id, name, kind, mode, scopes, key_hash, key_hint, vendor_id) values ($1, $2, $3, $4, $5, $6, $7, $8)
   returning id, name, kind, mode, scopes, vendor_id, key_hint, created_at, expires_at, revoked_at`,
);

/** Makes a key, `pk_test_…` or `sk_live_…`; `key` is in the answer and nowhere else. */
export async function insertApiKey(db: Executor, wanted: NewApiKey): Promise<ApiKeyRow & { key: string }> {
  const prefix = `${wanted.kind === 'secret' ? 'sk' : 'pk'}_${wanted.mode}_`;
  const key = prefix + randomBytes(24).toString('base64url');
  const hint = `${prefix}…${key.slice(-4)}`;
  const [row] = await db.rows<ApiKeyRow>(insert, [
    uuidv7(),
    wanted.name,
    wanted.kind,
    wanted.mode,
    wanted.scopes,
    hashKey(key),
    hint,
    wanted.vendorId ?? null,
  ]);
  return { ...row!, key };
}

const find = statement(
  'find_api_key',
  `select id, name, kind, mode, scopes, vendor_id from api_keys
   where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
);

/** The live key of this hash, if any. */
export async function findApiKey(db: Executor, hash: Buffer): Promise<ApiKey | undefined> {
  const [row] = await db.rows<ApiKey>(find, [hash]);
  return row;
}

const list = statement(
  'list_api_keys',
  `select id, name, kind, mode, scopes, vendor_id, key_hint, created_at, expires_at, revoked_at from api_keys
   where $1::uuid is null or vendor_id = $1 order by id`,
);

/** All of them, or those of a vendor. */
export function listApiKeys(db: Executor, vendorId?: string): Promise<ApiKeyRow[]> {
  return db.rows<ApiKeyRow>(list, [vendorId ?? null]);
}

const revoke = statement(
  'revoke_api_key',
  `update api_keys set revoked_at = now() where id = $1 and revoked_at is null and ($2::uuid is null or vendor_id = $2)
   returning id`,
);

/** Ends a key at once (within the seconds that processes remember it). False when it is unknown, was revoked, or is not this vendor's. */
export async function revokeApiKey(db: Executor, id: string, vendorId?: string): Promise<boolean> {
  return (await db.rows(revoke, [id, vendorId ?? null])).length > 0;
}

const revokeAll = statement(
  'revoke_vendor_api_keys',
  'update api_keys set revoked_at = now() where vendor_id = $1 and revoked_at is null',
);

/** Ends all keys of a vendor. */
export async function revokeVendorKeys(tx: Executor, vendorId: string): Promise<void> {
  await tx.rows(revokeAll, [vendorId]);
}

const expire = statement(
  'expire_api_key',
  `update api_keys set expires_at = least(coalesce(expires_at, 'infinity'), now() + make_interval(secs => $2)), replaced_by = $3
   where id = $1 and revoked_at is null returning id`,
);

/** Gives an old key its end: it works beside its successor for the overlap. */
export async function replaceApiKey(
  db: Executor,
  id: string,
  overlapSeconds: number,
  successorId: string,
): Promise<boolean> {
  return (await db.rows(expire, [id, overlapSeconds, successorId])).length > 0;
}

const lock = statement(
  'lock_api_key',
  `select id, name, kind, mode, scopes, vendor_id, expires_at is not null and expires_at <= now() as expired,
     revoked_at is not null as revoked, replaced_by
   from api_keys where id = $1 for no key update`,
);

export interface LockedApiKey extends ApiKey {
  expired: boolean;
  revoked: boolean;
  replaced_by: string | null;
}

/** Locks a key, so that it is rotated once. */
export async function lockApiKey(tx: Executor, id: string): Promise<LockedApiKey | undefined> {
  const [row] = await tx.rows<LockedApiKey>(lock, [id]);
  return row;
}
