/** /v1/listings: the competitors' pages that are watched, and for which of our variants. */
import { z } from 'zod';
import { type CompetitorRow, findCompetitor } from '../db/competitors.ts';
import type { Database, Executor } from '../db/database.ts';
import * as listings from '../db/listings.ts';
import { decidePair } from '../db/match-decisions.ts';
import { statusReason } from './competitor-schemas.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import * as views from './listing-schemas.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { competitorOf, tieListing } from './tie-listing.ts';
import type { PrivateHosts } from './watch-list-fields.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
  privateHosts: PrivateHosts;
}

export function listingRoutes(context: Context): Route[] {
  return [
    add(context),
    list(context),
    read(context),
    change(context),
    remove(context),
    turn(context, 'pause', ['active'], 'paused'),
    turn(context, 'resume', ['paused', 'gone'], 'active'),
  ];
}

const tag = 'Prices';
const PATH = '/v1/listings';
const ONE = `${PATH}/{id}`;
const ifMatch = z.object({ 'If-Match': z.string().optional() });
const one = { 200: { description: 'The listing', schema: views.listing } };

const add = ({ db, privateHosts }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Watch a page',
    description:
      'A page of a competitor, for a variant of ours by id or SKU: naming both ties them. Without a variant the page is looked at, an identifier on it may tie it, else variants are suggested. With `search` instead of `url` the page is looked for and suggested.',
    scope: 'prices:write',
    body: views.newListing,
    responses: { 201: { description: 'The listing', schema: views.listing } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { competitor_id: _, competitor: __, ...body } = call.body;
        const competitor = await competitorOf(tx, call.body);
        const fields = await tieListing(tx, competitor, undefined, body, privateHosts);
        const id = await listings.insertListing(tx, competitor.id, fields);
        if (!id) throw await taken(tx, competitor.id, fields);
        return show(await listings.findListing(tx, id), id, 201);
      }),
  });

async function taken(tx: Executor, competitorId: string, fields: listings.ListingFields) {
  const id = await listings.findSameListing(tx, competitorId, fields);
  return conflict('listing_exists', 'This page is watched for this variant already.', id ? { id } : {});
}

function show(row: listings.ListingView | undefined, id: string, status = 200): Answer {
  if (!row) throw notFound('listing', id);
  const headers = { ETag: etagOf(row.version), ...(status === 201 ? { Location: `${PATH}/${id}` } : {}) };
  return { status, body: views.renderListing(row), headers };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List watched pages',
    scope: 'prices:read',
    query: views.listingQuery,
    responses: { 200: { description: 'A page, oldest first', schema: views.listingList } },
    async handle({ query: { limit, cursor, competitor_id: competitor, variant_id: variant, ...filter } }) {
      const after = idCursor(cursor);
      const rows = await listings.listListings(db, { ...filter, competitor, variant }, { after, limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderListing) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a watched page',
    scope: 'prices:read',
    params: uuidParams,
    responses: one,
    handle: async ({ params: { id } }) => show(await listings.findListing(db, id), id),
  });

const change = ({ db, privateHosts }: Context) =>
  defineRoute({
    method: 'patch',
    path: ONE,
    tag,
    summary: 'Change a watched page',
    description:
      'What is not named stays. A variant that is named is tied to the page by your word; `null` unties it, which is kept: they are not tied again by themselves.',
    scope: 'prices:write',
    params: uuidParams,
    body: views.listingChanges,
    requestHeaders: ifMatch,
    responses: one,
    handle: (call) =>
      db.transaction(async (tx) => {
        const before = await lock(tx, call);
        const competitor = (await findCompetitor(tx, before.competitor_id)) as CompetitorRow;
        const fields = await tieListing(tx, competitor, before, call.body, privateHosts);
        const same = await listings.findSameListing(tx, competitor.id, fields);
        if (same !== undefined && same !== before.id) throw await taken(tx, competitor.id, fields);
        if (!(await listings.updateListing(tx, before.id, fields))) throw conflict('listing_exists', TAKEN);
        await keepDecisions(tx, before, fields, call.key.id);
        return show(await listings.findListing(tx, before.id), before.id);
      }),
  });

const TAKEN = 'This page is watched for this variant already.';

/** Who unties a page says that they do not belong together; who ties it, that they do. */
async function keepDecisions(
  tx: Executor,
  before: listings.ListingRow,
  after: listings.ListingFields,
  by: string,
): Promise<void> {
  if (before.variant_id === after.variant_id) return;
  const pair = { listingId: before.id, by };
  if (before.variant_id !== null && before.url === after.url)
    await decidePair(tx, { ...pair, variantId: before.variant_id, status: 'rejected' });
  if (after.variant_id !== null) await decidePair(tx, { ...pair, variantId: after.variant_id, status: 'accepted' });
}

/** Throws 404, and 412 when the caller knew another version. */
async function lock(tx: Executor, call: Call<unknown, unknown, { id: string }>): Promise<listings.ListingRow> {
  const row = await listings.lockListing(tx, call.params.id);
  if (!row) throw notFound('listing', call.params.id);
  assertVersion(expectedVersion(call), row.version);
  return row;
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ONE,
    tag,
    summary: 'Watch a page no more',
    description: 'What was observed of it stays.',
    scope: 'prices:write',
    params: uuidParams,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Removed' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id } = await lock(tx, call);
        await listings.deleteListing(tx, id);
        return { status: 204 };
      }),
  });

/** Asked again it answers the same, and changes nothing. */
const turn = (
  { db }: Context,
  verb: 'pause' | 'resume',
  from: readonly listings.ListingStatus[],
  to: listings.ListingStatus,
) =>
  defineRoute({
    method: 'post',
    path: `${ONE}/${verb}`,
    tag,
    summary: verb === 'pause' ? 'Look at this page no more for now' : 'Look at this page again',
    scope: 'prices:write',
    params: uuidParams,
    body: statusReason,
    responses: one,
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const reason = to === 'paused' ? (call.body.reason ?? null) : null;
        if (to === 'active') await assertNoTwin(tx, id);
        await listings.setListingStatus(tx, id, { from, to, reason });
        return show(await listings.findListing(tx, id), id);
      }),
  });

/** One that was gone may have been added again meanwhile. */
async function assertNoTwin(tx: Executor, id: string): Promise<void> {
  const row = await listings.lockListing(tx, id);
  const same = row && (await listings.findSameListing(tx, row.competitor_id, row));
  if (row && same !== undefined && same !== id) throw await taken(tx, row.competitor_id, row);
}
