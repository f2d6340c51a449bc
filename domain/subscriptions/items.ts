/** A plan's lines as items of a subscription at Stripe, and what must change there so that they are what the plan says. */
import type { IntervalUnit, LineKind, Plan, PlanLine } from './plan.ts';

export interface BilledItem {
  /** Stripe's subscription item. */
  id: string;
  /** Our line, of an item that we made. */
  lineId: string | null;
  productId: string;
  quantity: number;
  /** Minor units. */
  unitAmount: number;
  intervalUnit: IntervalUnit;
  intervalCount: number;
}

/** What is written into an item. `id`: of an item that is there; without it a new one is made. */
export interface ItemWish {
  id?: string | undefined;
  lineId: string;
  kind: LineKind;
  /** Undefined: the item keeps its price. */
  price?: ItemPrice | undefined;
  quantity: number;
}

export interface ItemPrice {
  productId: string;
  currency: string;
  unitAmount: number;
  intervalUnit: IntervalUnit;
  intervalCount: number;
}

/** Stripe's product of a line: a variant's own id, so that making it again finds it. */
export const productOf = ({ kind, variantId }: Pick<PlanLine, 'kind' | 'variantId'>): string =>
  variantId ?? `stockroom_${kind}`;

type Terms = Pick<Plan, 'currency' | 'intervalUnit' | 'intervalCount'>;

const wishOf = (line: PlanLine, { currency, intervalUnit, intervalCount }: Terms): ItemWish => ({
  lineId: line.id,
  kind: line.kind,
  quantity: line.quantity,
  price: { productId: productOf(line), currency, unitAmount: line.unitAmount, intervalUnit, intervalCount },
});

export const itemsOf = (plan: Plan): ItemWish[] => plan.lines.map((line) => wishOf(line, plan));

export interface ItemChanges {
  items: ItemWish[];
  removedItems: string[];
}

/**
 * What leads from the items that are there to the plan. Nothing when it is made already, so that a change whose answer was lost is
 * not made twice. Items that name no line of ours are left alone: somebody put them there.
 */
export function itemChanges(plan: Plan, actual: readonly BilledItem[]): ItemChanges {
  const byLine = new Map(actual.flatMap((item) => (item.lineId ? [[item.lineId, item]] : [])));
  const wanted = new Set(plan.lines.map((line) => line.id));
  const items = plan.lines.flatMap((line) => {
    const item = byLine.get(line.id);
    const wish = wishOf(line, plan);
    if (!item) return [wish];
    const isPriced =
      item.unitAmount === line.unitAmount &&
      item.productId === productOf(line) &&
      item.intervalUnit === plan.intervalUnit &&
      item.intervalCount === plan.intervalCount;
    if (isPriced && item.quantity === line.quantity) return [];
    return [{ ...wish, id: item.id, price: isPriced ? undefined : wish.price }];
  });
  const removedItems = actual.flatMap(({ id, lineId }) => (lineId && !wanted.has(lineId) ? [id] : []));
  return { items, removedItems };
}

/** Whether two plans are the same items at Stripe. */
export function samePlanItems(a: Plan, b: Plan): boolean {
  const canonical = (plan: Plan) => JSON.stringify(itemsOf(plan).sort((x, y) => (x.lineId < y.lineId ? -1 : 1)));
  return canonical(a) === canonical(b);
}
