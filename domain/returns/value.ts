/**
 * What goods that came back are worth: their price and share of the tax by the same cumulative rule as any refund, so that all
 * parts of an order add up to its total; less what their condition and the fees of their terms take; with the delivery where
 * the terms give it back. Pure; granted by the database.
 */
import { shareOf, stepOf } from '../money.ts';
import { planRefund, type RefundableOrder, type RefundRefusal } from '../refunds.ts';
import { isOurFault, type ReturnReason, type ReturnTerms, type ReturnValue } from './terms.ts';

export interface ReturnedLine {
  lineId: string;
  reason: ReturnReason;
  terms: ReturnTerms;
  /** Units of the line that came back, as they were sold and damaged. */
  good: number;
  damaged: number;
}

export interface ReturnedGoods {
  lines: readonly ReturnedLine[];
  /** Whether the customer has used a label of ours and pays the way back. */
  chargesLabel: boolean;
}

type OrderPrice = Omit<RefundableOrder, 'refundable'>;

/** Refuses only units that were given back meanwhile; whether the money is there, is for who grants it. */
export function valueReturn(order: OrderPrice, goods: ReturnedGoods): ReturnValue | RefundRefusal {
  const came = goods.lines.filter((line) => line.good + line.damaged > 0);
  const wish = came.map((line) => ({ lineId: line.lineId, quantity: line.good + line.damaged }));
  const shipping = !order.shippingRefunded && order.shippingAmount > 0 && givesShippingBack(order, came);
  const plan = planRefund({ ...order, refundable: Number.MAX_SAFE_INTEGER }, { lines: wish, shipping });
  if ('code' in plan) return plan.code === 'nothing_to_refund' ? worthNothing(wish) : plan;
  const shippingPart = Math.min(plan.shippingAmount, plan.amount);
  const whole = plan.amount - shippingPart;
  const byId = new Map(came.map((line) => [line.lineId, line]));
  const net = plan.lines.map((line) => netOf(byId.get(line.lineId)!, line.amount));
  const step = stepOf(order.currency);
  const taken = sum(plan.lines.map((line) => line.amount)) - Math.max(0, sum(net) - feesOf(order, goods, came));
  const kept = Math.min(whole, taken - (taken % step));
  const shares = spread(whole - kept, net);
  return {
    goods: whole,
    kept,
    shipping: shippingPart,
    amount: plan.amount - kept,
    lines: plan.lines.map(({ lineId, quantity }, index) => ({ lineId, quantity, amount: shares[index]! })),
  };
}

const worthNothing = (wish: readonly { lineId: string; quantity: number }[]): ReturnValue => ({
  goods: 0,
  kept: 0,
  shipping: 0,
  amount: 0,
  lines: wish.map((line) => ({ ...line, amount: 0 })),
});

/** What is left of a line's price after condition and percentage. What was our fault is given back whole. */
function netOf({ reason, terms, good, damaged }: ReturnedLine, gross: number): number {
  if (isOurFault(reason)) return gross;
  const asSold = portion(gross, good, good + damaged);
  const given = portion(asSold, terms.goodPercent, 100) + portion(gross - asSold, terms.damagedPercent, 100);
  return given - shareOf(given, terms.feeBps);
}

/** Once for the whole return: the highest fee of the terms it falls under, and our label. */
function feesOf({ currency }: OrderPrice, { chargesLabel }: ReturnedGoods, came: readonly ReturnedLine[]): number {
  const charged = came.filter((line) => !isOurFault(line.reason)).map((line) => line.terms);
  const highest = (amounts: readonly Readonly<Record<string, number>>[]) =>
    Math.max(0, ...amounts.map((each) => each[currency] ?? 0));
  const fixed = highest(charged.map((terms) => terms.feeAmounts));
  return fixed + (chargesLabel ? highest(charged.map((terms) => terms.labelAmounts)) : 0);
}

function givesShippingBack(order: OrderPrice, came: readonly ReturnedLine[]): boolean {
  const back = new Map(came.map((line) => [line.lineId, line.good + line.damaged]));
  const isAll = order.lines.every((line) => line.refunded_quantity + (back.get(line.id) ?? 0) >= line.quantity);
  return came.some(({ reason, terms: { shippingRefund } }) => {
    if (shippingRefund === 'never') return false;
    return isOurFault(reason) || (shippingRefund === 'all_returned' && isAll);
  });
}

/** Splits an amount in proportion, without a remainder; over equal parts where there is nothing to go by. */
function spread(amount: number, weights: readonly number[]): number[] {
  const by = sum(weights) > 0 ? weights : weights.map(() => 1);
  const whole = sum(by);
  let past = 0;
  return by.map((weight) => {
    const before = portion(amount, past, whole);
    past += weight;
    return portion(amount, past, whole) - before;
  });
}

/** `amount * part / whole`, rounded down, without a float on the way. */
function portion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
