/** What was answered to an Idempotency-Key, written in the transaction of the effect, so that both are there or neither. */
import { type Executor, statement } from './database.ts';

export interface IdempotencyRecord {
  request_hash: Buffer;
  status: number;
  body: unknown;
  location: string | null;
  waited_body: unknown;
}

export interface IdempotencyKey {
  apiKeyId: string;
  key: string;
}

// Waits (up to lock_timeout) for a transaction that is writing the same key, then finds it taken.
const claim = statement(
  'claim_idempotency',
  `insert into idempotency_records (api_key_id, key, request_hash) values ($1, $2, $3)
   on conflict (api_key_id, key) do nothing returning 1`,
);

/** True when the key is now this transaction's; false when it has been used before. */
export async function claimIdempotencyKey(
  tx: Executor,
  { apiKeyId, key }: IdempotencyKey,
  requestHash: Buffer,
): Promise<boolean> {
  return (await tx.rows(claim, [apiKeyId, key, requestHash])).length > 0;
}

const store = statement(
  'store_idempotency',
  'update idempotency_records set status = $3, body = $4, location = $5 where api_key_id = $1 and key = $2',
);

export async function storeAnswer(
  tx: Executor,
  { apiKeyId, key }: IdempotencyKey,
  answer: { status: number; body: unknown; location: string | undefined },
): Promise<void> {
  await tx.rows(store, [apiKeyId, key, answer.status, JSON.stringify(answer.body ?? null), answer.location ?? null]);
}

const find = statement(
  'find_idempotency',
  'select request_hash, status, body, location, waited_body from idempotency_records where api_key_id = $1 and key = $2',
);

export async function findAnswer(
  db: Executor,
  { apiKeyId, key }: IdempotencyKey,
): Promise<IdempotencyRecord | undefined> {
  const [row] = await db.rows<IdempotencyRecord>(find, [apiKeyId, key]);
  return row;
}

const settle = statement(
  'settle_waited_answer',
  `update idempotency_records set waited_body = coalesce(waited_body, $3) where api_key_id = $1 and key = $2 returning waited_body`,
);

/** Of all requests that waited on one key, the first decides the answer of all: returns what was kept. */
export async function settleWaitedAnswer(
  db: Executor,
  { apiKeyId, key }: IdempotencyKey,
  body: unknown,
): Promise<unknown> {
  const [row] = await db.rows<{ waited_body: unknown }>(settle, [apiKeyId, key, JSON.stringify(body)]);
  return row?.waited_body ?? body;
}
