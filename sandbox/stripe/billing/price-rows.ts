import type { Sandbox } from '../context.ts';
import { readCurrency } from '../currencies.ts';
import { badParam, noSuch } from '../errors.ts';
import { newId } from '../ids.ts';
import * as p from '../params.ts';
import type { Price, Recurring } from './types.ts';

export const interval = p.oneOf('day', 'month', 'week', 'year');
export const taxBehavior = p.oneOf('exclusive', 'inclusive', 'unspecified');
export const recurring = p.hash(
  { interval },
  { interval_count: p.integer(1), trial_period_days: p.integer(0), usage_type: p.oneOf('licensed') },
);
export const amounts = { tax_behavior: taxBehavior, unit_amount: p.integer(0), unit_amount_decimal: p.text(30) };

/** What a price is made of beside its product and its currency. */
export const newPriceFields = {
  ...amounts,
  metadata: p.metadata,
  recurring: p.hash({ interval }, { interval_count: p.integer(1) }),
};

/** A price that is made where it is used: of an item, which recurs, or of a single line. */
export const itemPriceData = p.hash(
  { currency: p.filled(3), product: p.filled(), recurring: p.hash({ interval }, { interval_count: p.integer(1) }) },
  amounts,
);
export const linePriceData = p.hash({ currency: p.filled(3), product: p.filled() }, amounts);

export interface NewPrice {
  active?: boolean | undefined;
  currency: string;
  lookup_key?: string | undefined;
  metadata?: Price['metadata'] | null | undefined;
  nickname?: string | undefined;
  recurring?:
    | { interval: Recurring['interval']; interval_count?: number | undefined; trial_period_days?: number | undefined }
    | undefined;
  tax_behavior?: string | undefined;
  unit_amount?: number | undefined;
  unit_amount_decimal?: string | undefined;
}

/** The price of the path, or the one that a parameter names. */
export function getPrice(sandbox: Sandbox, id: string, param?: string): Price {
  const price = sandbox.objects.find<Price>(id, 'price');
  if (!price) throw noSuch('price', id, param);
  return price;
}

/** A price as it will be, known to nobody yet. */
export function buildPrice(sandbox: Sandbox, product: string, given: NewPrice): Price {
  const { unit_amount: whole, unit_amount_decimal: exact } = given;
  if ((whole === undefined) === (exact === undefined))
    throw badParam('You must pass either unit_amount or unit_amount_decimal, and not both.', 'unit_amount');
  const decimal = exact ?? String(whole);
  if (!/^\d{1,12}(\.\d{1,12})?$/.test(decimal)) throw badParam(`Invalid decimal: ${decimal}`, 'unit_amount_decimal');
  const { recurring: span } = given;
  return {
    id: newId('price'),
    object: 'price',
    active: given.active ?? true,
    billing_scheme: 'per_unit',
    created: sandbox.now(),
    currency: readCurrency(given.currency),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: given.lookup_key ?? null,
    metadata: p.mergeMetadata({}, given.metadata),
    nickname: given.nickname ?? null,
    product,
    recurring: span
      ? {
          interval: span.interval,
          interval_count: span.interval_count ?? 1,
          meter: null,
          trial_period_days: span.trial_period_days ?? null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: given.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: span ? 'recurring' : 'one_time',
    unit_amount: Number.isInteger(Number(decimal)) ? Number(decimal) : null,
    unit_amount_decimal: decimal,
  };
}

/** Keeps a price. One that recurs is a plan too, for those who still ask for plans. */
export function insertPrice(sandbox: Sandbox, price: Price): Price {
  sandbox.objects.insert(price);
  if (price.recurring) sandbox.emit('plan.created', planOf(price));
  sandbox.emit('price.created', price);
  return price;
}

export const createPrice = (sandbox: Sandbox, product: string, given: NewPrice): Price =>
  insertPrice(sandbox, buildPrice(sandbox, product, given));

/** The same as plans showed it, which items still carry. */
export const planOf = (price: Price) => ({
  id: price.id,
  object: 'plan',
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: 'per_unit',
  created: price.created,
  currency: price.currency,
  interval: price.recurring?.interval ?? 'month',
  interval_count: price.recurring?.interval_count ?? 1,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: price.recurring?.trial_period_days ?? null,
  usage_type: 'licensed',
});

/** What so many of it cost, in minor units. */
export const amountOf = (price: Pick<Price, 'unit_amount_decimal'>, quantity: number): number =>
  Math.round(Number(price.unit_amount_decimal) * quantity);
