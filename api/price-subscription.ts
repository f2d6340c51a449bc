/** The plan of a subscription out of what a request names: priced by the catalogue as it is now. */

import type { Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import type { SellableVariant } from '../db/place-order.ts';
import { findSellable } from '../db/plan-prices.ts';
import { type PricingHooks, UnknownShippingMethodError } from '../domain/pricing.ts';
import { makePlan, type PlanTerms } from '../domain/subscriptions/make-plan.ts';
import { type OutOfStockChoice, type Plan, type PlanLine, totalsOf } from '../domain/subscriptions/plan.ts';
import { type FieldError, invalid } from './problem.ts';
import type { WantedLine } from './subscription-schemas.ts';

/** Stripe's largest amount is eight digits of minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const MAX_TOTAL = 99_999_999;

/**
 * Lines that are named are priced anew; without any, the earlier ones keep their prices, and only shipping and tax follow the terms.
 * Throws 400 for what cannot be sold as asked.
 */
export async function pricePlan(
  db: Executor,
  pricing: PricingHooks,
  terms: PlanTerms,
  wanted: readonly WantedLine[] | undefined,
  earlier: readonly PlanLine[] = [],
): Promise<Plan> {
  const kept = earlier.filter(({ kind }) => kind === 'goods');
  const goods = wanted ? await priceLines(db, terms, wanted, kept) : kept;
  assertSubstitutes(goods, terms.outOfStock);
  try {
    const plan = makePlan(terms, goods, pricing, earlier, uuidv7);
    if (totalsOf(plan).total <= MAX_TOTAL) return plan;
  } catch (error) {
    if (error instanceof UnknownShippingMethodError)
      throw invalid([{ pointer: '/shipping_method', code: 'shipping_method_unknown', message: error.message }]);
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalid([
    { pointer: '/lines', code: 'total_too_large', message: `The total passes ${MAX_TOTAL} minor units.` },
  ]);
}

async function priceLines(
  db: Executor,
  { currency }: PlanTerms,
  wanted: readonly WantedLine[],
  earlier: readonly PlanLine[],
): Promise<PlanLine[]> {
  const skus = wanted.flatMap(({ sku, substitute_sku: other }) => (other ? [sku, other] : [sku]));
  const sellable = await findSellable(db, skus, currency);
  const errors: FieldError[] = [];
  const check = (sku: string, pointer: string): SellableVariant | undefined => {
    const variant = sellable.get(sku);
    if (!variant) errors.push({ pointer, code: 'sku_unknown', message: `${sku} is not sold here.` });
    else if (variant.amount === null)
      errors.push({ pointer, code: 'price_missing', message: `${sku} has no price in ${currency}.` });
    return variant;
  };
  const lines = wanted.map((line, index) => {
    const variant = check(line.sku, `/lines/${index}/sku`);
    if (line.substitute_sku) check(line.substitute_sku, `/lines/${index}/substitute_sku`);
    return toLine(line, variant, earlier);
  });
  if (errors.length > 0) throw invalid(errors);
  return lines;
}

/** A SKU that stays keeps its line, and so its item at Stripe. */
function toLine(line: WantedLine, variant: SellableVariant | undefined, earlier: readonly PlanLine[]): PlanLine {
  return {
    id: earlier.find(({ sku }) => sku === line.sku)?.id ?? uuidv7(),
    kind: 'goods',
    variantId: variant?.id ?? null,
    sku: line.sku,
    name: variant?.name ?? '',
    quantity: line.quantity,
    unitAmount: variant?.amount ?? 0,
    weightGrams: variant?.weight_grams ?? 0,
    outOfStock: line.out_of_stock ?? null,
    substituteSku: line.substitute_sku ?? null,
  };
}

/** Where the subscription's own choice is to substitute, every line that says nothing else must name by what. */
function assertSubstitutes(goods: readonly PlanLine[], choice: OutOfStockChoice): void {
  const errors = goods.flatMap((line, index) =>
    (line.outOfStock ?? choice) === 'substitute' && !line.substituteSku
      ? [
          {
            pointer: `/lines/${index}/substitute_sku`,
            code: 'substitute_missing',
            message: `${line.sku} names no substitute.`,
          },
        ]
      : [],
  );
  if (errors.length > 0) throw invalid(errors);
}
