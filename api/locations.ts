/** /v1/locations: where stock lies and parcels leave from. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { insertLocation, type LocationRow, listLocations, updateLocation } from '../db/locations.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound } from './problem.ts';
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
    scope: 'stock:write',
    body: z.strictObject({ code: locationCode, ...members }).meta({ id: 'LocationInput' }),
    responses: { 201: { description: 'Created', schema: locationView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const row = await insertLocation(tx, call.body);
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
    responses: { 200: { description: 'All locations', schema: z.object({ data: z.array(locationView) }) } },
    handle: async () => ({ status: 200, body: { data: await listLocations(db) } }),
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/locations/{code}',
    tag: TAG,
    summary: 'Read a location',
    scope: 'stock:read',
    params: z.object({ code: locationCode }),
    responses: { 200: { description: 'The location', schema: locationView } },
    async handle({ params }) {
      const row = (await listLocations(db)).find(({ code }) => code === params.code);
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
    params: z.object({ code: locationCode }),
    body: z.strictObject(members).meta({ id: 'LocationMembers' }),
    responses: {
      200: { description: 'Replaced', schema: locationView },
      201: { description: 'Created', schema: locationView },
    },
    async handle({ params, body }) {
      const input = { ...body, code: params.code };
      const replaced = await updateLocation(db, input);
      if (replaced) return { status: 200, body: replaced };
      const row = await insertLocation(db, input);
      // Made by somebody else in between: then it is there to be replaced.
      return row ? created(row) : { status: 200, body: await updateLocation(db, input) };
    },
  });
