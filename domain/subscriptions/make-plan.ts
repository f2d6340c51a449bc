/** A plan out of what was asked and what the catalogue says: priced by the same hooks as an order, so that an invoice's total is ours. */
import { type PricingHooks, priceOrder } from '../pricing.ts';
import type { LineKind, Plan, PlanLine } from './plan.ts';

export type PlanTerms = Omit<Plan, 'lines'>;

/**
 * Puts shipping and tax on the goods. A line keeps its id while its kind (or SKU) stays, so that Stripe's item is changed, not
 * replaced. Throws what `priceOrder` throws.
 * @param earlier the lines that the plan takes the place of
 * @param newId makes the id of a line that is new
 */
export function makePlan(
  terms: PlanTerms,
  goods: readonly PlanLine[],
  hooks: PricingHooks,
  earlier: readonly PlanLine[],
  newId: () => string,
): Plan {
  const { currency, shippingMethod, shippingAddress } = terms;
  const lines = goods.map((line) => ({ ...line, variantId: line.variantId ?? '', sku: line.sku ?? '' }));
  const quote = { lines, currency, country: shippingAddress.country ?? '', shippingMethod };
  const { shipping, tax } = priceOrder(quote, hooks);
  const extra = (kind: LineKind, name: string, unitAmount: number): PlanLine[] =>
    unitAmount === 0 ? [] : [{ ...EXTRA, id: idOf(earlier, kind) ?? newId(), kind, name, unitAmount }];
  return { ...terms, lines: [...goods, ...extra('shipping', 'Shipping', shipping), ...extra('tax', 'Tax', tax)] };
}

const EXTRA = {
  ...{ variantId: null, sku: null, quantity: 1, weightGrams: 0, outOfStock: null, substituteSku: null },
};

const idOf = (lines: readonly PlanLine[], kind: LineKind) => lines.find((line) => line.kind === kind)?.id;
