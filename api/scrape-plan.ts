/** /v1/scrape-plan and /v1/page-requests: what of today's looks is done, and what was asked of other people's sites; and a look now. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findListing } from '../db/listings.ts';
import { listPageRequests, type PageRequestRow } from '../db/page-requests.ts';
import { readPlanTotals, readScrapePlan, type SitePlan } from '../db/scrape-plan.ts';
import { requestScrape } from '../db/scrapes.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { listOf, page, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export const scrapePlanRoutes = (context: Context): Route[] => [plan(context), requests(context), look(context)];

const tag = 'Prices';
const time = z.iso.datetime().nullable();

const counts = {
  planned: z.int().meta({ description: 'Looks that wait or are under way until the end of the day (UTC)' }),
  to_come: z.int().meta({ description: 'Listings that will be due until then' }),
  in_hand: z.int().meta({ description: 'Of the planned ones, those that are jobs already' }),
  late: z.int().meta({ description: 'Of the planned ones, those whose time passed more than a minute ago' }),
  late_seconds: z.number().meta({ description: 'By how much the latest of them is' }),
  observed: z.int().meta({ description: 'Ended today with a reading' }),
  failed: z.int().meta({ description: 'Ended today with nothing known, each with its reason' }),
  done_at: time.meta({ description: "When today's list will be done at the sites' pace; null: nothing is left" }),
};

const site = z
  .object({
    competitor_id: z.uuid(),
    name: z.string(),
    domain: z.string(),
    source: z.enum(['built_in', 'firecrawl']),
    status: z.enum(['active', 'paused', 'held']),
    requests_per_minute: z
      .number()
      .meta({ description: 'As it is kept: by its settings, its robots.txt and Firecrawl’s budget' }),
    ...counts,
    next_at: time,
    resting_until: time.meta({ description: 'Until then the site is left alone' }),
    rest_reason: z.string().nullable(),
  })
  .meta({ id: 'SitePlan' });

const scrapePlan = z
  .object({
    ...counts,
    resting: z.int().meta({ description: 'Sites that are left alone for a while' }),
    sites: listOf('SitePlanList', site),
  })
  .meta({ id: 'ScrapePlan' });

const plan = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/scrape-plan',
    tag,
    summary: "Today's looks, and when they will be done",
    description: 'The whole list, and a page of its sites in the order in which they were added.',
    scope: 'prices:read',
    query: z.object({ ...page, competitor_id: z.uuid().optional() }),
    responses: { 200: { description: 'The plan', schema: scrapePlan } },
    async handle({ query: { limit, cursor, competitor_id: competitorId } }) {
      const rows = await readScrapePlan(db, { competitorId, after: idCursor(cursor), limit });
      const sites = toPage(rows, limit, (row) => row.competitor_id, renderSite);
      return { status: 200, body: { ...(await readPlanTotals(db)), sites } };
    },
  });

const renderSite = ({ gap_seconds, ...row }: SitePlan) => ({
  ...row,
  requests_per_minute: Math.round((60 / gap_seconds) * 1_000) / 1_000,
});

const pageRequest = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    kind: z.enum(['robots', 'page']),
    source: z.enum(['built_in', 'firecrawl']),
    host: z.string(),
    url: z.string(),
    competitor_id: z.uuid().nullable(),
    scrape_id: z.uuid().nullable(),
    rule: z.string().nullable().meta({ description: 'The line of robots.txt that allowed it, or why there was none' }),
    user_agent: z.string(),
    outcome: z
      .string()
      .nullable()
      .meta({ description: 'page, redirect, refused, not_modified, or what went wrong; null: not known' }),
    status: z.int().nullable(),
    bytes: z.int().nullable(),
    milliseconds: z.int().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'PageRequest' });

const requestQuery = z.object({
  ...page,
  host: z.string().max(255).optional().meta({ description: 'With its port where that is not the usual one' }),
  competitor_id: z.uuid().optional(),
  scrape_id: z.uuid().optional(),
  kind: z.enum(['robots', 'page']).optional(),
  outcome: z.string().max(40).optional(),
  since: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  before: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});

const requests = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/page-requests',
    tag,
    summary: "What was asked of competitors' sites",
    description:
      'Each request for a page or a robots.txt: when, as whom, and under which rule. Kept for STOCKROOM_PAGE_LOG_DAYS.',
    scope: 'prices:read',
    query: requestQuery,
    responses: { 200: { description: 'A page, newest first', schema: listOf('PageRequestList', pageRequest) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listPageRequests(db, filter, { after: idCursor(cursor), limit });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          ({ id }) => id,
          (row: PageRequestRow) => row,
        ),
      };
    },
  });

const asked = z
  .object({
    id: z.uuid().meta({ description: 'Of the look; its observation names it as scrape_id' }),
    listing_id: z.uuid(),
    planned_for: z.iso.datetime(),
  })
  .meta({ id: 'RequestedLook' });

const look = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: '/v1/listings/{id}/look',
    tag,
    summary: 'Look at this page now',
    description:
      'It goes before what is scheduled, at the pace of its site all the same. Where one was asked for and has not come yet, it is that one.',
    scope: 'prices:write',
    params: uuidParams,
    responses: { 202: { description: 'The look', schema: asked } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const listing = await findListing(tx, id);
        if (!listing) throw notFound('listing', id);
        const scrape = await requestScrape(tx, id);
        if (!scrape)
          throw conflict('listing_without_page', 'The listing has no page to look at: it is gone, or not found yet.', {
            id,
          });
        return { status: 202, body: { ...scrape, listing_id: id } };
      }),
  });
