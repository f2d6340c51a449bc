/**
 * What each vendor has of an order: its goods that are paid for and not given back, less commission. Pure, in minor units. For
 * every order and to the last unit:
 *
 *   Σ payable + Σ commission + the shop's own goods + shipping + tax + unsold = received − given back − disputed
 *
 * Refunds of lines take from whose lines they are, all others and disputes from everybody by the price of their goods. What
 * rounding leaves over is the shop's (its own goods, its shipping), and a vendor's only where the shop has no part. Goods are
 * without tax; the tax is the ledger's.
 */
import { portionOf } from '../ledger.ts';
import type { OrderMoney } from './order-money.ts';
import { giveBack, type Owner, payFor } from './share-parts.ts';

export interface VendorShare {
  vendorOrderId: string;
  /** Goods that were paid for. */
  gross: number;
  refunded: number;
  disputed: number;
  /** Of the goods that are left: gross − refunded − disputed. */
  commission: number;
  payable: number;
}

export interface OrderSplit {
  vendors: VendorShare[];
  ownGoods: number;
  shipping: number;
  tax: number;
  /** Taken beyond the price, to be given back; negative: given back beyond what was taken. */
  unsold: number;
}

export function splitOrder(order: OrderMoney): OrderSplit {
  const paid = payFor(order);
  const refunded = giveBack(paid, order, 0);
  const left = giveBack(paid, order, order.disputed);
  const vendors = [...new Set(paid.owners.map(({ vendorOrderId }) => vendorOrderId))]
    .filter((id) => id !== null)
    .map((id) => shareOf(id, paid.owners, refunded.goods, left.goods));
  const kept = order.received - sum(order.givenBack.map(({ amount }) => amount)) - order.disputed;
  const own = sum(paid.owners.map((owner, at) => (owner.vendorOrderId === null ? left.goods[at]! : 0)));
  const sale = sum(left.goods) + left.shipping + left.tax;
  return { vendors, ownGoods: own, shipping: left.shipping, tax: left.tax, unsold: kept - sale };
}

function shareOf(
  id: string,
  owners: readonly Owner[],
  refunded: readonly number[],
  left: readonly number[],
): VendorShare {
  const own = owners.map((owner, at) => ({ ...owner, at })).filter((owner) => owner.vendorOrderId === id);
  const gross = sum(own.map(({ goods }) => goods));
  const afterRefunds = sum(own.map(({ at }) => refunded[at]!));
  const goods = sum(own.map(({ at }) => left[at]!));
  // Two roundings, of which the second may be the milder one.
  const disputed = Math.max(0, afterRefunds - goods);
  const commission = sum(own.map(({ at, commissionBps }) => portionOf(left[at]!, commissionBps, 10_000)));
  return {
    vendorOrderId: id,
    gross,
    refunded: gross - goods - disputed,
    disputed,
    commission,
    payable: goods - commission,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
