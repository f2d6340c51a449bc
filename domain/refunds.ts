/**
 * Refunds as rules: which state may follow which, what payment status they come to, and what a request is worth. Pure;
 * the amounts are decided here and granted by the database.
 */
import { stepOf } from './money.ts';
import type { PaymentStatus } from './order-status.ts';

/**
 * `pending` was decided and not sent, `requested` is at Stripe; what had succeeded may still fail when the bank sends it back.
 * `requested` and `requires_action` may follow each other: the bank asks the customer where to send the money.
 */
export const refundTransitions = {
  pending: ['requested', 'requires_action', 'succeeded', 'failed', 'canceled'],
  requested: ['requires_action', 'succeeded', 'failed', 'canceled'],
  requires_action: ['requested', 'succeeded', 'failed', 'canceled'],
  succeeded: ['failed', 'canceled'],
  failed: [],
  canceled: [],
} as const;

export type RefundStatus = keyof typeof refundTransitions;

export const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** What the refunds of a payment come to, all together: so the order in which they were heard of does not matter. */
export function paymentStatusAfter(totals: {
  amount: number;
  captured: number;
  refunded: number;
  refunding: number;
}): PaymentStatus {
  const { amount, captured, refunded, refunding } = totals;
  if (refunded >= captured) return 'refunded';
  if (refunding > 0) return 'refund_pending';
  if (refunded > 0) return 'partially_refunded';
  return captured < amount ? 'partially_captured' : 'paid';
}

export interface RefundableLine {
  id: string;
  sku: string;
  quantity: number;
  refunded_quantity: number;
  total_amount: number;
}

/** An order as far as a refund concerns it; amounts in minor units. */
export interface RefundableOrder {
  currency: string;
  shippingAmount: number;
  taxAmount: number;
  /** Whether an earlier refund has given the shipping back. */
  shippingRefunded: boolean;
  /** What may still be refunded: captured, less what was refunded, is being refunded or is disputed. */
  refundable: number;
  lines: readonly RefundableLine[];
}

export interface RefundWish {
  lines?: readonly { lineId: string; quantity: number }[] | undefined;
  amount?: number | undefined;
  shipping: boolean;
}

export interface RefundPlan {
  amount: number;
  shippingAmount: number;
  lines: { lineId: string; quantity: number; amount: number }[];
}

export type RefundRefusal =
  | { code: 'refund_exceeds_refundable'; wanted: number }
  | { code: 'nothing_to_refund' }
  | { code: 'amount_not_divisible'; step: number }
  | { code: 'shipping_already_refunded' }
  | { code: 'line_already_refunded'; lineId: string; sku: string; refundable: number };

/**
 * What a wish comes to. Lines and shipping are worth their price and their share of the tax, so that the refunds of all
 * parts add up to the total; an amount that is named replaces that sum. A wish for nothing in particular is for all that is
 * left.
 */
export function planRefund(order: RefundableOrder, wish: RefundWish): RefundPlan | RefundRefusal {
  const isWhole = wish.lines === undefined && wish.amount === undefined && !wish.shipping;
  const wanted = isWhole ? allThatIsLeft(order) : wish;
  const lines = wanted.lines ?? [];
  const sold = new Map(order.lines.map((line) => [line.id, line]));
  for (const { lineId, quantity } of lines) {
    const { sku, quantity: units = 0, refunded_quantity = 0 } = sold.get(lineId) ?? { sku: '' };
    if (quantity > units - refunded_quantity)
      return { code: 'line_already_refunded', lineId, sku, refundable: units - refunded_quantity };
  }
  if (wanted.shipping && order.shippingRefunded) return { code: 'shipping_already_refunded' };
  const parts = priceParts(order, lines, wanted.shipping);
  const amount = isWhole ? order.refundable : (wish.amount ?? parts.total);
  return judgeAmount(order, amount) ?? { amount, ...within(parts, amount) };
}

function judgeAmount({ refundable, currency }: RefundableOrder, amount: number): RefundRefusal | undefined {
  const step = stepOf(currency);
  if (amount % step !== 0) return { code: 'amount_not_divisible', step };
  if (amount > refundable) return { code: 'refund_exceeds_refundable', wanted: amount };
  return amount <= 0 ? { code: 'nothing_to_refund' } : undefined;
}

function allThatIsLeft(order: RefundableOrder): RefundWish & { lines: { lineId: string; quantity: number }[] } {
  const lines = order.lines
    .map((line) => ({ lineId: line.id, quantity: line.quantity - line.refunded_quantity }))
    .filter((line) => line.quantity > 0);
  return { lines, shipping: !order.shippingRefunded && order.shippingAmount > 0 };
}

interface Parts {
  total: number;
  shippingAmount: number;
  lines: RefundPlan['lines'];
}

/** A named amount may be smaller than what came back: shipping then counts no further than the amount. */
const within = ({ lines, shippingAmount }: Parts, amount: number) => ({
  lines,
  shippingAmount: Math.min(shippingAmount, amount),
});

function priceParts(order: RefundableOrder, wish: readonly { lineId: string; quantity: number }[], shipping: boolean) {
  const shares = shareTax(order);
  const quantities = new Map(wish.map((line) => [line.lineId, line.quantity]));
  const gross = order.lines.map((line, index) => {
    const whole = line.total_amount + shares[index]!;
    const before = portion(whole, line.refunded_quantity, line.quantity);
    const after = portion(whole, line.refunded_quantity + (quantities.get(line.id) ?? 0), line.quantity);
    return { line, before, after };
  });
  const wholeShipping = order.shippingAmount + shares[order.lines.length]!;
  const before = sum(gross.map((part) => part.before)) + (order.shippingRefunded ? wholeShipping : 0);
  const after = sum(gross.map((part) => part.after)) + (order.shippingRefunded || shipping ? wholeShipping : 0);
  const down = (amount: number) => amount - (amount % stepOf(order.currency));
  const lines = gross
    .filter(({ line }) => quantities.has(line.id))
    .map((part) => ({
      lineId: part.line.id,
      quantity: quantities.get(part.line.id)!,
      amount: part.after - part.before,
    }));
  // Rounded by what all refunds so far come to, not each by itself: the last one makes the total whole.
  return { total: down(after) - down(before), shippingAmount: shipping ? wholeShipping : 0, lines };
}

/** The tax of each line, and last that of shipping: in proportion to their prices, without a remainder. */
function shareTax({ lines, shippingAmount, taxAmount }: RefundableOrder): number[] {
  const prices = [...lines.map((line) => line.total_amount), shippingAmount];
  const net = sum(prices);
  let past = 0;
  return prices.map((price) => {
    const before = portion(taxAmount, past, net);
    past += price;
    return portion(taxAmount, past, net) - before;
  });
}

/** `amount * part / whole`, rounded down, without a float on the way. */
function portion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
