/** /v1/match-suggestions: the review list of pages that may show our variants, and of pages that say something else than they should. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import {
  acceptSuggestion,
  type Decision,
  type LockedSuggestion,
  lockSuggestion,
  rejectSuggestion,
} from '../db/match-decisions.ts';
import { findSuggestion, listSuggestions, type SuggestionView } from '../db/match-list.ts';
import { GUARDS } from '../domain/matching/match.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { listOf, page, text, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export const matchRoutes = (context: Context): Route[] => [
  list(context),
  read(context),
  decide(context, 'accept', accept),
  decide(context, 'reject', reject),
];

const tag = 'Prices';
const PATH = '/v1/match-suggestions';
const ONE = `${PATH}/{id}`;
const KINDS = ['suggested', 'contradicted'] as const;
const STATUSES = ['open', 'accepted', 'rejected'] as const;

const reason = z.object({
  for: z.enum(['match', 'against']),
  kind: z.string().meta({ description: 'What was compared' }),
  text: z.string(),
});

const suggestion = z
  .object({
    id: z.string(),
    kind: z.enum(KINDS).meta({
      description: 'suggested: the page may show this variant; contradicted: it is tied to it, and says something else',
    }),
    status: z.enum(STATUSES),
    score: z.number().meta({ description: '0 to 1' }),
    reasons: z.array(reason),
    contradictions: z.array(z.enum(GUARDS)),
    listing: z.object({ id: z.string(), url: z.string().nullable() }),
    competitor: z.object({ id: z.string(), name: z.string() }),
    variant: z.object({ id: z.string(), sku: z.string(), name: z.string(), product_name: z.string() }),
    decided_by: z.string().nullable(),
    decided_at: z.iso.datetime().nullable(),
    note: z.string().nullable(),
    ...{ version: z.int(), created_at: z.iso.datetime(), updated_at: z.iso.datetime() },
  })
  .meta({ id: 'MatchSuggestion' });

function render(row: SuggestionView) {
  const { listing_id, url, competitor_id, competitor_name, variant_id, sku, variant_name, product_name, ...rest } = row;
  return {
    ...rest,
    listing: { id: listing_id, url },
    competitor: { id: competitor_id, name: competitor_name },
    variant: { id: variant_id, sku, name: variant_name, product_name },
  };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List pairs of page and variant for review',
    scope: 'prices:read',
    query: z.object({
      status: z.enum(STATUSES).default('open'),
      kind: z.enum(KINDS).optional(),
      listing_id: z.uuid().optional(),
      competitor_id: z.uuid().optional(),
      variant_id: z.uuid().optional(),
      min_score: z.coerce.number().min(0).max(1).optional(),
      ...page,
    }),
    responses: { 200: { description: 'A page, oldest first', schema: listOf('MatchSuggestionList', suggestion) } },
    async handle({ query: { limit, cursor, status, kind, ...by } }) {
      const of = { listing: by.listing_id, competitor: by.competitor_id, variant: by.variant_id };
      const filter = { status, kind, ...of, minScore: by.min_score };
      const rows = await listSuggestions(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  });

async function show(db: Executor, id: string): Promise<Answer> {
  const row = await findSuggestion(db, id);
  if (!row) throw notFound('match_suggestion', id);
  return { status: 200, body: render(row) };
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a pair for review',
    scope: 'prices:read',
    params: uuidParams,
    responses: { 200: { description: 'The pair', schema: suggestion } },
    handle: ({ params: { id } }) => show(db, id),
  });

type Verb = 'accept' | 'reject';
type Decide = (tx: Executor, row: LockedSuggestion, decision: Decision) => Promise<void>;

async function accept(tx: Executor, row: LockedSuggestion, decision: Decision): Promise<void> {
  if (!(await acceptSuggestion(tx, row, decision)))
    throw conflict('listing_linked', 'The listing is tied to another variant by now.', { listing_id: row.listing_id });
}

const reject: Decide = rejectSuggestion;

const SAID: Readonly<Record<Verb, { status: LockedSuggestion['status']; summary: string; description: string }>> = {
  accept: {
    status: 'accepted',
    summary: 'Say that page and variant belong together',
    description:
      'Ties them; of a contradiction, keeps them tied, and what contradicts now is not asked again. Other suggestions for the page go.',
  },
  reject: {
    status: 'rejected',
    summary: 'Say that page and variant do not belong together',
    description:
      'Kept for good: they are neither suggested nor tied by an identifier again. Of a contradiction, unties them.',
  },
};

/** Asked again it answers the same, and changes nothing. */
const decide = ({ db }: Context, verb: Verb, act: Decide) =>
  defineRoute({
    method: 'post',
    path: `${ONE}/${verb}`,
    tag,
    summary: SAID[verb].summary,
    description: SAID[verb].description,
    scope: 'prices:write',
    params: uuidParams,
    body: z.strictObject({ note: text(500).optional() }),
    responses: { 200: { description: 'The pair', schema: suggestion } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const row = await lockSuggestion(tx, id);
        if (!row) throw notFound('match_suggestion', id);
        if (row.status === 'open') await act(tx, row, { by: call.key.id, note: call.body.note });
        else if (row.status !== SAID[verb].status)
          throw conflict('suggestion_decided', `It was ${row.status} before; say otherwise on the listing itself.`);
        return show(tx, id);
      }),
  });
