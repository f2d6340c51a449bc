/** /v1/price-mutes: what nobody wants to hear of for a while; and /v1/minimum-advertised-prices, which rules are measured by. */
import { z } from 'zod';
import { clearMinimumAdvertised, listMinimumAdvertised, setMinimumAdvertised } from '../db/comparison-terms.ts';
import type { Database, Executor } from '../db/database.ts';
import * as mutes from '../db/price-mutes.ts';
import { findVariant } from '../db/variants.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { currency, listOf, money, page, sku, text, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export function priceMuteRoutes(context: Context): Route[] {
  return [add(context), list(context), remove(context), minimums(context), setMinimum(context)];
}

const tag = 'Prices';
const PATH = '/v1/price-mutes';
const SCOPES = ['competitor', 'product', 'variant', 'tag', 'listing'] as const;
/** Nothing is forgotten for good. */
const MOST_DAYS = 90;

const scope = z.object({
  type: z.enum(SCOPES),
  value: z.string().min(1).max(200).meta({ description: 'The id, or the tag' }),
});
const newMute = z
  .strictObject({
    scope,
    rule_id: z.uuid().nullable().optional().meta({ description: 'One rule alone; otherwise all' }),
    hours: z
      .int()
      .min(1)
      .max(MOST_DAYS * 24)
      .default(7 * 24)
      .meta({ description: 'It ends by itself' }),
    reason: text(500).optional(),
  })
  .meta({ id: 'NewPriceMute' });
const mute = z
  .object({
    id: z.uuid(),
    scope,
    rule_id: z.uuid().nullable(),
    reason: z.string().nullable(),
    actor: z.string().nullable(),
    ends_at: z.string(),
    created_at: z.string(),
  })
  .meta({ id: 'PriceMute' });

function render({ scope: type, scope_value: value, ...row }: mutes.MuteRow) {
  return { ...row, scope: { type, value } };
}

const add = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Mute price alerts for a while',
    description:
      'While it lasts nothing is opened; what is still so at its end is told then. Alerts that are open stay.',
    scope: 'prices:write',
    body: newMute,
    responses: { 201: { description: 'The mute', schema: mute } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { scope: where, rule_id = null, hours, reason = null } = call.body;
        if (where.type !== 'tag' && !z.uuid().safeParse(where.value).success)
          throw invalid([wrong('/scope/value', `takes the id of a ${where.type}`)], 422);
        if (rule_id && !(await isRule(tx, rule_id))) throw invalid([wrong('/rule_id', 'is no rule')], 422);
        const about = { scope: where.type, scope_value: where.value, rule_id, reason, actor: call.key.id };
        const row = await mutes.insertMute(tx, { ...about, hours });
        return { status: 201, body: render(row), headers: { Location: `${PATH}/${row.id}` } };
      }),
  });

const wrong = (pointer: string, message: string) => ({
  ...{ pointer, code: 'value_wrong', message: `${pointer.slice(1)}: ${message}` },
});

const isRule = async (tx: Executor, id: string) => (await mutes.findRuleId(tx, id)) !== undefined;

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List mutes',
    description: 'Those that have not ended.',
    scope: 'prices:read',
    query: z.object(page),
    responses: { 200: { description: 'A page, oldest first', schema: listOf('PriceMuteList', mute) } },
    async handle({ query: { limit, cursor } }) {
      const rows = await mutes.listMutes(db, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  });

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: `${PATH}/{id}`,
    tag,
    summary: 'End a mute',
    scope: 'prices:write',
    params: uuidParams,
    responses: { 204: { description: 'Ended' } },
    async handle({ params: { id } }) {
      if (!(await mutes.deleteMute(db, id))) throw notFound('price_mute', id);
      return { status: 204 };
    },
  });

const MINIMUMS = '/v1/minimum-advertised-prices';
const minimumsOf = z
  .object({ sku: z.string(), prices: z.array(money) })
  .meta({ id: 'MinimumAdvertisedPrices', description: 'In the terms of our own prices' });

const minimums = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: MINIMUMS,
    tag,
    summary: 'Read minimum advertised prices',
    scope: 'prices:read',
    query: z.object({ sku }),
    responses: { 200: { description: 'Of a variant, by currency', schema: minimumsOf } },
    handle: async ({ query }) => ({ status: 200, body: await minimumsBySku(db, query.sku) }),
  });

async function minimumsBySku(db: Executor, code: string) {
  return { sku: code, prices: await listMinimumAdvertised(db, await variantOf(db, code)) };
}

async function variantOf(db: Executor, code: string): Promise<string> {
  const found = await findVariant(db, code);
  if (!found) throw notFound('variant', code);
  return found.variant.id;
}

const setMinimum = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: MINIMUMS,
    tag,
    summary: 'Set a minimum advertised price',
    description: 'The least that a variant may be advertised at; `amount: null` takes it away.',
    scope: 'prices:write',
    body: z
      .strictObject({ sku, currency, amount: z.int().positive().max(1e12).nullable() })
      .meta({ id: 'MinimumAdvertisedPrice' }),
    responses: { 200: { description: 'All of the variant', schema: minimumsOf } },
    handle: ({ body }) =>
      db.transaction(async (tx) => {
        const variantId = await variantOf(tx, body.sku);
        if (body.amount === null) await clearMinimumAdvertised(tx, variantId, body.currency);
        else await setMinimumAdvertised(tx, variantId, { currency: body.currency, amount: body.amount });
        return { status: 200, body: await minimumsBySku(tx, body.sku) };
      }),
  });
