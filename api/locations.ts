/** /v1/locations: where stock lies and parcels leave from. */
import { z } from 'zod';
import type { ApiKey } from '../db/api-keys.ts';
import type { Database, Executor } from '../db/database.ts';
import { insertLocation, type LocationRow, listLocations, updateLocation } from '../db/locations.ts';
import { findVendor } from '../db/vendors.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { text } from './schemas.ts';

interface Context {
  db: Database;
}

export const locationCode = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'takes lower-case letters, digits, - and _, up to 40');

const TAG = 'Stock';
const members = {
  name: text(200),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'is not an ISO 3166-1 alpha-2 code')
    .transform((code) => code.toUpperCase()),
  position: z.int().min(0).max(1_000_000).default(0).meta({ description: 'Stock is taken from the lowest first' }),
};
const locationView = z
  .object({
    id: z.uuid(),
    code: z.string(),
    name: z.string(),
    country: z.string(),
    position: z.int(),
    vendor_id: z.uuid().nullable().meta({ description: "Whose goods lie there; null: the shop's own" }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Location' });
const created = (row: LocationRow) => ({ status: 201, body: row, headers: { Location: `/v1/locations/${row.code}` } });

export const locationRoutes = (context: Context): Route[] => [
  create(context),
  list(context),
  read(context),
  put(context),
];

const create = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: '/v1/locations',
    tag: TAG,
    summary: 'Create a location',
    description: "Goods of a vendor lie only in places of that vendor; a vendor's key makes its own.",
    scope: 'stock:write',
    vendor: true,
    body: z
      .strictObject({ code: locationCode, ...members, vendor_id: z.uuid().optional() })
      .meta({ id: 'LocationInput' }),
    responses: { 201: { description: 'Created', schema: locationView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { vendor_id, ...input } = call.body;
        const row = await insertLocation(tx, { ...input, vendorId: await placeOwner(tx, vendor_id, call.key) });
        if (!row)
          throw conflict('code_taken', `There is another location with the code ${call.body.code}.`, {
            location: call.body.code,
          });
        return created(row);
      }),
  });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/locations',
    tag: TAG,
    summary: 'List locations',
    scope: 'stock:read',
    vendor: true,
    responses: { 200: { description: 'All locations', schema: z.object({ data: z.array(locationView) }) } },
    handle: async ({ key }) => ({ status: 200, body: { data: await listOwn(db, key) } }),
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/locations/{code}',
    tag: TAG,
    summary: 'Read a location',
    scope: 'stock:read',
    vendor: true,
    params: z.object({ code: locationCode }),
    responses: { 200: { description: 'The location', schema: locationView } },
    async handle({ params, key }) {
      const row = (await listOwn(db, key)).find(({ code }) => code === params.code);
      if (!row) throw notFound('location', params.code);
      return { status: 200, body: row };
    },
  });

const put = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: '/v1/locations/{code}',
    tag: TAG,
    summary: 'Create or replace a location by its code',
    scope: 'stock:write',
    vendor: true,
    params: z.object({ code: locationCode }),
    body: z.strictObject(members).meta({ id: 'LocationMembers' }),
    responses: {
      200: { description: 'Replaced', schema: locationView },
      201: { description: 'Created', schema: locationView },
    },
    async handle({ params, body, key }) {
      const input = { ...body, code: params.code };
      const replaced = await updateLocation(db, input, key.vendor_id);
      if (replaced) return { status: 200, body: replaced };
      const row = await insertLocation(db, { ...input, vendorId: key.vendor_id });
      if (row) return created(row);
      // Made by somebody else in between: then it is there to be replaced, unless it is another's.
      const there = await updateLocation(db, input, key.vendor_id);
      if (!there) throw notFound('location', params.code);
      return { status: 200, body: there };
    },
  });

/** A vendor's key sees its vendor's places. */
async function listOwn(db: Executor, key: Pick<ApiKey, 'vendor_id'>): Promise<LocationRow[]> {
  const all = await listLocations(db);
  return key.vendor_id === null ? all : all.filter(({ vendor_id }) => vendor_id === key.vendor_id);
}

async function placeOwner(tx: Executor, wanted: string | undefined, key: Pick<ApiKey, 'vendor_id'>) {
  const isOthers = key.vendor_id !== null && wanted !== undefined && wanted !== key.vendor_id;
  if (wanted !== undefined && (isOthers || !(await findVendor(tx, wanted))))
    throw invalid(
      [{ pointer: '/vendor_id', code: 'vendor_not_found', message: `vendor_id: there is no vendor ${wanted}` }],
      422,
    );
  return key.vendor_id ?? wanted ?? null;
}
