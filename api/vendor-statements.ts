/** A vendor's statement of a month or of some days, as JSON, CSV or a page with a picture. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { readStatementFacts } from '../db/vendor-statements.ts';
import { makeStatement } from '../domain/vendors/statement.ts';
import { statementToCsv } from '../domain/vendors/statement-csv.ts';
import { renderStatement } from '../domain/vendors/statement-page.ts';
import { bound, chooseForm } from './ledger-views.ts';
import { getOwnVendor } from './own-vendor.ts';
import { invalid } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import { statementView } from './vendor-money-schemas.ts';

interface Context {
  db: Database;
  shopName: string;
}

const FORMS = ['json', 'csv', 'html'] as const;
const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be like 2026-11')
  .optional()
  .meta({ description: 'Default: this one, unless from and to are given', example: '2026-11' });

export const vendorStatementRoutes = ({ db, shopName }: Context): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/vendors/{id}/statements',
    tag: 'Vendors',
    summary: "Read a vendor's statement of a month, or of some days",
    description:
      'Opening balance, what each order brought and took, transfers, closing balance: by what the ledger has booked on those days (UTC).',
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    query: z.object({
      month,
      from: bound,
      to: bound,
      format: z.enum(FORMS).optional().meta({ description: 'Default: what Accept says' }),
    }),
    responses: {
      200: { description: 'The statement', schema: statementView, alsoAs: ['text/csv', 'text/html'] },
    },
    async handle(call) {
      const { query, req, res } = call;
      const form = chooseForm(req, query.format, FORMS);
      const range = rangeOf(query);
      const vendor = await getOwnVendor(db, call);
      const statements = makeStatement(await readStatementFacts(db, vendor.id, range));
      res.vary('Accept');
      if (form === 'json') return { status: 200, body: { vendor_id: vendor.id, ...range, currencies: statements } };
      if (form === 'html') {
        res.type('text/html').send(renderStatement({ vendor, shopName, ...range, statements }));
        return undefined;
      }
      const name = `statement-${vendor.number}-${range.from}-${range.to}.csv`;
      res.type('text/csv').set('Content-Disposition', `attachment; filename="${name}"`);
      res.send(statementToCsv(statements));
      return undefined;
    },
  }),
];

interface Wish {
  month?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Both days are part of it. Throws 400. */
function rangeOf({ month: wanted, from, to }: Wish): { from: string; to: string } {
  if (from === undefined && to === undefined) {
    const first = `${wanted ?? new Date().toISOString().slice(0, 7)}-01`;
    const [year, at] = first.split('-').map(Number) as [number, number];
    return { from: first, to: new Date(Date.UTC(year, at, 0)).toISOString().slice(0, 10) };
  }
  if (wanted) throw wrong('month', 'is for a whole month; from and to are for other days');
  if (from === undefined || to === undefined) throw wrong(from ? 'to' : 'from', 'is needed: both are days of it');
  if (from > to) throw wrong('to', 'lies before from');
  return { from, to };
}

const wrong = (pointer: string, message: string) =>
  invalid([{ pointer, code: 'invalid', message: `${pointer}: ${message}` }]);
