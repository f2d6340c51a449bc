/** What the routes of webhook endpoints share: one that is there, shown, and its secret, shown once. */
import type { Database, Executor } from '../db/database.ts';
import * as endpoints from '../db/webhook-endpoints.ts';
import { newWebhookSecret } from '../providers/webhook-client.ts';
import { etagOf } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { notFound, Problem } from './problem.ts';
import type { Answer, Call } from './route.ts';
import { decodeCursor, uuidParams } from './schemas.ts';
import * as views from './webhook-views.ts';

export async function showEndpoint(db: Executor, id: string): Promise<Answer> {
  const row = await endpoints.findWebhookEndpoint(db, id);
  if (!row) throw notFound('webhook_endpoint', id);
  return { status: 200, body: views.renderEndpoint(row), headers: { ETag: etagOf(row.version) } };
}

/** Its version, locked until the end of the transaction. Throws 404. */
export async function lockEndpoint(tx: Executor, id: string): Promise<number> {
  const version = await endpoints.lockWebhookEndpoint(tx, id);
  if (version === undefined) throw notFound('webhook_endpoint', id);
  return version;
}

/** What a list that goes by ids begins after. Throws 400. */
export function idCursor(cursor: string | undefined): string | undefined {
  const id = decodeCursor(cursor);
  if (id === undefined || uuidParams.safeParse({ id }).success) return id;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}

/** The answer kept for the Idempotency-Key lacks the secret. */
export async function showSecretOnce(
  db: Database,
  call: Pick<Call, 'headers' | 'key' | 'req'>,
  status: number,
  make: (tx: Executor, secret: string) => Promise<endpoints.WebhookEndpointRow>,
): Promise<Answer> {
  const secret = newWebhookSecret();
  const answer = await once(db, idempotentRequest(call), async (tx) => {
    const row = await make(tx, secret);
    return { status, body: views.renderEndpoint(row), headers: { Location: `/v1/webhook-endpoints/${row.id}` } };
  });
  if (answer.headers?.['Idempotent-Replayed']) return answer;
  return {
    ...answer,
    body: { ...(answer.body as object), secret },
    headers: { ...answer.headers, 'Cache-Control': 'no-store' },
  };
}
