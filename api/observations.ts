/** /v1/observations: what was seen of competitors' pages, and the evidence for it. */
import { once } from 'node:events';
import type { Response } from 'express';
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import {
  findObservation,
  listObservations,
  type ObservationFilter,
  type ObservationPlace,
  readObservations,
} from '../db/observation-list.ts';
import { toCsvLine } from '../domain/csv.ts';
import { EVIDENCE_FORMATS, type EvidenceContext, evidenceByLink, sendEvidence } from './evidence.ts';
import { CSV_COLUMNS, observation, observationDetail, renderObservation, toCsvCells } from './observation-views.ts';
import { notFound, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, page, toPage, uuidParams } from './schemas.ts';

const tag = 'Prices';
const PATH = '/v1/observations';
const scope = 'prices:read';
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const filters = {
  listing_id: z.uuid().optional(),
  variant_id: z.uuid().optional(),
  competitor_id: z.uuid().optional(),
  outcome: z.enum(['observed', 'none']).optional(),
  since: time.optional().meta({ type: 'string', format: 'date-time', description: 'At or after' }),
  until: time.optional().meta({ type: 'string', format: 'date-time', description: 'Before' }),
};

export const observationRoutes = (context: EvidenceContext): Route[] => [
  list(context),
  exportAll(context),
  read(context),
  evidence(context),
  evidenceByLink(context),
];

const list = ({ db }: { db: Database }) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List observations, newest first',
    description: 'Append-only. `none` says why nothing is known of a page then; it says nothing about price or stock.',
    scope,
    query: z.object({ ...filters, ...page }),
    responses: { 200: { description: 'A page of observations', schema: listOf('ObservationList', observation) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listObservations(db, filter, { after: readCursor(cursor), limit: limit + 1 });
      const place = (row: { observed_at: Date; id: string }) => `${row.observed_at.toISOString()} ${row.id}`;
      return { status: 200, body: toPage(rows, limit, place, renderObservation) };
    },
  });

function readCursor(cursor: string | undefined): ObservationPlace | undefined {
  const text = decodeCursor(cursor);
  if (text === undefined) return undefined;
  const [at = '', id = ''] = text.split(' ');
  if (!Number.isNaN(Date.parse(at)) && z.uuid().safeParse(id).success) return { at: new Date(at), id };
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}

const exportAll = ({ db }: { db: Database }) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/export`,
    tag,
    summary: 'All observations that the filters let through, as CSV',
    description: 'The oldest first, not paged. Texts that a spreadsheet would take for formulas are marked as text.',
    scope,
    query: z.object(filters),
    responses: { 200: { description: 'The file', schema: z.string(), mediaType: 'text/csv' } },
    handle: ({ query, res }) => streamCsv(res, db, query),
  });

/** A page of rows in memory at a time, and no faster than the client reads. */
async function streamCsv(res: Response, db: Executor, filter: ObservationFilter): Promise<undefined> {
  res.type('text/csv').set('Content-Disposition', 'attachment; filename="observations.csv"');
  res.write(toCsvLine(CSV_COLUMNS));
  for await (const rows of readObservations(db, filter)) {
    if (res.destroyed) return;
    const text = rows.map((row) => toCsvLine(toCsvCells(row))).join('');
    if (!res.write(text)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}

const read = ({ db }: { db: Database }) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}`,
    tag,
    summary: 'Read an observation',
    description:
      'With `reading`: every value with its source on the page, how sure it is, and what other sources said.',
    scope,
    params: uuidParams,
    responses: { 200: { description: 'The observation', schema: observationDetail } },
    async handle({ params }) {
      const row = await findObservation(db, params.id);
      if (!row) throw notFound('observation', params.id);
      return { status: 200, body: renderObservation(row) };
    },
  });

const evidence = (context: EvidenceContext) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}/evidence`,
    tag,
    summary: 'What was kept of the page',
    description:
      'json: the facts, what a model read, and whether the copy is still kept. html: the saved copy to look at, which runs nothing and loads nothing. source: the saved copy as text. screenshot: where the source took one. 410 when its time is up.',
    scope,
    params: uuidParams,
    query: z.object({ format: z.enum(EVIDENCE_FORMATS).default('json') }),
    responses: {
      200: {
        description: 'The evidence',
        schema: z
          .object({
            observation: observationDetail,
            sha256: z.string().nullable(),
            is_kept: z.boolean(),
            model_output: z.unknown(),
            links: z.object({ html: z.string(), source: z.string(), screenshot: z.string().nullable() }),
          })
          .meta({ id: 'Evidence' }),
        alsoAs: ['text/html', 'text/plain', 'image/png', 'image/jpeg', 'image/webp'],
      },
    },
    handle: ({ params, query, res }) => sendEvidence(context, params.id, query.format, res),
  });
