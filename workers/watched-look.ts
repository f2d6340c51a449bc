/** One look at a listing as it is judged: what was seen, in our terms too, and what was around it. Reads alone. */
import { type CoveringRule, toAlertRule } from '../db/alert-rules.ts';
import { findExchange, findMinimumAdvertised } from '../db/comparison-terms.ts';
import type { Executor } from '../db/database.ts';
import type { ListingForReading } from '../db/listing-for-reading.ts';
import {
  countSiteMoves,
  findOtherPrices,
  type Move,
  type SiteMoves,
  type UnjudgedObservation,
} from '../db/price-watches.ts';
import { type Comparison, comparePrice } from '../domain/comparable-price.ts';
import type { Money } from '../domain/money.ts';
import type { Facts, Observed, Seen, World } from '../domain/price-alerts/watch.ts';

export interface CompareOptions {
  /** Put on our prices at the checkout. */
  taxPercent: number;
  withShipping: boolean;
}

/** What holds for all looks of a listing that are judged together. */
export interface ListingAround {
  found: ListingForReading;
  rules: readonly CoveringRule[];
  heldShapes: ReadonlySet<string>;
}

export interface Look {
  observation: UnjudgedObservation;
  seen: Seen;
  world: World;
  comparison: Comparison | undefined;
  cost: Money | null;
  moved: Move | undefined;
}

/** @param good what is believed so far */
export async function lookAt(
  tx: Executor,
  options: CompareOptions,
  around: ListingAround,
  observation: UnjudgedObservation,
  good: Facts | null,
): Promise<Look> {
  const { found, rules } = around;
  const { id, observed_at, outcome, variant_id } = observation;
  const our = await findOurPrice(tx, found, observation);
  const comparison = our && (await compare(tx, options, found, observation, our.price.currency));
  const moved = outcome === 'observed' ? moveOf(good, observation) : undefined;
  const world: World = {
    now: Date.now(),
    rules: rules.map(toAlertRule),
    muted: new Set(rules.filter(({ muted }) => muted).map((rule) => rule.id)),
    ours: our?.price ?? null,
    minimumAdvertised:
      our && found.variant ? await findMinimumAdvertised(tx, found.variant.id, our.price.currency) : null,
    others:
      our && found.variant ? await findOtherPrices(tx, found.variant.id, found.listing.id, our.price.currency) : [],
  };
  const at = observed_at.getTime();
  if (outcome === 'none')
    return { observation, seen: { outcome, observationId: id, at }, world, comparison: undefined, cost: null, moved };
  const siteWide =
    moved !== undefined &&
    isSiteWide(await countSiteMoves(tx, found.competitor.id, observed_at, found.listing.id), moved);
  const comparable = comparison?.kind === 'comparable' ? comparison.price : null;
  const isOurs = variant_id !== null && variant_id === found.listing.variant_id;
  const seen = toObserved(observation, { siteWide, comparable, isOurs, heldShapes: around.heldShapes });
  return { observation, seen, world, comparison: comparison ?? undefined, cost: our?.cost ?? null, moved };
}

function toObserved(
  { id, observed_at, amount, currency, price_kind, availability, ...row }: UnjudgedObservation,
  {
    siteWide,
    comparable,
    isOurs,
    heldShapes,
  }: Pick<Observed, 'siteWide' | 'comparable'> & { isOurs: boolean; heldShapes: ReadonlySet<string> },
): Observed {
  const at = observed_at.getTime();
  const price = amount === null || currency === null ? null : { amount, currency };
  const verdict = row.match?.verdict ?? 'linked';
  return {
    ...{
      outcome: 'observed',
      observationId: id,
      at,
      price,
      pricedAt: price && at,
      layer: row.layer,
      comparable,
      siteWide,
    },
    inStock: isInStock(availability),
    confidence: row.confidence ?? 1,
    condition: row.condition,
    exact: price_kind === 'exact',
    match: verdict === 'contradicted' ? verdict : verdict === 'linked' && isOurs ? verdict : 'none',
    shapeConfirmed: row.shape === null || !heldShapes.has(row.shape),
  };
}

/** To be ordered is to be had; not to be had any more is sold out. */
function isInStock(availability: string | null): boolean | null {
  return availability === null ? null : !['out_of_stock', 'discontinued'].includes(availability);
}

/** In the currency of the page where we have one, else in the one that it can be exchanged into. */
async function findOurPrice(
  tx: Executor,
  { variant, competitor }: ListingForReading,
  { currency }: UnjudgedObservation,
) {
  const prices = variant?.prices ?? [];
  const theirs = currency ?? competitor.currency;
  const money = (price: (typeof prices)[number] | undefined) =>
    price && {
      price: { amount: price.amount, currency: price.currency },
      cost: price.cost_amount == null ? null : { amount: price.cost_amount, currency: price.currency },
    };
  const same = prices.find((price) => price.currency === theirs);
  if (same) return money(same);
  for (const price of prices) if (await findExchange(tx, theirs, price.currency)) return money(price);
  return money(prices[0]);
}

async function compare(
  tx: Executor,
  { taxPercent, withShipping }: CompareOptions,
  { competitor, listing }: ListingForReading,
  { amount, currency, shipping_amount, pack_count }: UnjudgedObservation,
  ours: string,
): Promise<Comparison | undefined> {
  if (amount === null || currency === null) return undefined;
  const shipping = shipping_amount ?? (currency === competitor.currency ? competitor.shipping_amount : null);
  return comparePrice(
    {
      ...{ amount, currency, packCount: listing.pack_count ?? pack_count ?? 1 },
      shipping: shipping === null ? null : { amount: shipping, currency },
    },
    {
      ...{ currency: ours, ourTaxPercent: taxPercent, withShipping },
      ...{ taxIncluded: competitor.tax_included, taxPercent: competitor.tax_percent },
      exchange: await findExchange(tx, currency, ours),
    },
  );
}

/** What came to be known for the first time went nowhere. */
function moveOf(good: Facts | null, { amount, currency, availability }: UnjudgedObservation): Move | undefined {
  const inStock = isInStock(availability);
  if (good?.price && amount !== null && good.price.currency === currency && good.price.amount !== amount)
    return amount < good.price.amount ? 'down' : 'up';
  if (good && inStock !== null && good.inStock !== null && inStock !== good.inStock) return inStock ? 'in' : 'out';
  return undefined;
}

/** From the third page of a site that goes the same way on one day: to look again costs one request, a site misread costs its mails. */
const MANY = 3;
const isSiteWide = (moves: SiteMoves, way: Move): boolean => moves[way] + 1 >= MANY;
