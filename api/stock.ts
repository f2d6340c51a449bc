/** /v1/stock: what is on the shelves, and its journal. Orders reserve and sell by themselves; here people count and receive. */
import { z } from 'zod';
import type { ApiKey } from '../db/api-keys.ts';
import type { Database, Executor } from '../db/database.ts';
import { defaultLocation, listLocations } from '../db/locations.ts';
import { appendShopEvent } from '../db/shop-events.ts';
import { adjustStock, findStockOfSku, type LevelView, listStockLevels } from '../db/stock-levels.ts';
import { listMovements } from '../db/stock-movements.ts';
import { findVariant, lockVariants } from '../db/variants.ts';
import { locationCode, locationRoutes } from './locations.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, page, sku, text, toPage } from './schemas.ts';

interface Context {
  db: Database;
}

/** `/v1/stock/movements` stands before `/v1/stock/{sku}`, which would take it for a SKU. */
export function stockRoutes(context: Context): Route[] {
  return [...locationRoutes(context), list(context), movements(context), adjust(context), read(context)];
}

const TAG = 'Stock';
const units = { on_hand: z.int(), reserved: z.int(), available: z.int() };
const levelView = z
  .object({ sku: z.string(), location: z.string(), ...units, updated_at: z.iso.datetime() })
  .meta({ id: 'StockLevel' });

const malformedCursor = () =>
  invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock',
    tag: TAG,
    summary: 'List stock levels',
    description: "A vendor's key sees what lies in its vendor's places.",
    scope: 'stock:read',
    vendor: true,
    query: z.object({
      sku: sku.optional(),
      location: locationCode.optional(),
      below: z.coerce
        .number()
        .int()
        .min(-2_147_483_648)
        .max(2_147_483_647)
        .optional()
        .meta({ description: 'Fewer than this to sell' }),
      ...page,
    }),
    responses: {
      200: { description: 'A page of levels, by SKU and location', schema: listOf('StockLevelList', levelView) },
    },
    async handle({ query: { cursor, limit, ...asked }, key }) {
      const filter = { ...asked, vendorId: key.vendor_id ?? undefined };
      const rows = await listStockLevels(db, filter, readPair(cursor), limit + 1);
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => `${row.sku} ${row.location}`,
          (row) => row,
        ),
      };
    },
  });

/** SKUs and location codes hold no spaces. */
function readPair(cursor: string | undefined): readonly [string, string] {
  const after = decodeCursor(cursor);
  if (after === undefined) return ['', ''];
  const [, afterSku, afterLocation] = /^([\x21-\x7e]+) ([\x21-\x7e]+)$/.exec(after) ?? [];
  if (afterSku === undefined || afterLocation === undefined) throw malformedCursor();
  return [afterSku, afterLocation];
}

const skuView = z
  .object({
    sku: z.string(),
    ...units,
    locations: z.array(z.object({ location: z.string(), ...units, updated_at: z.iso.datetime() })),
  })
  .meta({ id: 'SkuStock' });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock/{sku}',
    tag: TAG,
    summary: 'Read the stock of a SKU, per location',
    scope: 'stock:read',
    vendor: true,
    params: z.object({ sku }),
    responses: { 200: { description: 'Stock in all and per location', schema: skuView } },
    async handle({ params, key }) {
      if (key.vendor_id !== null && (await findVariant(db, params.sku))?.vendor_id !== key.vendor_id)
        throw notFound('variant', params.sku);
      const levels = await findStockOfSku(db, params.sku);
      if (levels.length === 0 && !(await findVariant(db, params.sku))) throw notFound('variant', params.sku);
      const total = (member: 'on_hand' | 'reserved' | 'available') =>
        levels.reduce((sum, level) => sum + level[member], 0);
      const sums = { on_hand: total('on_hand'), reserved: total('reserved'), available: total('available') };
      return { status: 200, body: { sku: params.sku, ...sums, locations: levels.map(withoutSku) } };
    },
  });

const withoutSku = ({ sku: _, ...level }: LevelView) => level;

const most = 1_000_000_000;
const adjustment = z
  .strictObject({
    sku,
    location: locationCode.optional().meta({ description: 'Default: main, or the only one there is' }),
    change: z.int().min(-most).max(most).optional(),
    set_to: z.int().min(0).max(most).optional().meta({ description: 'The count found' }),
    reason: text(500),
    kind: z.enum(['received', 'adjusted', 'returned']).default('adjusted'),
  })
  .refine((value) => (value.change === undefined) !== (value.set_to === undefined), {
    path: ['change'],
    message: 'takes one of change and set_to',
  })
  .refine((value) => value.kind === 'adjusted' || (value.change ?? 1) > 0, {
    path: ['change'],
    message: 'is positive when units were received or returned',
  })
  .meta({ id: 'StockAdjustment' });

const adjustedView = levelView
  .omit({ updated_at: true })
  .extend({ change: z.int(), kind: z.string(), reason: z.string() })
  .meta({ id: 'AdjustedStock' });

const adjust = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: '/v1/stock/adjustments',
    tag: TAG,
    summary: 'Receive, count or correct stock',
    description: 'Never leaves less on hand than orders hold: 409 with the facts instead.',
    scope: 'stock:write',
    vendor: true,
    body: adjustment,
    responses: { 201: { description: 'The level as it is now', schema: adjustedView } },
    handle: (call) => once(db, idempotentRequest(call), (tx) => adjustOne(tx, call.body, call.key)),
  });

async function adjustOne(tx: Executor, body: z.output<typeof adjustment>, key: ApiKey): Promise<Answer> {
  const [variant] = await lockVariants(tx, [body.sku]);
  const vendorId = variant && (await findVariant(tx, body.sku))!.vendor_id;
  if (!variant || (key.vendor_id !== null && vendorId !== key.vendor_id))
    throw invalid(
      [{ pointer: '/sku', code: 'variant_not_found', message: `sku: there is no variant ${body.sku}` }],
      422,
    );
  const location = await chooseLocation(tx, body.location, vendorId ?? null, key);
  const actor = key.id;
  const { change, set_to, kind, reason } = body;
  const [level] = await adjustStock(tx, [
    { variant_id: variant.id, location_id: location.id, change, set_to, kind, reason, actor },
  ]);
  const { before, on_hand, reserved, applied } = level!;
  const facts = { sku: body.sku, location: location.code, on_hand, reserved, available: on_hand - reserved };
  if (!applied) {
    const wanted = set_to ?? before + (change ?? 0);
    throw conflict(
      'stock_conflict',
      `${body.sku} at ${location.code} would have ${wanted} on hand, and orders hold ${reserved}.`,
      facts,
    );
  }
  if (on_hand !== before) await appendShopEvent(tx, { type: 'stock.changed', object: 'stock', objectId: body.sku });
  return { status: 201, body: { ...facts, change: on_hand - before, kind, reason } };
}

/** Goods lie in places of whoever sells them; of places of others a vendor's key hears nothing. */
async function chooseLocation(tx: Executor, code: string | undefined, vendorId: string | null, key: ApiKey) {
  const all = await listLocations(tx);
  const locations = all.filter((location) => location.vendor_id === vendorId);
  const foreign = key.vendor_id === null && code !== undefined && all.some((location) => location.code === code);
  const chosen = code === undefined ? defaultLocation(locations) : locations.find((location) => location.code === code);
  if (chosen) return chosen;
  if (foreign)
    throw invalid(
      [
        {
          pointer: '/location',
          code: 'location_of_another',
          message: `location: ${code} is a place of somebody else's goods`,
        },
      ],
      422,
    );
  const message =
    code === undefined ? 'location: is needed, for there is no default' : `location: there is no location ${code}`;
  throw invalid([{ pointer: '/location', code: 'location_not_found', message }], 422);
}

const movementView = z
  .object({
    id: z.int(),
    sku: z.string(),
    location: z.string(),
    kind: z.string(),
    on_hand_change: z.int(),
    reserved_change: z.int(),
    order_id: z.uuid().nullable(),
    reason: z.string().nullable(),
    actor: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'StockMovement' });

const movements = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock/movements',
    tag: TAG,
    summary: 'List stock movements, newest first',
    scope: 'stock:read',
    query: z.object({
      sku: sku.optional(),
      location: locationCode.optional(),
      order_id: z.uuid().optional(),
      kind: z.enum(['received', 'adjusted', 'reserved', 'released', 'sold', 'returned']).optional(),
      ...page,
    }),
    responses: { 200: { description: 'A page of movements', schema: listOf('StockMovementList', movementView) } },
    async handle({ query: { cursor, limit, order_id, ...filter } }) {
      const after = decodeCursor(cursor);
      if (after !== undefined && !/^\d{1,15}$/.test(after)) throw malformedCursor();
      const rows = await listMovements(
        db,
        { ...filter, orderId: order_id },
        Number(after ?? Number.MAX_SAFE_INTEGER),
        limit + 1,
      );
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => String(row.id),
          (row) => row,
        ),
      };
    },
  });
