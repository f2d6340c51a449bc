/** What a subscription delivers and bills each period. */

export type IntervalUnit = 'day' | 'week' | 'month' | 'year';

/** What is done with a line of which there is not enough when its turn comes. */
export type OutOfStockChoice = 'wait' | 'skip' | 'substitute' | 'refund';

/** Where the difference of a change in mid-period goes: onto the next invoice, onto one at once, or nowhere. */
export type Proration = 'create_prorations' | 'always_invoice' | 'none';

export type LineKind = 'goods' | 'shipping' | 'tax';

export interface PlanLine {
  /** Ours; in the metadata of Stripe's subscription item as `line_id`. */
  id: string;
  kind: LineKind;
  /** Of goods. */
  variantId: string | null;
  sku: string | null;
  name: string;
  quantity: number;
  /** Minor units. */
  unitAmount: number;
  weightGrams: number;
  /** Null: the subscription's choice. */
  outOfStock: OutOfStockChoice | null;
  substituteSku: string | null;
}

/** The whole of it, as it shall be: goods first, then shipping and tax, which are left out where they are 0. */
export interface Plan {
  currency: string;
  intervalUnit: IntervalUnit;
  intervalCount: number;
  lines: readonly PlanLine[];
  shippingMethod: string;
  shippingAddress: Readonly<Record<string, string>>;
  outOfStock: OutOfStockChoice;
  coupon: string | null;
}

export interface PlanTotals {
  subtotal: number;
  shipping: number;
  tax: number;
  total: number;
}

export function totalsOf({ lines }: Pick<Plan, 'lines'>): PlanTotals {
  const sumOf = (kind: LineKind) =>
    lines.filter((line) => line.kind === kind).reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const [subtotal, shipping, tax] = [sumOf('goods'), sumOf('shipping'), sumOf('tax')];
  return { subtotal, shipping, tax, total: subtotal + shipping + tax };
}

/** Stripe takes 20 items: two are kept for shipping and tax (https://docs.stripe.com/api/subscriptions/create#create_subscription-items). */
export const MAX_GOODS = 18;
