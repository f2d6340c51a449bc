/** What a vendor has: balance, transfers and payment terms; and a look at everything that is not paid yet. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import {
  listVendorTransfers,
  payVendorAgain,
  readDelay,
  readVendorBalances,
  setDelay,
} from '../db/vendor-statements.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { getOwnVendor, lockOwnVendor } from './own-vendor.ts';
import { defineRoute, type Route } from './route.ts';
import { page, toPage, uuidParams } from './schemas.ts';
import { balanceView, newPaymentTerms, paymentTerms, transferList, transferStatus } from './vendor-money-schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export const vendorBalanceRoutes = (context: Context): Route[] => [
  balance(context),
  transfers(context),
  pay(context),
  readTerms(context),
  changeTerms(context),
];

const tag = 'Vendors';

const balance = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/vendors/{id}/balance',
    tag,
    summary: "Read a vendor's balance",
    description: 'By currency: what it has earned, what was transferred, and what the rest waits for.',
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'The balance', schema: balanceView } },
    async handle(call) {
      const { id } = await getOwnVendor(db, call);
      return { status: 200, body: { vendor_id: id, balances: await readVendorBalances(db, id) } };
    },
  });

const transfers = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/vendors/{id}/transfers',
    tag,
    summary: 'List transfers to a vendor and their reversals, newest first',
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    query: z.object({ status: transferStatus.optional(), vendor_order_id: z.uuid().optional(), ...page }),
    responses: { 200: { description: 'A page of transfers', schema: transferList } },
    async handle(call) {
      const { limit, cursor, ...filter } = call.query;
      const { id } = await getOwnVendor(db, call);
      const rows = await listVendorTransfers(db, id, filter, { after: idCursor(cursor), limit });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row.id,
          (row) => row,
        ),
      };
    },
  });

const pay = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: '/v1/vendors/{id}/pay',
    tag,
    summary: 'Look now at what is not paid to a vendor, or not taken back',
    description:
      'What is due and can be paid is transferred, and what Stripe refused is asked for again, now instead of at its next time. Delays still hold.',
    scope: 'vendors:write',
    params: uuidParams,
    responses: {
      202: {
        description: 'They are looked at',
        schema: z.object({ vendor_orders: z.int() }).meta({ id: 'VendorPay' }),
      },
    },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = await lockOwnVendor(tx, call);
        return { status: 202, body: { vendor_orders: await payVendorAgain(tx, id) } };
      }),
  });

const readTerms = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/vendors/{id}/payment-terms',
    tag,
    summary: 'Read when a vendor is paid',
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'The terms', schema: paymentTerms } },
    async handle(call) {
      const { id } = await getOwnVendor(db, call);
      return { status: 200, body: { delay_seconds: await readDelay(db, id) } };
    },
  });

const changeTerms = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: '/v1/vendors/{id}/payment-terms',
    tag,
    summary: 'Say when a vendor is paid',
    description: 'Holds for money that is taken from now on.',
    scope: 'vendors:write',
    params: uuidParams,
    body: newPaymentTerms,
    responses: { 200: { description: 'The terms', schema: paymentTerms } },
    async handle(call) {
      await db.transaction(async (tx) => {
        const { id } = await lockOwnVendor(tx, call);
        await setDelay(tx, id, call.body.delay_seconds);
      });
      return { status: 200, body: call.body };
    },
  });
