/** Subscriptions straight in the tables. */
import { upsertCustomer } from '../../db/customers.ts';
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { placeSubscription } from '../../db/place-subscription.ts';
import { findSellable } from '../../db/plan-prices.ts';
import { tableShipping, tableTax } from '../../domain/pricing.ts';
import { makePlan, type PlanTerms } from '../../domain/subscriptions/make-plan.ts';
import type { Plan, PlanLine } from '../../domain/subscriptions/plan.ts';

export interface TestSubscription {
  lines?: readonly { sku: string; quantity: number }[];
  currency?: string;
  paymentMethod?: string | null;
  trialEnd?: Date | null;
  terms?: Partial<PlanTerms>;
}

/** Returns its id and that of the change that makes it at Stripe. */
export async function placeTestSubscription(
  db: Database,
  { lines, currency = 'eur', paymentMethod = 'pm_card_visa', trialEnd = null, terms = {} }: TestSubscription = {},
): Promise<{ id: string; changeId: string }> {
  const id = uuidv7();
  const customer = { email: `${id}@example.test`, name: 'Ada', phone: null };
  const { id: customerId } = await upsertCustomer(db, { email: customer.email, name: 'Ada', livemode: false });
  const plan = await planOf(db, lines ?? [{ sku: 'A', quantity: 2 }], { currency, ...terms });
  const row = { id, customerId, customer, locale: undefined, plan, billingAddress: undefined, paymentMethod, trialEnd };
  const changeId = await db.transaction((tx) =>
    placeSubscription(tx, { ...row, metadata: {}, livemode: false }, 'test'),
  );
  return { id, changeId };
}

export async function planOf(
  db: Database,
  wanted: readonly { sku: string; quantity: number }[],
  terms: Partial<PlanTerms> = {},
  earlier: readonly PlanLine[] = [],
): Promise<Plan> {
  const all: PlanTerms = {
    ...{ currency: 'eur', intervalUnit: 'month', intervalCount: 1, shippingMethod: 'standard', outOfStock: 'wait' },
    shippingAddress: { name: 'Ada', line1: 'Weg 1', city: 'Berlin', postal_code: '10115', country: 'DE' },
    coupon: null,
    ...terms,
  };
  const skus = wanted.map(({ sku }) => sku);
  const sellable = await findSellable(db, skus, all.currency);
  const goods = wanted.map(({ sku, quantity }): PlanLine => {
    const { id: variantId, name, amount, weight_grams: weightGrams } = sellable.get(sku)!;
    const id = earlier.find((line) => line.sku === sku)?.id ?? uuidv7();
    return { id, kind: 'goods', variantId, sku, name, quantity, unitAmount: amount!, weightGrams, ...NO_WISH };
  });
  return makePlan(all, goods, { shipping: tableShipping(), tax: tableTax() }, earlier, uuidv7);
}

const NO_WISH = { outOfStock: null, substituteSku: null };
