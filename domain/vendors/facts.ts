/** From rows to shares: what an order's payments, refunds, credits and disputes come to for its vendors. Pure. */
import { stepOf } from '../money.ts';
import type { GivenBack, OrderMoney } from './order-money.ts';
import { splitOrder, type VendorShare } from './share.ts';

interface RefundFact {
  id: string;
  cause: string;
  status: string;
  amount: number;
  shippingAmount: number;
  creditId: string | null;
  lines: GivenBack['lines'];
}

interface CreditIn {
  id: string;
  amount: number;
  returned: number;
  /** On the order that the credit came from. */
  refunds: RefundFact[];
}

/** A vendor's part as it is booked; null where nothing was. */
interface ShareFact {
  vendorOrderId: string;
  vendorId: string;
  gross: number | null;
  refunded: number | null;
  disputed: number | null;
  commission: number | null;
  payable: number | null;
  releasable: number | null;
  transferred: number | null;
  settled: number | null;
  version: number | null;
  dueAt: string | null;
  delaySeconds: number | null;
}

export interface VendorOrderFacts {
  orderId: string;
  currency: string;
  subtotal: number;
  shipping: number;
  tax: number;
  adjustment: number;
  captured: number;
  disputed: number;
  chargeId: string | null;
  lines: OrderMoney['lines'];
  refunds: RefundFact[];
  creditsIn: CreditIn[];
  creditsOut: { amount: number; lines: GivenBack['lines'] }[];
  shares: ShareFact[];
  /** It has changed since it was counted. */
  isDue: boolean;
}

export interface CountedShare extends VendorShare {
  vendorId: string;
  orderId: string;
  currency: string;
  /** Of the payable, what no refund that is on its way may take back. */
  releasable: number;
  before: Omit<VendorShare, 'vendorOrderId'> & { version: number };
  /** By transfers less reversals, and by what was set off. */
  paid: number;
  dueAt: string | null;
  delaySeconds: number | null;
}

/** Every vendor order of the facts, also such as have no goods any more. */
export function countShares(facts: VendorOrderFacts): CountedShare[] {
  const now = splitOrder(toMoney(facts, isSettled));
  const soon = splitOrder(toMoney(facts, (refund) => isSettled(refund) || isOnItsWay(refund)));
  return facts.shares.map((known) => {
    const none = { vendorOrderId: known.vendorOrderId, ...NOTHING };
    const share = now.vendors.find(({ vendorOrderId }) => vendorOrderId === known.vendorOrderId) ?? none;
    const later = soon.vendors.find(({ vendorOrderId }) => vendorOrderId === known.vendorOrderId) ?? none;
    return {
      ...share,
      vendorId: known.vendorId,
      orderId: facts.orderId,
      currency: facts.currency,
      releasable: Math.min(share.payable, later.payable),
      before: bookedOf(known),
      paid: (known.transferred ?? 0) + (known.settled ?? 0),
      dueAt: known.dueAt,
      delaySeconds: known.delaySeconds,
    };
  });
}

const NOTHING = { gross: 0, refunded: 0, disputed: 0, commission: 0, payable: 0 };
const bookedOf = ({ gross, refunded, disputed, commission, payable, version }: ShareFact) => ({
  gross: gross ?? 0,
  refunded: refunded ?? 0,
  disputed: disputed ?? 0,
  commission: commission ?? 0,
  payable: payable ?? 0,
  version: version ?? 0,
});

const isSettled = ({ status }: RefundFact) => status === 'succeeded';
const isOnItsWay = ({ status }: RefundFact) => ['pending', 'requested', 'requires_action'].includes(status);

/** The order's money, with the refunds that count. */
export function toMoney(facts: VendorOrderFacts, counts: (refund: RefundFact) => boolean = isSettled): OrderMoney {
  const { currency, subtotal, shipping, tax, adjustment, captured, disputed, lines } = facts;
  const credited = facts.creditsIn.reduce((sum, { amount }) => sum + amount, 0);
  const price = { subtotal, shipping, tax, adjustment };
  return { currency, lines, price, received: captured + credited, givenBack: givenBackOf(facts, counts), disputed };
}

/**
 * Refunds of the order's own money, each with what credits gave back for the same cause; what credits gave back for no cause that is
 * known; and what left it as credits, in exchange for goods that came back.
 */
function givenBackOf(facts: VendorOrderFacts, counts: (refund: RefundFact) => boolean): GivenBack[] {
  const byCause = new Map<string, GivenBack>();
  const add = (cause: string, { amount, shippingAmount, lines }: GivenBack) => {
    const known = byCause.get(cause) ?? { amount: 0, shippingAmount: 0, lines: [] };
    byCause.set(cause, {
      amount: known.amount + amount,
      shippingAmount: known.shippingAmount + shippingAmount,
      lines: [...known.lines, ...lines],
    });
  };
  for (const refund of facts.refunds.filter(counts)) add(refund.cause, refund);
  for (const credit of facts.creditsIn) {
    let left = credit.returned;
    for (const refund of credit.refunds.filter(({ cause }) => !cause.startsWith('retry/'))) {
      const amount = Math.min(refund.amount, left);
      left -= amount;
      add(withoutEnd(refund.cause, `/${credit.id}`), { ...refund, amount });
    }
    add(`credit/${credit.id}`, { amount: left, shippingAmount: 0, lines: [] });
  }
  const out = facts.creditsOut.map(({ amount, lines }) => ({ amount, shippingAmount: 0, lines }));
  return [...byCause.values(), ...out].filter(({ amount }) => amount > 0);
}

const withoutEnd = (text: string, end: string) => (text.endsWith(end) ? text.slice(0, -end.length) : text);

/** What Stripe can move of an amount: some currencies have smaller units than it takes. */
export const movable = (amount: number, currency: string): number => amount - (amount % stepOf(currency));
