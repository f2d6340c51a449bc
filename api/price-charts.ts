/** Charts of prices as SVG and PNG: of a watched page, and of all pages of a variant beside our own price. */
import type { Response } from 'express';
import { z } from 'zod';
import type { ChartTokens } from '../chart-token.ts';
import { type ChartTarget, readPriceChart } from '../db/chart-data.ts';
import type { Database } from '../db/database.ts';
import type { PriceChart } from '../domain/charts/chart-model.ts';
import { CHART_THEMES } from '../domain/charts/chart-style.ts';
import { drawPriceChart } from '../domain/charts/price-chart.ts';
import { drawPng } from '../providers/image-codec/draw-chart.ts';
import { findVariantId, variantParams } from './find-variant-id.ts';
import { notFound, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { currency, uuidParams } from './schemas.ts';

export interface ChartContext {
  db: Database;
  tokens: Pick<ChartTokens, 'read'>;
  /** Ours, in percent: theirs are shown as if they had it in them or not, as ours. */
  taxPercent: number;
  shopName: string;
  locale: string;
}

const tag = 'Prices';
const PLOT_HEIGHT = 230;

const looks = {
  days: z.coerce.number().int().min(1).max(730).default(90),
  currency: currency.optional().meta({ description: 'Of ours; default: theirs, where we have a price in it' }),
  width: z.coerce.number().int().min(280).max(1_600).default(640),
};

export const chartRoutes = (context: ChartContext): Route[] => [
  svg(context, 'listing'),
  png(context, 'listing'),
  svg(context, 'variant'),
  png(context, 'variant'),
  byLink(context),
];

const DESCRIPTION =
  'Prices hold until the next look. Gaps are unknown: nobody looked, or nothing was understood. × and a pale line: out of stock. Theirs are shown in the terms of ours (tax, pack, currency) where we have a price. Letters are outlines, so that no font is needed.';
const summaryOf = (kind: ChartTarget['kind'], as: string) =>
  kind === 'listing'
    ? `Chart of a watched page's prices, as ${as}`
    : `Chart of a variant's prices here and at competitors, as ${as}`;

const svg = (context: ChartContext, kind: ChartTarget['kind']) =>
  defineRoute({
    method: 'get',
    path: `/v1/${kind}s/{id}/chart.svg`,
    tag,
    summary: summaryOf(kind, 'SVG'),
    description: DESCRIPTION,
    scope: 'prices:read',
    params: paramsOf(kind),
    query: z.object({ ...looks, theme: z.enum(CHART_THEMES).default('auto') }),
    responses: { 200: { description: 'The chart', schema: z.string(), mediaType: 'image/svg+xml' } },
    async handle({ params, query: { width, theme, ...wish }, res }) {
      const chart = await read(context, await targetOf(context, kind, params.id), wish);
      sendSvg(res, drawPriceChart(chart, { width, theme, plotHeight: PLOT_HEIGHT, locale: context.locale }));
      return undefined;
    },
  });

const png = (context: ChartContext, kind: ChartTarget['kind']) =>
  defineRoute({
    method: 'get',
    path: `/v1/${kind}s/{id}/chart.png`,
    tag,
    summary: summaryOf(kind, 'PNG'),
    description: DESCRIPTION,
    scope: 'prices:read',
    params: paramsOf(kind),
    query: z.object({
      ...looks,
      theme: z.enum(['light', 'dark']).default('light'),
      scale: z.coerce
        .number()
        .min(1)
        .max(2)
        .default(1)
        .meta({ description: 'Pixels of the picture for one of the width' }),
    }),
    responses: { 200: { description: 'The chart', schema: z.string(), mediaType: 'image/png' } },
    async handle({ params, query: { width, theme, scale, ...wish }, res }) {
      const chart = await read(context, await targetOf(context, kind, params.id), wish);
      const look = { width, theme, plotHeight: PLOT_HEIGHT, locale: context.locale };
      res.type('image/png').set('Cache-Control', 'private, max-age=60');
      res.send(Buffer.from(await drawPng(drawPriceChart(chart, look), scale)));
      return undefined;
    },
  });

const paramsOf = (kind: ChartTarget['kind']) => (kind === 'listing' ? uuidParams : variantParams);

const targetOf = async ({ db }: ChartContext, kind: ChartTarget['kind'], id: string): Promise<ChartTarget> => ({
  kind,
  id: kind === 'variant' ? await findVariantId(db, id) : id,
});

async function read(
  { db, taxPercent, shopName }: Omit<ChartContext, 'tokens'>,
  target: ChartTarget,
  wish: { days: number; currency?: string | undefined; until?: Date },
): Promise<PriceChart> {
  const chart = await readPriceChart(db, target, { ...wish, taxPercent, shopName });
  if (!chart) throw notFound(target.kind, target.id);
  return chart;
}

/** As it is shown to operations. */
export async function drawListingChart(
  context: Omit<ChartContext, 'tokens'>,
  id: string,
  width: number,
): Promise<string> {
  const chart = await read(context, { kind: 'listing', id }, { days: 90 });
  return drawPriceChart(chart, { width, theme: 'auto', plotHeight: PLOT_HEIGHT, locale: context.locale });
}

/** A drawing may hold scripts; ours holds none, and runs none wherever it is opened. */
export function sendSvg(res: Response, drawing: string): void {
  res.set({
    'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=60',
  });
  res.type('image/svg+xml').send(drawing);
}

/** Twice as many pixels as points: mails are read on screens that have them. */
const MAIL_SCALE = 2;

const byLink = (context: ChartContext) =>
  defineRoute({
    method: 'get',
    path: '/price-charts/{token}.png',
    tag,
    summary: 'The chart of a mail',
    description: 'By the signed address in it: one chart, up to when the mail was written.',
    scope: 'open',
    params: z.object({ token: z.string().max(512) }),
    responses: { 200: { description: 'The chart', schema: z.string(), mediaType: 'image/png' } },
    async handle({ params, res }) {
      const link = context.tokens.read(params.token);
      if (!link)
        throw new Problem({ status: 404, code: 'link_unknown', detail: 'This link is not one that was sent.' });
      const { width, theme, days, until } = link;
      const chart = await read(context, link, { days, until: new Date(until) });
      const look = { width, theme, plotHeight: PLOT_HEIGHT, locale: context.locale };
      res.type('image/png').set('Cache-Control', 'public, max-age=86400');
      res.send(Buffer.from(await drawPng(drawPriceChart(chart, look), MAIL_SCALE)));
      return undefined;
    },
  });
