/** What prices were: of a watched page, and of a variant here and at all competitors. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findLastLook, findLastPrice } from '../db/observation-list.ts';
import {
  isListing,
  listListingPrices,
  listPriceChanges,
  type PriceChange,
  type PriceSummary,
  readPricePeriods,
  type Span,
  summarizePrices,
} from '../db/price-history.ts';
import { AVAILABILITIES } from '../domain/pages/page-reading.ts';
import { findVariantId, variantParams } from './find-variant-id.ts';
import { invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { money, uuidParams } from './schemas.ts';

interface Context {
  db: Database;
}

const tag = 'Prices';
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 1_100;

const summary = z
  .object({
    currency: z.string(),
    looks: z.int(),
    ...{ min: money, max: money, average: money, median: money },
  })
  .meta({ id: 'PriceSummary', description: 'Over all looks that found a price' });

const common = {
  since: z.string(),
  until: z.string(),
  period: z.enum(['day', 'month']),
  periods: z
    .array(z.object({ starts_at: z.string(), looks: z.int(), unknown: z.int(), prices: z.array(summary) }))
    .meta({ description: 'Every day or month (UTC) of the span; without prices where nothing is known' }),
  last_30_days: z.array(summary),
  last_90_days: z.array(summary),
};

const price = z.object({
  observation_id: z.uuid(),
  price: money,
  observed_at: z.string(),
  age_seconds: z.int(),
  availability: z.enum(AVAILABILITIES).nullable(),
});

const query = z.object({
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: 90 days before `until`' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: now' }),
  period: z.enum(['day', 'month']).default('day'),
});

export const priceHistoryRoutes = (context: Context): Route[] => [ofListing(context), ofVariant(context)];

const ofListing = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/listings/{id}/history',
    tag,
    summary: "A watched page's prices over time",
    description:
      'As the page had them. `last_price` is the last that is known, however long ago; `last_look` says what came of the last look.',
    scope: 'prices:read',
    params: uuidParams,
    query,
    responses: {
      200: {
        description: 'The history',
        schema: z
          .object({
            listing_id: z.uuid(),
            last_price: price.nullable(),
            last_look: z
              .object({
                observation_id: z.uuid(),
                observed_at: z.string(),
                outcome: z.enum(['observed', 'none']),
                reason: z.string().nullable(),
              })
              .nullable(),
            ...common,
          })
          .meta({ id: 'ListingPriceHistory' }),
      },
    },
    async handle({ params: { id }, query: wish }) {
      if (!(await isListing(db, id))) throw notFound('listing', id);
      const [last, look, rest] = await Promise.all([
        findLastPrice(db, id),
        findLastLook(db, id),
        history(db, 'listing_id', id, wish),
      ]);
      const lastLook = look && {
        observation_id: look.id,
        observed_at: look.observed_at,
        outcome: look.outcome,
        reason: look.reason,
      };
      return {
        status: 200,
        body: { listing_id: id, last_price: last ? aged(last) : null, last_look: lastLook ?? null, ...rest },
      };
    },
  });

const ofVariant = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/variants/{id}/price-history',
    tag,
    summary: "A variant's prices over time, here and at competitors",
    description:
      'Competitors’ prices are as their pages have them, by currency, of the pages that were tied to the variant then; `ours` are the changes of our own price.',
    scope: 'prices:read',
    params: variantParams,
    query,
    responses: {
      200: {
        description: 'The history',
        schema: z
          .object({
            variant_id: z.uuid(),
            listings: z.array(
              z.object({
                listing_id: z.uuid(),
                competitor_name: z.string(),
                url: z.string().nullable(),
                status: z.string(),
                last_price: price.nullable(),
              }),
            ),
            ours: z
              .array(
                z.object({
                  from: money.nullable(),
                  to: money.nullable(),
                  reprice_id: z.uuid().nullable(),
                  changed_at: z.string(),
                }),
              )
              .meta({ description: 'The newest 500 changes of the span' }),
            ...common,
          })
          .meta({ id: 'VariantPriceHistory' }),
      },
    },
    async handle({ params, query: wish }) {
      const id = await findVariantId(db, params.id);
      const span = spanOf(wish);
      const [listings, ours, rest] = await Promise.all([
        listListingPrices(db, id),
        listPriceChanges(db, id, span),
        history(db, 'variant_id', id, wish),
      ]);
      return {
        status: 200,
        body: { variant_id: id, listings: listings.map(renderListing), ours: ours.map(renderChange), ...rest },
      };
    },
  });

type Wish = z.output<typeof query>;

function spanOf({ since, until, period }: Wish): Span {
  const end = until ? new Date(until) : new Date();
  const start = since ? new Date(since) : new Date(end.getTime() - 90 * DAY_MS);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  const longest = period === 'day' ? LONGEST_DAYS : LONGEST_DAYS * 10;
  if (days > 0 && days <= longest) return { since: start, until: end };
  throw invalid([
    { pointer: 'since', code: 'span_invalid', message: `since: must be before until, and at most ${longest} days` },
  ]);
}

async function history(db: Database, by: 'listing_id' | 'variant_id', id: string, wish: Wish) {
  const span = spanOf(wish);
  const until = new Date();
  const last = (days: number) =>
    summarizePrices(db, by, id, { since: new Date(until.getTime() - days * DAY_MS), until });
  const [periods, month, quarter] = await Promise.all([
    readPricePeriods(db, by, id, span, wish.period),
    last(30),
    last(90),
  ]);
  return {
    ...span,
    period: wish.period,
    periods: periods.map((each) => ({ ...each, prices: each.prices.map(renderSummary) })),
    last_30_days: month.map(renderSummary),
    last_90_days: quarter.map(renderSummary),
  };
}

function renderSummary({ currency, looks, min_amount, max_amount, avg_amount, median_amount }: PriceSummary) {
  const moneyOf = (amount: number) => ({ amount, currency });
  const [min, max] = [moneyOf(min_amount), moneyOf(max_amount)];
  return { currency, looks, min, max, average: moneyOf(avg_amount), median: moneyOf(median_amount) };
}

function renderChange({ currency, from_amount, to_amount, ...rest }: PriceChange) {
  const moneyOf = (amount: number | null) => (amount === null ? null : { amount, currency });
  return { from: moneyOf(from_amount), to: moneyOf(to_amount), ...rest };
}

interface Seen {
  observation_id: string;
  amount: number;
  currency: string;
  observed_at: Date;
  availability: string | null;
}

const aged = ({ observation_id, amount, currency, observed_at, availability }: Seen) => ({
  ...{ observation_id, price: { amount, currency }, observed_at, availability },
  age_seconds: Math.max(0, Math.round((Date.now() - observed_at.getTime()) / 1_000)),
});

function renderListing(row: Awaited<ReturnType<typeof listListingPrices>>[number]) {
  const { observation_id, amount, currency, observed_at, availability, ...listing } = row;
  const isKnownPrice = observation_id !== null && amount !== null && currency !== null && observed_at !== null;
  return {
    ...listing,
    last_price: isKnownPrice ? aged({ observation_id, amount, currency, observed_at, availability }) : null,
  };
}
