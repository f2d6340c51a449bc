/** /v1/commission: what the shop keeps of what vendors sell. What is sold already keeps the rate it was sold at. */
import { z } from 'zod';
import { listCommissionChanges, readCommission, setCommission } from '../db/commission.ts';
import type { Database } from '../db/database.ts';
import { notFound, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, page, toPage } from './schemas.ts';
import { commissionChanges, commissionView, newCommission } from './vendor-money-schemas.ts';

interface Context {
  db: Database;
}

export const commissionRoutes = (context: Context): Route[] => [read(context), change(context), changes(context)];

const tag = 'Vendors';
const path = '/v1/commission';

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path,
    tag,
    summary: "Read the shop's commission, and what vendors and categories have of their own",
    scope: 'vendors:read',
    responses: { 200: { description: 'The rates', schema: commissionView } },
    handle: async () => ({ status: 200, body: await readCommission(db) }),
  });

const change = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path,
    tag,
    summary: 'Set the commission of the shop, of a vendor or of a category',
    description: 'For what is sold from now on.',
    scope: 'vendors:write',
    body: newCommission,
    responses: { 200: { description: 'The rates as they are now', schema: commissionView } },
    async handle({ body: { basis_points: basisPoints, vendor_id: vendorId, category_id: categoryId }, key }) {
      await db.transaction(async (tx) => {
        if (await setCommission(tx, { vendorId, categoryId, basisPoints }, key.id)) return;
        throw vendorId ? notFound('vendor', vendorId) : notFound('category', categoryId!);
      });
      return { status: 200, body: await readCommission(db) };
    },
  });

const changes = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${path}/changes`,
    tag,
    summary: 'List changes of commissions, newest first',
    scope: 'vendors:read',
    query: z.object(page),
    responses: { 200: { description: 'A page of changes', schema: commissionChanges } },
    async handle({ query: { limit, cursor } }) {
      const rows = await listCommissionChanges(db, before(cursor), limit);
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          ({ id }) => String(id),
          ({ id: _, ...row }) => row,
        ),
      };
    },
  });

function before(cursor: string | undefined): number {
  const id = Number(decodeCursor(cursor) ?? Number.MAX_SAFE_INTEGER);
  if (Number.isSafeInteger(id)) return id;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}
