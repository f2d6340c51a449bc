/** /v1/reprices: what competitors' prices propose for ours. A person answers; nothing is changed by itself. */
import type { Database, Executor } from '../db/database.ts';
import { findOurPrices, findTheirPrice } from '../db/price-facts.ts';
import {
  approveReprice,
  findReprice,
  listReprices,
  type NewReprice,
  proposeReprice,
  type RepriceOutcome,
  type RepriceRow,
  refuseReprice,
  undoReprice,
} from '../db/reprices.ts';
import { stepOf } from '../domain/money.ts';
import { marginPercent, proposePrice } from '../domain/repricing.ts';
import { etagOf } from './etag.ts';
import { findVariantId } from './find-variant-id.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';
import { type NewRepriceBody, newReprice, renderReprice, reprice, repriceQuery, toRule } from './reprice-views.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { listOf, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

const tag = 'Prices';
const PATH = '/v1/reprices';
const ONE = `${PATH}/{id}`;

export const repriceRoutes = (context: Context): Route[] => [
  propose(context),
  list(context),
  read(context),
  decide(context, 'approve', approveReprice, 'Apply a proposal', APPROVE),
  decide(context, 'refuse', refuseReprice, 'Refuse a proposal', 'It stays in the list, and is not applied any more.'),
  decide(context, 'undo', undoReprice, 'Undo a proposal that was applied', UNDO),
];

const APPROVE =
  'Changes the price in the catalogue, with its history. 409 `price_changed` when our price is not the one it was reckoned from any more, `below_floor` when cost or advertised price has risen above it, `reprice_over` when it was refused, superseded or too old. A second approval is harmless.';
const UNDO =
  'Puts back the price that was there before. 409 `price_changed` when somebody has changed it since: their change stays.';

const propose = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Propose a price of ours',
    description:
      'From the last good price of a listing, or of the cheapest one in stock seen within a week, in the terms of ours; or `to_amount` as it is. Never below cost and margin, floor or advertised price. 422 `no_proposal` says why there is none. Another proposal for the same price is superseded.',
    scope: 'prices:write',
    body: newReprice,
    responses: { 201: { description: 'The proposal', schema: reprice } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const row = await proposeReprice(tx, await reckon(tx, call.body, actorOf(call)));
        return {
          status: 201,
          body: renderReprice(row),
          headers: { Location: `${PATH}/${row.id}`, ETag: etagOf(row.version) },
        };
      }),
  });

const actorOf = ({ key }: Pick<Call, 'key'>) => `key:${key.id}`;

async function reckon(tx: Executor, body: NewRepriceBody, by: string): Promise<NewReprice> {
  const variantId = await findVariantId(tx, body.variant);
  const prices = await findOurPrices(tx, variantId);
  const wanted = { listingId: body.listing_id, currency: body.currency };
  const theirs = body.to_amount === undefined ? await findTheirPrice(tx, variantId, wanted) : undefined;
  const currency =
    body.currency ?? theirs?.comparable_currency ?? (prices.length === 1 ? prices[0]?.currency : undefined);
  const ours = prices.find((price) => price.currency === currency);
  if (!ours) throw noProposal('no_price', 'We have no price of this variant in that currency; name one in `currency`.');
  const common = {
    ...{ variantId, currency: ours.currency, fromAmount: ours.amount, by },
    ...{ alertId: body.alert_id, expiresInHours: body.expires_in_hours },
  };
  if (body.to_amount !== undefined) return { ...common, ...byHand(ours, body.to_amount) };
  if (!theirs) throw noProposal('no_competitor_price', 'No price of a competitor is known that ours could follow.');
  const rule = toRule(body.rule);
  const result = proposePrice(factsOf(ours, theirs.comparable_amount, theirs.comparable_currency), rule);
  if (result.kind === 'none') throw noProposal(result.reason, REASONS[result.reason]);
  const { to, floor, marginPercent: margin, changePercent } = result;
  const { listing_id, competitor_name, url, at, amount, currency: theirCurrency } = theirs;
  const basis = {
    ...{ listing_id, competitor_name, url, observed_at: at, price: { amount, currency: theirCurrency } },
    comparable: { amount: theirs.comparable_amount, currency: theirs.comparable_currency },
    ...{ floor, margin_percent: margin, change_percent: changePercent },
  };
  return { ...common, toAmount: to, rule, basis, observationId: theirs.observation_id };
}

type Ours = Awaited<ReturnType<typeof findOurPrices>>[number];

const factsOf = ({ amount, currency, cost_amount, map_amount }: Ours, theirs: number, theirCurrency: string) => ({
  ours: { amount, currency },
  theirs: { amount: theirs, currency: theirCurrency },
  cost: cost_amount,
  map: map_amount,
});

/** A person's own price: it is held to what can be charged and to the advertised price, and told its margin. */
function byHand(ours: Ours, to: number): Pick<NewReprice, 'toAmount' | 'rule' | 'basis'> {
  if (to % stepOf(ours.currency) !== 0)
    throw invalid(
      [
        {
          pointer: '/to_amount',
          code: 'amount_not_chargeable',
          message: `to_amount: must be a multiple of ${stepOf(ours.currency)}`,
        },
      ],
      422,
    );
  if (to === ours.amount) throw noProposal('no_change', REASONS.no_change);
  if (ours.map_amount !== null && to < ours.map_amount) throw noProposal('floor_reached', REASONS.floor_reached);
  const change = ((to - ours.amount) / Math.max(1, ours.amount)) * 100;
  const basis = { floor: null, margin_percent: marginPercent(to, ours.cost_amount), change_percent: change };
  return { toAmount: to, rule: { kind: 'set' }, basis };
}

const REASONS = {
  currency_differs: 'Their price is not known in the currency of ours.',
  no_change: 'Our price is that already.',
  floor_reached: 'Our price is at its floor: cost with margin, the floor, or the advertised price.',
  cost_unknown: 'A margin was asked for, and the cost of the variant is not known.',
  change_too_large: 'The change would be larger than is allowed; something may be wrong with their price.',
  no_price: 'Nothing would be left of the price.',
} as const;

const noProposal = (reason: string, detail: string) =>
  new Problem({ status: 422, code: 'no_proposal', detail, extra: { reason } });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List proposals, newest first',
    scope: 'prices:read',
    query: repriceQuery,
    responses: { 200: { description: 'A page of proposals', schema: listOf('RepriceList', reprice) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listReprices(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, renderReprice) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a proposal',
    scope: 'prices:read',
    params: uuidParams,
    responses: { 200: { description: 'The proposal', schema: reprice } },
    async handle({ params }) {
      const row = await findReprice(db, params.id);
      if (!row) throw notFound('reprice', params.id);
      return show(row);
    },
  });

const show = (row: RepriceRow): Answer => ({
  status: 200,
  body: renderReprice(row),
  headers: { ETag: etagOf(row.version) },
});

type Decide = (tx: Executor, id: string, by: string) => Promise<RepriceOutcome>;

const decide = ({ db }: Context, verb: string, act: Decide, summary: string, description: string) =>
  defineRoute({
    method: 'post',
    path: `${ONE}/${verb}`,
    tag,
    summary,
    description,
    scope: 'prices:write',
    params: uuidParams,
    responses: { 200: { description: 'The proposal as it is now', schema: reprice } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) =>
        answerOf(call.params.id, await act(tx, call.params.id, actorOf(call))),
      ),
  });

function answerOf(id: string, outcome: RepriceOutcome): Answer {
  switch (outcome.kind) {
    case 'done':
    case 'settled':
      return show(outcome.reprice);
    case 'not_found':
      throw notFound('reprice', id);
    case 'expired':
      throw conflict('reprice_over', `This proposal is ${outcome.reprice.status}; nothing was changed.`);
    case 'price_changed':
      throw conflict('price_changed', 'Our price has changed meanwhile; nothing was changed.', {
        current_amount: outcome.current,
      });
    case 'below_floor':
      throw conflict('below_floor', 'It would be below cost and margin, or the advertised price, as they are now.', {
        floor: outcome.floor,
      });
  }
}
