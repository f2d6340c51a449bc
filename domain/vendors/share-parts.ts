/** The parts of an order's money: who has what of it when it is paid, and what is left when some of it was given back. */
import { portionOf } from '../ledger.ts';
import { stepOf } from '../money.ts';
import { apportion } from './apportion.ts';
import type { GivenBack, OrderMoney, SharedLine } from './order-money.ts';

/** Lines of one vendor order and one rate; those of the shop are one owner, too, which is always there. */
export interface Owner {
  vendorOrderId: string | null;
  commissionBps: number;
  /** By the lines' prices. */
  price: number;
  /** What was paid for them. */
  goods: number;
}

export interface Paid {
  owners: Owner[];
  shipping: number;
  tax: number;
  /** Of the price, tax included. */
  amount: number;
}

const OWN = { vendorOrderId: null, commissionBps: 0 };

/** What the money that came in pays for, as the ledger has it: tax and shipping in proportion, the rest is goods. */
export function payFor({ lines, price, received }: OrderMoney): Paid {
  const total = totalOf(price);
  const amount = Math.max(0, Math.min(received, total));
  const tax = Math.min(portionOf(price.tax, amount, total), amount);
  const shipping = Math.min(portionOf(price.shipping, amount, total), amount - tax);
  const owners = [OWN, ...lines.filter(({ vendorOrderId }) => vendorOrderId !== null)]
    .filter((line, at, all) => all.findIndex((other) => isSameOwner(line, other)) === at)
    .map(({ vendorOrderId, commissionBps }) => ({ vendorOrderId, commissionBps, price: 0, goods: 0 }));
  for (const line of lines) ownerOf(owners, line).price += line.unitAmount * line.quantity;
  const goods = apportion(
    amount - tax - shipping,
    owners.map((owner) => ({ weight: owner.price })),
  );
  return { owners: owners.map((owner, at) => ({ ...owner, goods: goods[at]! })), shipping, tax, amount };
}

const totalOf = ({ subtotal, shipping, tax, adjustment }: OrderMoney['price']) =>
  subtotal + shipping + tax + adjustment;

type Ownership = Pick<Owner, 'vendorOrderId' | 'commissionBps'>;
/** The shop's own lines have no rate. */
const isSameOwner = (one: Ownership, other: Ownership) =>
  one.vendorOrderId === other.vendorOrderId &&
  (one.vendorOrderId === null || one.commissionBps === other.commissionBps);
const ownerOf = (owners: Owner[], line: Ownership) => owners.find((owner) => isSameOwner(owner, line))!;

export interface Left {
  /** By owner. */
  goods: number[];
  shipping: number;
  tax: number;
}

/** What is left of the parts after all that was given back and disputed. */
export function giveBack(paid: Paid, order: OrderMoney, disputed: number): Left {
  const gross = Math.min(paid.amount, sum(order.givenBack.map(({ amount }) => amount)) + disputed);
  const tax = paid.tax - portionOf(paid.tax, gross, paid.amount);
  const named = takeNamed(paid, order);
  const parts = [paid.shipping, ...paid.owners.map(({ goods }) => goods)];
  const direct = [named.shipping, ...named.goods];
  const rest = Math.min(named.rest + disputed, gross);
  const spread = apportion(
    rest - portionOf(paid.tax, rest, paid.amount),
    parts.map((part, at) => ({ weight: part, most: part - direct[at]! })),
  );
  const left = parts.map((part, at) => part - direct[at]! - spread[at]!);
  const [shipping, ...goods] = settleRounding({ left, parts, paid, due: paid.amount - gross - tax });
  return { goods, shipping: shipping!, tax };
}

interface Rounding {
  /** Shipping, and then each owner's goods. */
  left: readonly number[];
  parts: readonly number[];
  paid: Paid;
  /** What they are to sum to. */
  due: number;
}

/** At the shop's cost as far as it has a part, then at the vendors'. */
function settleRounding({ left, parts, paid, due }: Rounding): number[] {
  const isVendors = [false, ...paid.owners.map(({ vendorOrderId }) => vendorOrderId !== null)];
  const over = due - sum(left);
  const room = left.map((part, at) => (over > 0 ? parts[at]! - part : part));
  const among = (vendors: boolean, amount: number) =>
    apportion(
      amount,
      left.map((_, at) => ({ weight: parts[at]!, most: isVendors[at] === vendors ? room[at]! : 0 })),
    );
  const shops = among(false, Math.abs(over));
  const vendors = among(true, Math.abs(over) - sum(shops));
  return left.map((part, at) => part + Math.sign(over) * (shops[at]! + vendors[at]!));
}

/** What refunds say they are for, without tax; and what they leave for everybody, tax included. */
function takeNamed(paid: Paid, order: OrderMoney): { goods: number[]; shipping: number; rest: number } {
  const prices = paid.owners.map(() => 0);
  const shippingWorth = withTax(paid.shipping, paid);
  let [shipping, rest] = [0, 0];
  for (const back of order.givenBack) {
    const amounts = withinAmount(back);
    const forShipping = Math.min(amounts.shipping, Math.max(0, shippingWorth - shipping));
    let left = back.amount - forShipping;
    shipping += forShipping;
    back.lines.forEach(({ lineId, quantity }, at) => {
      const line = order.lines.find(({ id }) => id === lineId);
      if (!line) return;
      const taken = takeLine(paid, order, { line, quantity, amount: amounts.lines[at]! });
      prices[taken.owner]! += taken.price;
      left -= taken.covered;
    });
    rest += Math.max(0, left);
  }
  const goods = paid.owners.map(({ goods, price }, at) => Math.min(goods, portionOf(goods, prices[at]!, price)));
  return { goods, shipping: Math.min(paid.shipping, portionOf(paid.shipping, shipping, shippingWorth)), rest };
}

/** A refund whose amount was named may be less than the worth of what it is for. */
function withinAmount({ amount, shippingAmount, lines }: GivenBack): { shipping: number; lines: number[] } {
  const named = shippingAmount + sum(lines.map((line) => line.amount));
  const scaled = (part: number) => (named > amount ? portionOf(part, amount, named) : part);
  return { shipping: scaled(shippingAmount), lines: lines.map((line) => scaled(line.amount)) };
}

/**
 * Units that are given back for their price take all of it, so that nothing of goods that are gone is left to anybody; for less
 * (a fee was kept), in proportion. What is beyond the price is for everybody. Refunds are rounded by rules of their own: that much
 * is let pass.
 */
function takeLine(
  paid: Paid,
  order: OrderMoney,
  { line, quantity, amount }: { line: SharedLine; quantity: number; amount: number },
) {
  const owner = paid.owners.findIndex((each) => isSameOwner(each, line));
  const { goods, price } = paid.owners[owner]!;
  const units = Math.min(line.unitAmount * quantity, price);
  const worth = withTax(portionOf(goods, units, price), paid);
  const slack = stepOf(order.currency) + order.lines.length;
  const isWhole = amount >= worth - slack;
  const covered = amount > worth + slack ? worth : amount;
  return { owner, price: isWhole ? units : portionOf(units, amount, worth), covered };
}

const withTax = (net: number, { amount, tax }: Paid): number => net + portionOf(tax, net, amount - tax);

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
