/** /v1/notifications: what was sent to whom, and what became of it. */
import { createHash } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { findOrderId } from '../db/find-order-id.ts';
import { listNotifications, readNotification } from '../db/notification-timeline.ts';
import { isNotModified } from './etag.ts';
import * as views from './notification-views.ts';
import { invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, encodeCursor, uuidParams } from './schemas.ts';

interface Context {
  db: Database;
}

export function notificationRoutes(context: Context): Route[] {
  return [list(context), read(context)];
}

const tag = 'Notifications';

/** Of no order: what is unknown was told of nothing. */
const NO_ORDER = '00000000-0000-0000-0000-000000000000';

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/notifications',
    tag,
    summary: 'List messages, newest first',
    description:
      'A page looks at 10,000 messages at most, so with filters that are rarely met it may be short or empty and still have `has_more`.',
    scope: 'notifications:read',
    query: views.notificationQuery,
    responses: { 200: { description: 'A page of messages', schema: views.notificationList } },
    async handle({ query: { limit, cursor, order, ...filter } }) {
      const before = readCursor(cursor);
      if (order !== undefined) filter.order_id = (await findOrderId(db, order)) ?? NO_ORDER;
      const { rows, next } = await listNotifications(db, filter, { before, limit });
      const data = rows.map(views.renderNotification);
      return {
        status: 200,
        body: { data, has_more: next !== undefined, next_cursor: next === undefined ? null : encodeCursor(next) },
      };
    },
  });

function readCursor(cursor: string | undefined): string | undefined {
  const before = decodeCursor(cursor);
  if (before === undefined || uuidParams.safeParse({ id: before }).success) return before;
  throw invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/notifications/{id}',
    tag,
    summary: 'Read a message with its attempts, the provider’s events and the text that was sent',
    scope: 'notifications:read',
    params: uuidParams,
    responses: {
      200: { description: 'The message', schema: views.notificationTimeline },
      304: { description: 'It stands as `If-None-Match` says' },
    },
    async handle(call) {
      const message = await readNotification(db, call.params.id);
      if (!message) throw notFound('notification', call.params.id);
      const body = views.renderTimeline(message);
      const headers = {
        ETag: `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`,
      };
      return isNotModified(call, headers.ETag) ? { status: 304, headers } : { status: 200, body, headers };
    },
  });
