/**
 * The end of a return that was counted: what came back is valued, the money (or other goods) goes out for it, its stock moves, and the
 * customer is told, all in the caller's transaction. Who finds it settled does nothing. What cannot be given back as computed (a
 * dispute, another refund) changes nothing and stands in the exceptions list for a person.
 */
import type { RefundRefusal } from '../domain/refunds.ts';
import type { ReturnValue } from '../domain/returns/terms.ts';
import { valueReturn } from '../domain/returns/value.ts';
import { type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { openExchange } from './exchanges.ts';
import { uuidv7 } from './ids.ts';
import { creditRefundable, giveBack } from './order-credits.ts';
import { insertRefundLines, type RefundBasis, readRefundBasis } from './refund-requests.ts';
import { refundableAmount } from './refunds.ts';
import { tellReturned } from './return-news.ts';
import { restockReturn } from './return-stock.ts';
import { findReturn, lockReturn, moveReturn, type ReturnRow, type ReturnView, tellReturn } from './returns.ts';

export const NOT_SETTLED = 'return_not_settled';

export type ReturnProblem =
  | RefundRefusal
  | { code: 'order_disputed' }
  | { code: 'payment_not_taken' }
  | { code: 'less_is_left'; wanted: number; refundable: number };

export type Settlement =
  | { kind: 'settled'; status: ReturnRow['status'] }
  /** It is not to be settled: it was before, or nothing has been counted yet. */
  | { kind: 'late'; status: ReturnRow['status'] }
  | { kind: 'refused'; problem: ReturnProblem };

/** What a return comes to as it was counted, and what of that could be given back now. */
export async function valueOfReturn(
  tx: Executor,
  ret: ReturnView,
): Promise<{ value: ReturnValue | RefundRefusal; refundable: number; basis: RefundBasis }> {
  const basis = await readRefundBasis(tx, ret.order_id);
  const lines = ret.lines.map(({ line_id: lineId, reason, terms, good, damaged }) => ({
    lineId,
    reason,
    terms,
    good,
    damaged,
  }));
  const chargesLabel =
    ret.way_back === 'customer' && ret.parcels.some((parcel) => parcel.kind === 'label' && isUsed(parcel.status));
  const {
    currency,
    shipping_amount: shippingAmount,
    tax_amount: taxAmount,
    shipping_refunded: shippingRefunded,
  } = basis;
  const order = { currency, shippingAmount, taxAmount, shippingRefunded, lines: basis.lines };
  const refundable = (await refundableAmount(tx, ret.order_id)) + (await creditRefundable(tx, ret.order_id));
  return { value: valueReturn(order, { lines, chargesLabel }), refundable, basis };
}

const isUsed = (status: string) => status === 'in_transit' || status === 'delivered' || status === 'exception';

export interface SettleOptions {
  actor: string;
  /** What a person gives instead of what was computed; never more than the goods and the delivery are worth. */
  amount?: number | undefined;
}

/** Locks the order and its return; see the head of the file. */
export async function settleReturn(tx: Executor, id: string, { actor, amount }: SettleOptions): Promise<Settlement> {
  const row = await lockReturn(tx, id);
  if (row?.status !== 'received') return { kind: 'late', status: row?.status ?? 'closed' };
  const ret = (await findReturn(tx, id))!;
  const { value: computed, refundable, basis } = await valueOfReturn(tx, ret);
  if ('code' in computed) return refuse(tx, ret, computed);
  const worth = ret.resolution === 'exchange' ? withoutDelivery(computed) : computed;
  const value = amount === undefined ? worth : withAmount(worth, amount);
  const problem = value.amount > 0 ? judgeMoney(basis, value.amount, refundable) : undefined;
  if (problem) return refuse(tx, ret, problem);
  const end = await resolve(tx, ret, value);
  if (!end) return refuse(tx, ret, { code: 'less_is_left', wanted: value.amount, refundable });
  await noteLines(tx, id, value);
  await restockReturn(tx, {
    id,
    orderId: ret.order_id,
    number: ret.number,
    locationId: ret.restock_there ? ret.location_id : null,
    actor,
  });
  const amounts = {
    goods_amount: value.goods,
    fee_amount: value.kept,
    shipping_amount: value.shipping,
    amount: value.amount,
  };
  await moveReturn(tx, id, end.status, { ...amounts, ...end.set, settled_at: new Date() });
  await resolveException(tx, NOT_SETTLED, id, 'The return was settled.');
  await tellReturn(tx, ret, {
    type: end.status,
    actor,
    data: { amount: value.amount, currency: ret.currency, ...end.data },
  });
  await tellReturned(tx, ret, end.status, value.amount);
  return { kind: 'settled', status: end.status };
}

interface End {
  status: 'refunded' | 'exchanged' | 'closed';
  set: { refund_id?: string; exchange_order_id?: string };
  data: object;
}

/** What the customer gets for what came back. Undefined when the money is not there any more. */
async function resolve(tx: Executor, ret: ReturnView, value: ReturnValue): Promise<End | undefined> {
  switch (ret.resolution) {
    case 'exchange':
      return value.amount > 0 ? exchange(tx, ret, value) : { status: 'closed', set: {}, data: {} };
    case 'refund':
      return value.amount > 0 ? refund(tx, ret, value) : { status: 'closed', set: {}, data: {} };
  }
}

async function exchange(tx: Executor, ret: ReturnView, value: ReturnValue): Promise<End | undefined> {
  const made = await openExchange(tx, ret, value);
  if (!made) return undefined;
  const { orderId, number, due, refundId } = made;
  return {
    status: 'exchanged',
    set: { exchange_order_id: orderId, ...(refundId ? { refund_id: refundId } : {}) },
    data: { order_id: orderId, order_number: number, due, ...(refundId ? { refund_id: refundId } : {}) },
  };
}

async function refund(tx: Executor, ret: ReturnView, value: ReturnValue): Promise<End | undefined> {
  const made = await giveBack(tx, {
    id: uuidv7(),
    orderId: ret.order_id,
    cause: `return/${ret.id}`,
    amount: value.amount,
    shippingAmount: value.shipping,
    reason: 'requested_by_customer',
    note: ret.number,
  });
  if (!made) return undefined;
  const [refundId] = made;
  await insertRefundLines(tx, refundId, value.lines);
  return { status: 'refunded', set: { refund_id: refundId }, data: { refund_id: refundId } };
}

/** Who gets other goods for those that came back has had the delivery that was paid. */
const withoutDelivery = (value: ReturnValue): ReturnValue => ({
  ...value,
  shipping: 0,
  amount: value.amount - value.shipping,
});

/** Another amount for the same goods: the delivery counts no further than the amount, the lines take the rest in proportion. */
function withAmount(value: ReturnValue, amount: number): ReturnValue {
  const shipping = Math.min(value.shipping, amount);
  const whole = Math.max(
    1,
    value.lines.reduce((sum, line) => sum + line.quantity, 0),
  );
  let [past, given] = [0, 0];
  const lines = value.lines.map((line) => {
    past += line.quantity;
    const share = Math.floor(((amount - shipping) * past) / whole) - given;
    given += share;
    return { ...line, amount: share };
  });
  return { ...value, shipping, kept: Math.max(0, value.goods - (amount - shipping)), amount, lines };
}

function judgeMoney(basis: RefundBasis, wanted: number, refundable: number): ReturnProblem | undefined {
  if (basis.payment_status !== 'succeeded') return { code: 'payment_not_taken' };
  if (basis.dispute_status === 'open') return { code: 'order_disputed' };
  return wanted > refundable ? { code: 'less_is_left', wanted, refundable } : undefined;
}

async function refuse(
  tx: Executor,
  { id, order_id: orderId, number }: ReturnView,
  problem: ReturnProblem,
): Promise<Settlement> {
  await openException(tx, { code: NOT_SETTLED, subject: id, orderId, detail: { number, ...problem } });
  return { kind: 'refused', problem };
}

const note = statement(
  'note_return_line_amounts',
  `update return_lines l set amount = i.amount from jsonb_to_recordset($2::jsonb) as i ("lineId" uuid, amount bigint)
   where l.return_id = $1 and l.line_id = i."lineId"`,
);

async function noteLines(tx: Executor, id: string, { lines }: ReturnValue): Promise<void> {
  await tx.rows(note, [id, JSON.stringify(lines)]);
}
