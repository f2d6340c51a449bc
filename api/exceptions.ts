/** /v1/exceptions: what no machine should decide, for a person to read and to settle. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { type ExceptionRow, findException, listExceptions, resolveExceptionById } from '../db/exception-list.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, page, text, toPage, uuidParams } from './schemas.ts';

interface Context {
  db: Database;
}

const exception = z
  .object({
    id: z.uuid(),
    order_id: z.uuid().nullable(),
    code: z
      .string()
      .meta({ description: 'What happened; docs/operations.md says what to do', example: 'refund_failed' }),
    subject: z.string().meta({ description: 'What it is about: an order, a refund, an object at Stripe' }),
    detail: z.record(z.string(), z.unknown()),
    opened_at: z.string(),
    resolved_at: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'Exception' });

const exceptionQuery = z.object({
  ...page,
  open: z.stringbool().default(true).meta({ type: 'boolean', description: 'false: those that are settled' }),
  code: text(100).optional(),
  order_id: z.uuid().optional(),
});

const settlement = z.strictObject({ resolution: text(500) }).meta({
  id: 'ExceptionResolution',
  example: { resolution: 'Refunded by bank transfer.' },
});

const tag = 'Exceptions';

export function exceptionRoutes(context: Context): Route[] {
  return [listRoute(context), readRoute(context), resolveRoute(context)];
}

function listRoute({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/exceptions',
    tag,
    summary: 'List what a person must settle, oldest first',
    scope: 'ops:read',
    query: exceptionQuery,
    responses: { 200: { description: 'A page of exceptions', schema: listOf('ExceptionList', exception) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listExceptions(db, filter, { after: readCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  });
}

function readCursor(cursor: string | undefined): string | undefined {
  const after = decodeCursor(cursor);
  if (after === undefined || uuidParams.safeParse({ id: after }).success) return after;
  throw invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);
}

function readRoute({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/exceptions/{id}',
    tag,
    summary: 'Read an exception',
    scope: 'ops:read',
    params: uuidParams,
    responses: { 200: { description: 'The exception', schema: exception } },
    async handle({ params: { id } }) {
      const row = await findException(db, id);
      if (!row) throw notFound('exception', id);
      return { status: 200, body: render(row) };
    },
  });
}

function resolveRoute({ db }: Context): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/exceptions/{id}/resolve',
    tag,
    summary: 'Close an exception, saying how it was settled',
    description: 'Changes nothing but the list. What happens again is listed again.',
    scope: 'ops:write',
    params: uuidParams,
    body: settlement,
    responses: { 200: { description: 'The exception', schema: exception } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const done = await resolveExceptionById(tx, id, call.body.resolution);
        const row = await findException(tx, id);
        if (!row) throw notFound('exception', id);
        if (!done) throw conflict('exception_resolved', 'The exception was resolved before.');
        return { status: 200, body: render(row) };
      }),
  });
}

const render = (row: ExceptionRow) => ({
  ...row,
  detail: row.detail as Record<string, unknown>,
  opened_at: row.opened_at.toISOString(),
  resolved_at: row.resolved_at?.toISOString() ?? null,
});
