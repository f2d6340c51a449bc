/** /v1/suppressions: addresses that are not written to, and why. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import {
  listSuppressions,
  removeSuppression,
  SUPPRESSION_REASONS,
  type SuppressionRow,
  suppress,
} from '../db/suppressions.ts';
import { CHANNELS } from '../domain/messages/channels.ts';
import { shownRecipient } from '../domain/messages/mask-links.ts';
import { isTransactional, TOPICS, type Topic } from '../domain/messages/topics.ts';
import { addressProblem } from './contact-rules.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { type FieldError, invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { listOf, page, text, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

const tag = 'Suppressions';
const PATH = '/v1/suppressions';
const channel = z.enum(CHANNELS);
const reason = z.enum(SUPPRESSION_REASONS).meta({
  description:
    'bounce, gone and manual cover every message to the address; complaint and unsubscribe what can be done without',
});

const suppression = z
  .object({
    id: z.uuid(),
    channel,
    address: z.string().meta({ description: 'Of a chat or a browser the host alone, since its address is a secret' }),
    topic: z.string().nullable().meta({ description: 'null: all topics' }),
    reason,
    detail: z.string().nullable(),
    notification_id: z.string().nullable().meta({ description: 'The message that led to it' }),
    created_at: z.string(),
  })
  .meta({ id: 'Suppression' });

const newSuppression = z
  .strictObject({
    channel,
    address: z.string().trim().min(1).max(2_048),
    topic: z
      .string()
      .max(40)
      .optional()
      .meta({ description: 'Only this topic; it must be one that can be done without' }),
    detail: text(500).optional(),
  })
  .meta({ id: 'NewSuppression' });

const query = z.object({
  ...page,
  channel: channel.optional(),
  address: z.string().max(2_048).optional(),
  reason: reason.optional(),
  topic: z.string().max(40).optional(),
});

export function suppressionRoutes(context: Context): Route[] {
  return [list(context), add(context), remove(context)];
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List suppressed addresses',
    scope: 'notifications:read',
    query,
    responses: { 200: { description: 'A page, newest first', schema: listOf('SuppressionList', suppression) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listSuppressions(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  });

const add = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Write no more to an address',
    description:
      'By hand, and then for every message, also about orders; with `topic` for that topic alone. Messages that wait are judged by it when they are sent.',
    scope: 'notifications:write',
    body: newSuppression,
    responses: {
      201: { description: 'Suppressed', schema: suppression },
      200: { description: 'Suppressed by hand before', schema: suppression },
    },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { channel: way, address, topic, detail } = call.body;
        refuse([...addressProblem(way, address), ...topicProblem(topic)]);
        const made = await suppress(tx, { channel: way, address, topic, detail, reason: 'manual' });
        if (made) return { status: 201, body: render(made), headers: { Location: `${PATH}/${made.id}` } };
        const filter = { channel: way, address, topic: topic ?? '', reason: 'manual' } as const;
        const [known] = await listSuppressions(tx, filter, { after: undefined, limit: 1 });
        return { status: 200, body: render(known!) };
      }),
  });

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(errors, 422);
}

function topicProblem(topic: string | undefined): FieldError[] {
  if (topic === undefined) return [];
  const pointer = '/topic';
  if (!(TOPICS as string[]).includes(topic))
    return [{ pointer, code: 'topic_unknown', message: `topic: is none of ${TOPICS.join(', ')}` }];
  const message = `topic: messages about ${topic} belong to what was bought; without a topic everything is suppressed`;
  return isTransactional(topic as Topic) ? [{ pointer, code: 'topic_transactional', message }] : [];
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Write to an address again',
    description:
      'Lifts one reason; others stay. The provider may keep a list of its own, as SendGrid does of bounces, which is cleared there.',
    scope: 'notifications:write',
    params: uuidParams,
    responses: { 204: { description: 'Lifted' } },
    async handle({ params }) {
      if (!(await removeSuppression(db, params.id))) throw notFound('suppression', params.id);
      return { status: 204 };
    },
  });

const render = ({ topic, address, ...row }: SuppressionRow) => ({
  ...row,
  address: shownRecipient(row.channel, address),
  topic: topic || null,
});
