/** /ops/prices: the watched pages, for merchandisers and operations: what is believed of each, how old it is, and what waits. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { approveReprice, refuseReprice, undoReprice } from '../db/reprices.ts';
import { listWatchedPrices, type WatchedPrice } from '../db/watched-prices.ts';
import { formatMoney } from '../domain/money.ts';
import { type EvidenceContext, sendEvidence } from './evidence.ts';
import { type Html, html, opsPage, opsTable } from './ops-page.ts';
import { showListing } from './ops-price-listing.ts';
import { ageOf, describeStatus, moneyOf, repriceNotice } from './ops-price-parts.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';
import { type ChartContext, drawListingChart, sendSvg } from './price-charts.ts';
import { notFound } from './problem.ts';

const PATH = '/ops/prices';
const LIMIT = 50;

export interface OpsPricesOptions
  extends OpsCredentials,
    Pick<EvidenceContext, 'storage'>,
    Omit<ChartContext, 'tokens'> {
  db: Database;
}

export function createOpsPrices(options: OpsPricesOptions): Router {
  const { db, user } = options;
  const router = Router();
  router.use(PATH, opsSignIn(options));
  router.get(PATH, async (req, res) => {
    res.type('html').send(opsPage('Competitor prices', await showList(db, readFilter(req))));
  });
  router.get(`${PATH}/:id`, async (req, res) => {
    const [listing] = await listWatchedPrices(db, { listingId: idOf(req, 'listing') }, { limit: 1 });
    if (!listing) throw notFound('listing', String(req.params.id));
    const title = listing.product_name ?? listing.competitor_name;
    res.type('html').send(opsPage(title, html`${repriceNotice(req.query.outcome)}${await showListing(db, listing)}`));
  });
  router.get(`${PATH}/:id/chart.svg`, async (req, res) => {
    const width = req.query.width === 'small' ? 340 : 640;
    sendSvg(res, await drawListingChart(options, idOf(req, 'listing'), width));
  });
  router.get(`${PATH}/evidence/:id`, async (req, res) => {
    await sendEvidence(options, idOf(req, 'observation'), 'html', res);
  });
  for (const [verb, act] of Object.entries({ approve: approveReprice, refuse: refuseReprice, undo: undoReprice }))
    router.post(`${PATH}/:listing/reprices/:id/${verb}`, async (req, res) => {
      const id = idOf(req, 'reprice');
      const outcome = await db.transaction((tx) => act(tx, id, `ops:${user}`));
      if (outcome.kind === 'not_found') throw notFound('reprice', id);
      seeOther(res, `${PATH}/${idOf(req, 'listing', 'listing')}?outcome=${outcome.kind}`);
    });
  return router;
}

const seeOther = (res: Response, to: string) => res.redirect(303, to);

function idOf(req: Request, object: string, name = 'id'): string {
  const id = z.uuid().safeParse(req.params[name]);
  if (!id.success) throw notFound(object, String(req.params[name]));
  return id.data;
}

/** A form sends fields that were left empty; what fits nothing is as if it were. */
const filterFields = z.object({
  text: z.string().trim().min(1).max(200).optional().catch(undefined),
  waiting: z.enum(['alerts', 'held']).optional().catch(undefined),
  competitor: z.uuid().optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
});
type Filter = z.output<typeof filterFields>;

const readFilter = (req: Request): Filter => filterFields.parse(req.query);

function linkTo(filter: Filter): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${PATH}?${new URLSearchParams(given)}`;
}

async function showList(db: Database, filter: Filter): Promise<Html> {
  const { text, waiting, competitor: competitorId, after } = filter;
  const rows = await listWatchedPrices(db, { text, waiting, competitorId }, { after, limit: LIMIT + 1 });
  const shown = rows.slice(0, LIMIT);
  const last = rows.length > LIMIT ? shown.at(-1) : undefined;
  const more = last && html`<p><a href="${linkTo({ ...filter, after: last.id })}">More</a></p>`;
  const heads = ['Product', 'Competitor', 'Their price', 'Seen', 'Ours', 'Position', 'Waiting'];
  return html`${form(filter)}${opsTable(
    heads,
    shown.map((row) => listRow(row, filter)),
  )}${more}`;
}

const listRow = (row: WatchedPrice, filter: Filter) => [
  html`<span><a href="${PATH}/${row.id}">${row.product_name ?? row.url ?? 'to be found'}</a>${row.sku && html` <span class="faint">${row.sku}</span>`}</span>`,
  html`<a href="${linkTo({ ...filter, competitor: row.competitor_id, after: undefined })}">${row.competitor_name}</a>`,
  html`<span>${moneyOf(row.amount, row.currency) ?? html`<span class="faint">unknown</span>`}${row.availability === 'out_of_stock' && html` <span class="bad">out of stock</span>`}</span>`,
  html`<span>${row.observation_id ? html`<a href="${PATH}/evidence/${row.observation_id}">${ageOf(row.priced_at)}</a>` : ''}${describeStatus(row)}</span>`,
  row.our_amount !== null && row.comparable_currency
    ? formatMoney({ amount: row.our_amount, currency: row.comparable_currency })
    : '',
  row.position === null ? '' : `${row.position} of ${row.rivals + 1}`,
  row.open_alerts > 0 || row.is_held
    ? html`<span>${row.open_alerts > 0 && html`<span class="bad">${row.open_alerts} open</span> `}${row.is_held && 'held'}</span>`
    : '',
];

function form({ text, waiting, competitor }: Filter): Html {
  const choices = [
    ['', 'all'],
    ['alerts', 'with open alerts'],
    ['held', 'held'],
  ] as const;
  return html`<form method="get" action="${PATH}"><label>Product, SKU or address<input name="text" value="${text ?? ''}"></label><label>Which<select name="waiting">${choices.map(
    ([value, label]) =>
      value === (waiting ?? '')
        ? html`<option value="${value}" selected>${label}</option>`
        : html`<option value="${value}">${label}</option>`,
  )}</select></label>${competitor && html`<input type="hidden" name="competitor" value="${competitor}">`}<button>Look</button>${competitor && html`<a href="${PATH}">all competitors</a>`}</form>`;
}
