/** /v1/competitors: the sites whose prices are watched. */
import { z } from 'zod';
import * as competitors from '../db/competitors.ts';
import type { Database, Executor } from '../db/database.ts';
import { moveSearches } from '../db/search-addresses.ts';
import * as views from './competitor-schemas.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, type FieldError, invalid, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { resultsAt } from './tie-listing.ts';
import type { PrivateHosts } from './watch-list-fields.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
  privateHosts: PrivateHosts;
}

export function competitorRoutes(context: Context): Route[] {
  return [
    add(context),
    list(context),
    read(context),
    change(context),
    remove(context),
    turn(context, 'pause', ['active', 'held'], 'paused'),
    turn(context, 'resume', ['paused', 'held'], 'active'),
  ];
}

const tag = 'Prices';
const PATH = '/v1/competitors';
const ONE = `${PATH}/{id}`;
const ifMatch = z.object({ 'If-Match': z.string().optional() });
const one = { 200: { description: 'The competitor', schema: views.competitor } };

const add = ({ db, privateHosts }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Add a competitor',
    description:
      'A site with the currency and language of its prices, and how it is looked at: by the built-in fetcher or Firecrawl, how many requests a minute, how often each page.',
    scope: 'prices:write',
    body: views.newCompetitor,
    responses: { 201: { description: 'The competitor', schema: views.competitor } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const fields = views.newFields(call.body);
        refuse(views.competitorProblems(fields, privateHosts));
        const row = await competitors.insertCompetitor(tx, fields);
        if (!row) throw await taken(tx, fields.domain);
        return show(row, row.id, 201);
      }),
  });

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(errors, 422);
}

async function taken(tx: Executor, domain: string) {
  const [row] = await competitors.findCompetitorsByDomain(tx, [domain]);
  return conflict('competitor_exists', `There is a competitor of ${domain}.`, row ? { id: row.id } : {});
}

function show(row: competitors.CompetitorRow | undefined, id: string, status = 200): Answer {
  if (!row) throw notFound('competitor', id);
  const headers = { ETag: etagOf(row.version), ...(status === 201 ? { Location: `${PATH}/${id}` } : {}) };
  return { status, body: views.renderCompetitor(row), headers };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List competitors',
    scope: 'prices:read',
    query: views.competitorQuery,
    responses: { 200: { description: 'A page, oldest first', schema: views.competitorList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await competitors.listCompetitors(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderCompetitor) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a competitor',
    scope: 'prices:read',
    params: uuidParams,
    responses: one,
    handle: async ({ params: { id } }) => show(await competitors.findCompetitor(db, id), id),
  });

const change = ({ db, privateHosts }: Context) =>
  defineRoute({
    method: 'patch',
    path: ONE,
    tag,
    summary: 'Change a competitor',
    description: 'What is not named stays. The domain stays as long as there are listings of it.',
    scope: 'prices:write',
    params: uuidParams,
    body: views.competitorChanges,
    requestHeaders: ifMatch,
    responses: one,
    handle: (call) =>
      db.transaction(async (tx) => {
        const before = await lock(tx, call);
        const fields = views.withChanges<competitors.CompetitorFields>(before, call.body);
        refuse(views.competitorProblems(fields, privateHosts));
        if (fields.domain !== before.domain) await assertDomainFree(tx, before, fields.domain);
        const after = await competitors.updateCompetitor(tx, before.id, fields);
        if (before.search_url !== fields.search_url)
          await moveSearches(tx, before.id, (search) => resultsAt(fields.search_url, search));
        return show(after, before.id);
      }),
  });

/** Throws 404, and 412 when the caller knew another version. */
async function lock(tx: Executor, call: Call<unknown, unknown, { id: string }>): Promise<competitors.CompetitorRow> {
  const row = await competitors.lockCompetitor(tx, call.params.id);
  if (!row) throw notFound('competitor', call.params.id);
  assertVersion(expectedVersion(call), row.version);
  return row;
}

async function assertDomainFree(tx: Executor, { id }: competitors.CompetitorRow, domain: string): Promise<void> {
  if (await competitors.hasListings(tx, id))
    throw conflict('competitor_has_listings', 'Its listings are pages of its domain: remove them first.');
  if ((await competitors.findCompetitorsByDomain(tx, [domain])).length > 0) throw await taken(tx, domain);
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ONE,
    tag,
    summary: 'Remove a competitor that has no listings',
    scope: 'prices:write',
    params: uuidParams,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Removed' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id } = await lock(tx, call);
        if (!(await competitors.deleteCompetitor(tx, id)))
          throw conflict('competitor_has_listings', 'It has listings: remove them first, or pause it.');
        return { status: 204 };
      }),
  });

type Status = competitors.CompetitorStatus;

/** Asked again it answers the same, and changes nothing. */
const turn = ({ db }: Context, verb: 'pause' | 'resume', from: readonly Status[], to: Status) =>
  defineRoute({
    method: 'post',
    path: `${ONE}/${verb}`,
    tag,
    summary: verb === 'pause' ? 'Look at none of its pages for now' : 'Look at its pages again',
    scope: 'prices:write',
    params: uuidParams,
    body: views.statusReason,
    responses: one,
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const reason = to === 'paused' ? (call.body.reason ?? null) : null;
        const turned = await competitors.setCompetitorStatus(tx, id, { from, to, reason });
        return show(turned ?? (await competitors.findCompetitor(tx, id)), id);
      }),
  });
