/** What Stripe pays out to a vendor's bank, as it was read there. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { listVendorPayouts, readPayoutLines } from '../db/vendor-payouts.ts';
import { getOwnVendor } from './own-vendor.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, page, toPage, uuidParams } from './schemas.ts';

const line = z.object({
  type: z.string().meta({ description: "Stripe's: payment (a transfer), payment_refund (a reversal) …" }),
  amount: z.int(),
  currency: z.string(),
  transfer_id: z.uuid().nullable().meta({ description: 'The transfer or reversal of ours' }),
  vendor_order_number: z.string().nullable(),
  created_at: z.date(),
});
const payoutView = z
  .object({
    id: z.string(),
    status: z.string().meta({ description: 'pending, in_transit, paid, failed or canceled' }),
    amount: z.int(),
    currency: z.string(),
    automatic: z.boolean(),
    failure_code: z.string().nullable(),
    arrival_at: z.date(),
    created_at: z.date(),
    lines: z
      .array(line)
      .optional()
      .meta({ description: 'With `payout_id`: what it consists of; Stripe lists it of automatic payouts alone' }),
  })
  .meta({ id: 'VendorPayout' });

const query = z.object({
  payout_id: z
    .string()
    .regex(/^po_\w+$/)
    .optional()
    .meta({ description: 'This one alone, with what it consists of' }),
  ...page,
});

export const vendorPayoutRoutes = ({ db }: { db: Database }): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/vendors/{id}/payouts',
    tag: 'Vendors',
    summary: "List payouts to a vendor's bank, newest first",
    description:
      'As Stripe shows them, read with each event of theirs and with each reconciliation of payouts. Differences from our transfers are findings.',
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    query,
    responses: { 200: { description: 'A page of payouts', schema: listOf('VendorPayouts', payoutView) } },
    async handle(call) {
      const { limit, cursor, payout_id: payoutId } = call.query;
      const { id } = await getOwnVendor(db, call);
      const rows = await listVendorPayouts(db, id, { id: payoutId, after: decodeCursor(cursor), limit });
      const lines = payoutId && rows.length > 0 ? await readPayoutLines(db, id, payoutId) : undefined;
      const render = (row: (typeof rows)[number]) =>
        lines ? { ...row, lines: lines.map(({ payout_id: _, ...each }) => each) } : row;
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  }),
];
