/** What may be done with a return: approve, refuse, call off, count, close. Each names the states it may start from. */
import type { Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { insertJobs } from '../db/outbox.ts';
import { tellApproved, tellCustomer } from '../db/return-news.ts';
import { arriveParcels, cancelParcels, insertParcel } from '../db/return-parcels.ts';
import { listReceipts, writeReceipt, writeTotals } from '../db/return-receipts.ts';
import { findReturnLocation, restockReturn } from '../db/return-stock.ts';
import { readReturnable } from '../db/return-units.ts';
import {
  approveLines,
  findReturn,
  lockReturn,
  moveReturn,
  type ReturnRow,
  type ReturnView,
  tellReturn,
} from '../db/returns.ts';
import { totalCounts } from '../domain/returns/count-receipts.ts';
import { returnableUnits } from '../domain/returns/judge-request.ts';
import { type ReturnStatus, returnTransitions } from '../domain/returns/return-status.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { makeJob } from '../queues/define-queue.ts';
import { assertVersion } from './etag.ts';
import { conflict, invalid, notFound } from './problem.ts';
import type { ReceiptBody } from './return-bodies.ts';

/** Locks the order and its return. Throws 404 when there is none and 412 when the caller knew another version. */
export async function lockReturnForChange(tx: Executor, id: string, expected: number | undefined): Promise<ReturnRow> {
  const row = await lockReturn(tx, id);
  if (!row) throw notFound('return', id);
  assertVersion(expected, row.version);
  return row;
}

interface Approval {
  lines?: readonly { line_id?: string | undefined; sku?: string | undefined; quantity: number }[] | undefined;
  way?: 'label' | 'own' | undefined;
  send_by?: string | undefined;
  note?: string | undefined;
}

/** Lets goods come back, all that was asked for or less, and says how; a label is bought by a job, which then tells the customer. */
export async function approveReturn(tx: Executor, id: string, approval: Approval, actor: string): Promise<void> {
  const before = (await findReturn(tx, id))!;
  assertMove(before, 'approved');
  const lines = approval.lines && resolveApproved(before, approval.lines);
  const way = approval.way ?? before.way;
  const days = Math.min(...before.lines.map((line) => line.terms.sendDays));
  const now = new Date();
  const sendBy = approval.send_by ? new Date(approval.send_by) : new Date(now.getTime() + days * 86_400_000);
  if (sendBy <= now) throw invalid([{ pointer: '/send_by', code: 'too_early', message: 'send_by lies in the past.' }]);
  await approveLines(tx, id, lines);
  await moveReturn(tx, id, 'approved', { way, approved_at: now, send_by: sendBy });
  if (way === 'label') await insertParcel(tx, { id: uuidv7(), returnId: id, orderId: before.order_id, kind: 'label' });
  await tellReturn(tx, before, {
    type: 'approved',
    actor,
    data: { way, send_by: sendBy.toISOString(), ...noteOf(approval) },
  });
  const ret = (await findReturn(tx, id))!;
  if (way === 'own') await tellApproved(tx, ret);
  else await advance(tx, ret);
}

const noteOf = ({ note }: Approval) => (note ? { note } : {});

function resolveApproved(ret: ReturnView, wanted: NonNullable<Approval['lines']>) {
  const lines = wanted.map(({ line_id, sku, quantity }, index) => {
    const line = findLine(ret, { line_id, sku }, index);
    if (quantity > line.quantity)
      throw conflict('more_than_asked', `Of ${line.sku}, ${line.quantity} unit(s) were asked for.`);
    return { lineId: line.line_id, quantity };
  });
  if (lines.every(({ quantity }) => quantity === 0))
    throw conflict('nothing_approved', 'An approval is of one unit at least; refuse the return instead.');
  return lines;
}

function findLine(
  ret: ReturnView,
  { line_id, sku }: { line_id?: string | undefined; sku?: string | undefined },
  index: number,
) {
  const own = ret.lines.filter((line) => (line_id ? line.line_id === line_id : line.sku === sku));
  const pointer = `/lines/${index}/${line_id ? 'line_id' : 'sku'}`;
  if (own.length === 0) throw invalid([{ pointer, code: 'line_unknown', message: 'The return has no such line.' }]);
  if (own.length > 1)
    throw invalid([{ pointer, code: 'line_ambiguous', message: `${sku} stands on several lines: name its line_id.` }]);
  return own[0]!;
}

export async function refuseReturn(tx: Executor, id: string, reason: string, actor: string): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  assertMove(ret, 'refused');
  await moveReturn(tx, id, 'refused', { reason });
  await tellReturn(tx, ret, { type: 'refused', actor, data: { reason } });
  await tellCustomer(tx, 'return.refused', ret, { reason });
}

/** Calls a return off that has not left; its units may be asked for anew. A second call changes nothing. */
export async function cancelReturn(tx: Executor, id: string, reason: string | undefined, actor: string): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  if (ret.status === 'canceled') return;
  assertMove(ret, 'canceled');
  await moveReturn(tx, id, 'canceled', { reason: reason ?? null });
  await cancelParcels(tx, id);
  await tellReturn(tx, ret, { type: 'canceled', actor, data: reason ? { reason } : {} });
  await tellCustomer(tx, 'return.closed', ret, { reason: reason ?? 'canceled' });
}

/** Ends a return without a refund. Goods that were counted are taken in all the same. */
export async function closeReturn(tx: Executor, id: string, reason: string, actor: string): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  assertMove(ret, 'closed');
  const { order_id: orderId, number, restock_there, location_id } = ret;
  await restockReturn(tx, { id, orderId, number, locationId: restock_there ? location_id : null, actor });
  const nothing = { goods_amount: 0, fee_amount: 0, shipping_amount: 0, amount: 0 };
  await moveReturn(tx, id, 'closed', { reason, settled_at: new Date(), ...nothing });
  await tellReturn(tx, ret, { type: 'closed', actor, data: { reason } });
  await tellCustomer(tx, 'return.closed', ret, { reason });
}

/** Gets what a customer sends by themselves onto its way. */
export async function addOwnParcel(
  tx: Executor,
  id: string,
  { carrier, tracking_number: trackingNumber }: { carrier: string; tracking_number: string },
  actor: string,
): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  assertExpected(ret);
  if (ret.parcels.some((parcel) => parcel.tracking_number === trackingNumber)) return;
  await insertParcel(tx, { id: uuidv7(), returnId: id, orderId: ret.order_id, kind: 'own', carrier, trackingNumber });
  await moveReturn(tx, id, 'in_transit');
  await tellReturn(tx, ret, { type: 'in_transit', actor, data: { carrier, tracking_number: trackingNumber } });
}

/** Asks for a label: the first, or another when the one before is used or lost. */
export async function addLabel(tx: Executor, id: string, actor: string): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  assertExpected(ret);
  if (ret.parcels.some((parcel) => parcel.kind === 'label' && parcel.status === 'pending')) return;
  await insertParcel(tx, { id: uuidv7(), returnId: id, orderId: ret.order_id, kind: 'label' });
  await moveReturn(tx, id, null, { way: 'label' });
  await tellReturn(tx, ret, { type: 'label_requested', actor });
  await advance(tx, (await findReturn(tx, id))!);
}

const COUNTABLE: ReadonlySet<ReturnStatus> = new Set([
  'approved',
  'label_sent',
  'in_transit',
  'arrived',
  'received',
  'lapsed',
]);

/** Records what lay in a parcel, or corrects it; with the last of what was approved the return is received. */
export async function receiveReturn(tx: Executor, id: string, body: ReceiptBody, actor: string): Promise<void> {
  const ret = (await findReturn(tx, id))!;
  if (!COUNTABLE.has(ret.status))
    throw conflict('return_not_expected', `A return that is ${ret.status} is not counted.`, { status: ret.status });
  if (ret.status === 'lapsed') await assertStillFree(tx, ret);
  const lines = body.lines.map(({ line_id, sku, note = null, ...counts }, index) => {
    return { line_id: findLine(ret, { line_id, sku }, index).line_id, ...counts, note };
  });
  if (new Set(lines.map((line) => line.line_id)).size < lines.length)
    throw invalid([{ pointer: '/lines', code: 'line_repeated', message: 'A parcel counts each line once.' }]);
  const locationId = body.location ? await resolveLocation(tx, id, body.location) : undefined;
  const changed = await writeReceipt(tx, id, body.parcel, lines, actor);
  const isLast = body.complete || ret.status === 'received';
  if (!changed && !(isLast && ret.status !== 'received') && !locationId) return;
  const totals = await total(tx, ret, isLast);
  await writeTotals(tx, id, totals.lines);
  const to = totals.isComplete ? 'received' : 'arrived';
  const place = locationId ? { location_id: locationId, restock_there: true } : {};
  const isMoved = await moveReturn(tx, id, to, totals.isComplete ? { received_at: new Date(), ...place } : place);
  if (!isMoved) await moveReturn(tx, id, null, { received_at: totals.isComplete ? new Date() : null, ...place });
  if (totals.isComplete) await arriveParcels(tx, id);
  const type = ret.status === 'received' ? 'corrected' : totals.isComplete ? 'received' : 'counted';
  await tellReturn(tx, ret, { type, actor, data: { parcel: body.parcel, lines: totals.lines } });
  await advance(tx, (await findReturn(tx, id))!);
}

async function total(tx: Executor, ret: ReturnView, isLast: boolean) {
  const approved = new Map(ret.lines.map((line) => [line.line_id, line.approved_quantity ?? line.quantity]));
  const counts = (await listReceipts(tx, ret.id)).map(({ line_id: lineId, ...row }) => ({ ...row, lineId }));
  const totals = totalCounts(approved, counts, isLast);
  if (!('code' in totals)) return totals;
  const sku = ret.lines.find((line) => line.line_id === totals.lineId)?.sku;
  const detail = `Of ${sku}, ${totals.approved} unit(s) were to come back and ${totals.counted} were counted. What else came is a return of its own.`;
  throw conflict(totals.code, detail, { line_id: totals.lineId, approved: totals.approved, counted: totals.counted });
}

/** What lapsed may have been asked for anew since. */
async function assertStillFree(tx: Executor, ret: ReturnView): Promise<void> {
  const free = new Map((await readReturnable(tx, ret.order_id)).map((line) => [line.id, returnableUnits(line)]));
  const taken = ret.lines.find((line) => (line.approved_quantity ?? 0) > (free.get(line.line_id) ?? 0));
  if (taken) throw conflict('units_exceeded', `${taken.sku} was asked back by another return since this one lapsed.`);
}

async function resolveLocation(tx: Executor, id: string, code: string): Promise<string> {
  const found = await findReturnLocation(tx, id, code);
  const refuse = (reason: string, message: string) => invalid([{ pointer: '/location', code: reason, message }]);
  if (!found) throw refuse('location_unknown', `There is no location ${code}.`);
  if (!found.fits)
    throw refuse('location_of_another', `Goods of this return may not lie at ${code}: it is another's place.`);
  return found.id;
}

export function assertMove(ret: ReturnRow, to: ReturnStatus): void {
  const allowed: readonly string[] = returnTransitions[ret.status];
  if (!allowed.includes(to))
    throw conflict('transition_not_allowed', `A return that is ${ret.status} cannot become ${to}.`, {
      from: ret.status,
      to,
      allowed,
    });
}

function assertExpected(ret: ReturnRow): void {
  if (ret.status !== 'approved' && ret.status !== 'label_sent' && ret.status !== 'in_transit')
    throw conflict('return_not_expected', `A return that is ${ret.status} is not sent.`, { status: ret.status });
}

/** Wakes who goes on with what needs no person. */
async function advance(tx: Executor, { id, order_id, version }: ReturnView): Promise<void> {
  await insertJobs(tx, [makeJob(advanceReturn, { order_id, return_id: id, version })]);
}
