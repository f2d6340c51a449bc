/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key and request get the same answer; another
 * request under the key is refused; the answer is stored in the transaction of its effect.
 */
import { createHash } from 'node:crypto';
import type { Database, Executor } from '../../db/database.ts';
import {
  claimIdempotencyKey,
  findAnswer,
  type IdempotencyKey,
  type IdempotencyRecord,
  storeAnswer,
} from '../../db/idempotency.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';

export interface IdempotentRequest extends IdempotencyKey {
  requestHash: Buffer;
}

/**
 * The request's key, or undefined when it has none. Throws 400 for one that is empty or longer than 255 characters.
 * @param content what the request says, where its body is not JSON
 */
export function idempotentRequest(
  call: Pick<Call, 'headers' | 'key' | 'req'>,
  content: unknown = call.req.body,
): IdempotentRequest | undefined {
  const header = call.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header).trim();
  if (key.length === 0 || key.length > 255) {
    throw new Problem({
      status: 400,
      code: 'idempotency_key_malformed',
      detail: 'Idempotency-Key takes 1 to 255 characters.',
    });
  }
  const request = `${call.req.method} ${call.req.path} ${canonical(content)}`;
  return { apiKeyId: call.key.id, key, requestHash: createHash('sha256').update(request).digest() };
}

/** JSON with its members in one order: a client may serialise the same request differently. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** Runs an effect once per key. Without a key it just runs, in a transaction all the same. */
export async function once(
  db: Database,
  request: IdempotentRequest | undefined,
  effect: (tx: Executor) => Promise<Answer>,
): Promise<Answer> {
  if (!request) return db.transaction(effect);
  const fresh = await db.transaction(async (tx) => {
    if (!(await claimIdempotencyKey(tx, request, request.requestHash))) return undefined;
    const answer = await effect(tx);
    await storeAnswer(tx, request, { status: answer.status, body: answer.body, location: answer.headers?.Location });
    return answer;
  });
  return fresh ?? replay(await findReplay(db, request));
}

/** What the key was answered before, for a route that looks at something outside the transaction first. Throws as below. */
export async function findAnswerTo(db: Executor, request: IdempotentRequest | undefined): Promise<Answer | undefined> {
  if (!request || !(await findAnswer(db, request))) return undefined;
  return replay(await findReplay(db, request));
}

/** The record of a key that was used before. Throws 422 when it was for another request, 409 when it is not there yet. */
export async function findReplay(db: Executor, request: IdempotentRequest): Promise<IdempotencyRecord> {
  const record = await findAnswer(db, request);
  if (!record?.status) {
    throw new Problem({
      status: 409,
      code: 'idempotency_key_in_use',
      detail: 'A request with this key is being worked on.',
      retryAfterSeconds: 1,
    });
  }
  if (!record.request_hash.equals(request.requestHash)) {
    throw new Problem({
      status: 422,
      code: 'idempotency_key_reused',
      detail: 'This Idempotency-Key was used for another request.',
    });
  }
  return record;
}

export function replay(record: IdempotencyRecord): Answer {
  return {
    status: record.status,
    body: record.body,
    headers: { 'Idempotent-Replayed': 'true', ...(record.location ? { Location: record.location } : {}) },
  };
}
