import type { Sandbox } from '../context.ts';
import { badParam, noSuch, refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import * as p from '../params.ts';
import { discountsRule, takeDiscounts } from './apply-discounts.ts';
import { buildPrice, getPrice, insertPrice, itemPriceData, planOf } from './price-rows.ts';
import { getProduct } from './product-rows.ts';
import type { Price, Subscription, SubscriptionItem } from './types.ts';

/** An item as a new subscription names it. */
export const itemFields = {
  discounts: discountsRule,
  metadata: p.metadata,
  plan: p.filled(),
  price: p.filled(),
  price_data: itemPriceData,
  quantity: p.integer(0),
};
/** An item as a change names it: one that is there by its id, or another. */
export const changeFields = { ...itemFields, clear_usage: p.boolean, deleted: p.boolean, id: p.filled() };
export type GivenItem = p.Params<Record<never, never>, typeof changeFields>;

const MAX_ITEMS = 20;

/** The price that was named, or made of what was said about it. `keep` is false for what is only tried. */
export function priceOfItem(sandbox: Sandbox, given: GivenItem, name: string, keep: boolean): Price | undefined {
  const id = given.price ?? given.plan;
  if (id && given.price_data) throw badParam(`You may only specify one of these parameters: price, price_data.`, name);
  if (given.price_data) {
    const { product, ...rest } = given.price_data;
    getProduct(sandbox, product, `${name}[price_data][product]`);
    const price = buildPrice(sandbox, product, { ...rest, active: false });
    return keep ? insertPrice(sandbox, price) : price;
  }
  if (!id) return undefined;
  const price = getPrice(sandbox, id, `${name}[price]`);
  if (!price.recurring) {
    throw refuse(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      { param: `${name}[price]` },
    );
  }
  if (!price.active)
    throw refuse('The price specified is inactive. This field only accepts active prices.', {
      param: `${name}[price]`,
    });
  return price;
}

export function newItem(sandbox: Sandbox, subscription: Subscription, given: GivenItem, name: string, keep: boolean) {
  const price = priceOfItem(sandbox, given, name, keep);
  if (!price) throw badParam(`Missing required param: ${name}[price].`, `${name}[price]`, 'parameter_missing');
  const item: SubscriptionItem = {
    id: newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: sandbox.now(),
    current_period_end: 0,
    current_period_start: 0,
    current_trial: null,
    discounts: [],
    metadata: p.mergeMetadata({}, given.metadata),
    plan: planOf(price),
    price,
    quantity: given.quantity ?? 1,
    subscription: subscription.id,
    tax_rates: [],
  };
  const owner = { customer: subscription.customer, subscription: subscription.id };
  if (given.discounts && keep) item.discounts = takeDiscounts(sandbox, given.discounts, owner);
  // Where an item is is found by its id; what it is stands in its subscription.
  const { id, object, created } = item;
  const pointer = { id, object, created, subscription: subscription.id };
  if (keep) sandbox.objects.insert(pointer);
  return item;
}

/** Changes a subscription's items as was asked. Items keep their period, new ones get the subscription's. */
export function changeItems(sandbox: Sandbox, subscription: Subscription, given: GivenItem[], keep: boolean): void {
  const { data } = subscription.items;
  const { current_period_end, current_period_start } = data[0]!;
  given.forEach((change, i) => {
    const name = `items[${i}]`;
    if (change.id === undefined) {
      const item = newItem(sandbox, subscription, change, name, keep);
      data.push({ ...item, current_period_end, current_period_start });
      return;
    }
    const at = data.findIndex(({ id }) => id === change.id);
    if (at < 0) throw noSuch('subscription_item', change.id, `${name}[id]`);
    if (change.deleted) {
      data.splice(at, 1);
      if (keep) sandbox.objects.remove(change.id);
    } else changeItem(sandbox, data[at]!, change, name, keep);
  });
  subscription.items.total_count = data.length;
  checkItems(data);
}

function changeItem(sandbox: Sandbox, item: SubscriptionItem, change: GivenItem, name: string, keep: boolean): void {
  const price = priceOfItem(sandbox, change, name, keep);
  if (price) Object.assign(item, { price, plan: planOf(price) });
  if (change.quantity !== undefined) item.quantity = change.quantity;
  item.metadata = p.mergeMetadata(item.metadata, change.metadata);
  const owner = { customer: null, subscription: item.subscription };
  if (change.discounts !== undefined && keep) item.discounts = takeDiscounts(sandbox, change.discounts, owner);
}

/** All items of a subscription are in one currency and renew together. */
export function checkItems(items: SubscriptionItem[]): void {
  const [first] = items;
  if (!first) throw refuse('A subscription must have at least one active plan.', { param: 'items' });
  if (items.length > MAX_ITEMS) throw refuse(`A subscription can have at most ${MAX_ITEMS} items.`, { param: 'items' });
  const { currency, recurring } = first.price;
  for (const { price } of items) {
    if (price.currency !== currency)
      throw refuse('All prices on a subscription must have the same `currency`.', { param: 'items' });
    const same = price.recurring?.interval === recurring?.interval;
    if (!same || price.recurring?.interval_count !== recurring?.interval_count) {
      throw refuse('Currently, all prices on a subscription must have the same `interval` and `interval_count`.', {
        param: 'items',
      });
    }
  }
}
