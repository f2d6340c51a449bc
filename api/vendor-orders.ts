/** /v1/vendor-orders: each vendor's part of the orders, for the shop and for the vendor itself. */
import type { Database, Executor } from '../db/database.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import { appendVendorOrderEvent } from '../db/vendor-order-parts.ts';
import {
  findVendorOrder,
  type LockedVendorOrder,
  listVendorOrderEvents,
  listVendorOrders,
  lockVendorOrder,
  packVendorOrder,
  setVendorOrderProblem,
  type VendorOrderRow,
} from '../db/vendor-orders.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { showHistory } from './own-vendor.ts';
import { conflict, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import * as schemas from './vendor-order-schemas.ts';
import { historyView } from './vendor-schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

const PATH = '/v1/vendor-orders';
const ITEM = `${PATH}/{id}`;
const tag = 'Vendor orders';

export function vendorOrderRoutes(context: Context): Route[] {
  return [list(context), read(context), history(context), pack(context), report(context), settle(context)];
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: "List vendors' parts of orders, newest first",
    description: "A vendor's key sees its own.",
    scope: 'vendors:read',
    vendor: true,
    query: schemas.vendorOrderQuery,
    responses: { 200: { description: 'A page of parts', schema: schemas.vendorOrderList } },
    async handle({ query, key }) {
      const { limit, cursor, status, vendor_id, order_id, has_problem } = query;
      // What somebody else has is as if there were none of it.
      if (key.vendor_id !== null && vendor_id !== undefined && vendor_id !== key.vendor_id) return NONE;
      const filter = { vendorId: key.vendor_id ?? vendor_id, orderId: order_id, status, hasProblem: has_problem };
      const rows = await listVendorOrders(db, filter, { before: idCursor(cursor), limit: limit + 1 });
      const body = toPage(
        rows,
        limit,
        (row) => row.id,
        (row) => schemas.renderVendorOrder(row, key),
      );
      return { status: 200, body };
    },
  });

const NONE = { status: 200, body: { data: [], has_more: false, next_cursor: null } };

type OneCall = Pick<Call<unknown, unknown, { id: string }>, 'params' | 'key'>;

async function getOne(db: Executor, { params: { id }, key }: OneCall): Promise<VendorOrderRow> {
  const row = await findVendorOrder(db, id, key.vendor_id);
  if (!row) throw notFound('vendor_order', id);
  return row;
}

const show = (row: VendorOrderRow, key: OneCall['key']): Answer => ({
  status: 200,
  body: schemas.renderVendorOrder(row, key),
  headers: { ETag: etagOf(row.version) },
});

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ITEM,
    tag,
    summary: "Read a vendor's part of an order",
    description:
      "Its lines, its parcels with their labels, and where they go. A vendor's key sees neither the other parts nor the payment; e-mail address and telephone number only where the shop says so.",
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'The part', schema: schemas.vendorOrderView } },
    handle: async (call) => show(await getOne(db, call), call.key),
  });

const history = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${ITEM}/events`,
    tag,
    summary: "Read the history of a vendor's part of an order",
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'All that happened to it, oldest first', schema: historyView } },
    async handle(call) {
      const { id } = await getOne(db, call);
      return { status: 200, body: { data: showHistory(await listVendorOrderEvents(db, id)) } };
    },
  });

/** A change of one part: 404 for another's, 412 when If-Match asks for another version. */
function changeOnce(
  db: Database,
  call: OneCall & Pick<Call, 'headers' | 'req'>,
  effect: (tx: Executor, part: LockedVendorOrder) => Promise<{ type: string; data?: object }>,
): Promise<Answer> {
  return once(db, idempotentRequest(call), async (tx) => {
    const part = await lockVendorOrder(tx, call.params.id, call.key.vendor_id);
    if (!part) throw notFound('vendor_order', call.params.id);
    assertVersion(expectedVersion(call), part.version);
    const event = await effect(tx, part);
    await appendVendorOrderEvent(tx, { id: part.id, vendorId: part.vendor_id }, { ...event, actor: call.key.id });
    return show(await getOne(tx, call), call.key);
  });
}

const changed = { 200: { description: 'The part as it is now', schema: schemas.vendorOrderView } };

const pack = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${ITEM}/pack`,
    tag,
    summary: 'Say that a part is packed',
    scope: 'vendors:write',
    vendor: true,
    params: uuidParams,
    responses: changed,
    handle: (call) =>
      changeOnce(db, call, async (tx, { id, status }) => {
        if (await packVendorOrder(tx, id)) return { type: 'vendor_order.packed' };
        throw conflict('vendor_order_state_conflict', `It is ${status}; only what is open is packed.`, { status });
      }),
  });

const report = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${ITEM}/report-problem`,
    tag,
    summary: 'Report what stands in the way of a part',
    description:
      'It stands in the list of exceptions until the shop has settled it: by an edit, a refund, or by telling the vendor what to do.',
    scope: 'vendors:write',
    vendor: true,
    params: uuidParams,
    body: schemas.problemReport,
    responses: changed,
    handle: (call) =>
      changeOnce(db, call, async (tx, { id, order_id: orderId, vendor_id, number, status }) => {
        if (status === 'delivered' || status === 'canceled')
          throw conflict('vendor_order_state_conflict', `It is ${status}: nothing stands in its way.`, { status });
        const { reason, note = null } = call.body;
        await setVendorOrderProblem(tx, id, { reason, note, reported_at: new Date().toISOString() });
        const detail = { vendor_order: number, vendor_id, reason, note };
        await openException(tx, { code: 'vendor_problem', subject: id, orderId, detail });
        return { type: 'vendor_order.problem', data: { reason, note } };
      }),
  });

const settle = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${ITEM}/settle-problem`,
    tag,
    summary: 'Settle what a vendor has reported',
    scope: 'vendors:write',
    params: uuidParams,
    body: schemas.problemSettlement,
    responses: changed,
    handle: (call) =>
      changeOnce(db, call, async (tx, { id, problem }) => {
        if (problem === null) throw conflict('no_problem_reported', 'The vendor has reported nothing.');
        const { resolution } = call.body;
        await setVendorOrderProblem(tx, id, undefined);
        await resolveException(tx, 'vendor_problem', id, resolution);
        return { type: 'vendor_order.problem_settled', data: { resolution } };
      }),
  });
