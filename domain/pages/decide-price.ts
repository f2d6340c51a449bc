/** One price of what the layers say and the page shows. What they leave open is no price. */
import { exponentOf } from '../money.ts';
import type { Field, Layer, PagePrice } from './page-reading.ts';
import type { Candidate, LayerReading, ReadingContext } from './reading-context.ts';

export type PriceDecision =
  | { readonly kind: 'price'; readonly field: Field<PagePrice> }
  | { readonly kind: 'unsure' | 'wrong_currency'; readonly detail: string }
  | { readonly kind: 'none' };

/** Below it, a price is not told. */
export const LEAST_CONFIDENCE = 0.6;

interface Said {
  readonly layer: Layer;
  readonly candidate: Candidate<PagePrice>;
}

interface Group {
  readonly amount: number;
  readonly said: Said[];
  readonly sight: Sight;
  readonly score: number;
}

/** How an amount stands on the page: as a price, among others, bare, as something else, or not at all. */
type Sight = 'priced' | 'seen' | 'elsewhere' | 'denied' | 'struck' | 'absent';

export function decidePrice(readings: readonly LayerReading[], context: ReadingContext): PriceDecision {
  const said = readings.flatMap(({ layer, fields }): Said[] =>
    fields.price ? [{ layer, candidate: fields.price }] : [],
  );
  if (said.length === 0) return { kind: 'none' };
  const groups = groupsOf(said, readings, context);
  const [best, next] = groups as [Group, Group | undefined];
  const foreign = foreignCurrency(best.amount, context);
  if (foreign !== undefined) return { kind: 'wrong_currency', detail: `shown in ${foreign}` };
  const rival = next && next.score > best.score - 0.3 ? next : undefined;
  const confidence = rival ? amongRivals(best, rival, context) : best.score;
  const disagreeing = groups.slice(1).reduce((sum, { score }) => sum + score, 0);
  const sure = Math.max(0, confidence - (rival ? 0 : Math.min(0.15, disagreeing * 0.15)));
  if (sure < LEAST_CONFIDENCE) return { kind: 'unsure', detail: groups.map(described).join('; ') };
  const field = fieldOf(best, groups, sure);
  return { kind: 'price', field: { ...field, value: asShown(field.value, context) } };
}

/** `ab 19,99 €` is no exact price, whatever the data says. */
function asShown(price: PagePrice, { visible }: ReadingContext): PagePrice {
  const shown = visible.prices.filter(({ amount, struck }) => amount === price.amount && !struck);
  if (price.kind !== 'exact' || shown.length === 0) return price;
  const upper = shown[0]!.upper;
  if (upper !== undefined && shown.every((one) => one.upper === upper)) return { ...price, kind: 'range', upper };
  return shown.every(({ isFrom }) => isFrom) ? { ...price, kind: 'from' } : price;
}

function groupsOf(said: readonly Said[], readings: readonly LayerReading[], context: ReadingContext): Group[] {
  const byAmount = Map.groupBy(said, ({ candidate }) => candidate.value.amount);
  const isListed = (amount: number) => readings.some(({ fields }) => fields.listPrice?.value.amount === amount);
  return [...byAmount]
    .map(([amount, said]) => {
      const sight = sightOf(amount, context);
      const unsure = said.reduce((rest, { candidate }) => rest * (1 - candidate.confidence), 1);
      const score =
        Math.min(0.99, 1 - unsure) *
        weightOf(sight, context) *
        (sight === 'priced' && isBorneOut(amount, said, context) ? 1.15 : 1) *
        (isListed(amount) || isOfAllVariants(said, context) ? 0.4 : 1);
      return { amount, said, sight, score };
    })
    .sort((a, b) => b.score - a.score);
}

/** What stands in the data of the page's program, and is the first price that the page shows, is as good as markup. */
function isBorneOut(amount: number, said: readonly Said[], { visible }: ReadingContext): boolean {
  const lead = visible.prices.find(({ struck }) => !struck);
  return lead?.amount === amount && said.every(({ layer }) => layer === 'embedded_state');
}

/** Meta elements and pages before their program runs are the same for all variants: the one that the address asks for may cost more. */
function isOfAllVariants(said: readonly Said[], { identity }: ReadingContext): boolean {
  const isAsked = (parameter: string) => /^(?:variant|variation|sku|colou?r|size|option)\w{0,10}=/.test(parameter);
  return identity.asked.parameters.some(isAsked) && said.every(({ layer }) => layer === 'meta');
}

function sightOf(amount: number, { visible, hints }: ReadingContext): Sight {
  const priced = visible.prices.filter((price) => price.amount === amount);
  const all = visible.sightings(amount);
  const main = all.filter(({ zone }) => zone === 'main');
  if (isWithoutTax(amount, [...priced, ...main], visible)) return 'denied';
  if (priced.some(({ struck }) => !struck)) return 'priced';
  if (all.length === 0) return 'absent';
  const telling = main.filter(
    ({ struck, denied, marked }) => !struck && !denied && (marked || isTelling(amount, hints.currency)),
  );
  if (telling.length > 0 && priced.length === 0) return 'seen';
  if (main.some(({ struck }) => struck) || priced.length > 0) return 'struck';
  if (main.some(({ denied }) => denied)) return 'denied';
  return main.length > 0 ? 'absent' : 'elsewhere';
}

/** Shown as without tax beside what has to be paid. */
function isWithoutTax(
  amount: number,
  shown: readonly { readonly untaxed: boolean }[],
  visible: ReadingContext['visible'],
): boolean {
  if (shown.length === 0 || !shown.every(({ untaxed }) => untaxed)) return false;
  const isGross = (other: number) => other > amount * 1.02 && other < amount * 1.31;
  return visible.prices.some((other) => !other.untaxed && !other.struck && isGross(other.amount));
}

/** A bare 5 may count stars. */
function isTelling(amount: number, currency: string): boolean {
  const unit = 10 ** exponentOf(currency);
  return amount % unit !== 0 || amount >= 100 * unit;
}

/** A page that shows other prices and not this one is asked for more than one that shows none. */
function weightOf(sight: Sight, { visible }: ReadingContext): number {
  const showsOthers = visible.prices.some(({ struck }) => !struck);
  if (sight === 'priced') return 1;
  if (sight === 'seen') return showsOthers ? 0.85 : 0.95;
  if (sight === 'struck') return 0.3;
  // `Approx. retail: $17.99` as the only price of a page is its price.
  if (sight === 'denied') return showsOthers ? 0.3 : 0.85;
  return showsOthers ? 0.45 : sight === 'elsewhere' ? 0.75 : 0.85;
}

/** Two that the page both bears out are told apart by which it shows first. */
function amongRivals(best: Group, rival: Group, { visible }: ReadingContext): number {
  const lead = visible.prices.find(
    ({ struck, amount }) => !struck && (amount === best.amount || amount === rival.amount),
  );
  const inRange = best.said.some(
    ({ candidate: { value } }) => value.upper !== null && rival.amount > value.amount && rival.amount <= value.upper,
  );
  if (inRange && lead?.amount === best.amount) return best.score * 0.85;
  const isOutvoted =
    best.said.length > rival.said.length &&
    best.said.some(({ layer }) => layer !== 'model' && layer !== 'embedded_state');
  if (lead?.amount === best.amount && isOutvoted) return best.score * 0.8;
  return lead?.amount === best.amount && weak(rival) ? best.score * 0.75 : 0.4;
}

function weak({ said }: Group): boolean {
  return said.every(({ layer }) => layer === 'model' || layer === 'embedded_state' || layer === 'meta');
}

function foreignCurrency(amount: number, { visible, hints }: ReadingContext): string | undefined {
  const shown = visible.prices.filter((price) => price.amount === amount);
  if (shown.length === 0 || shown.some(({ currency }) => currency === hints.currency)) return undefined;
  return shown[0]!.currency ?? 'another currency';
}

function described({ amount, said, sight }: Group): string {
  return `${amount} by ${said.map(({ layer }) => layer).join(', ')} (${sight})`;
}

function fieldOf(best: Group, groups: readonly Group[], confidence: number): Field<PagePrice> {
  const [{ layer, candidate }] = best.said as [Said];
  // A meta element can say no range; who reads variants knows that there is one.
  const wider = layer === 'meta' ? best.said.find(({ candidate: { value } }) => value.kind !== 'exact') : undefined;
  const others = groups
    .slice(1)
    .flatMap(({ said }) =>
      said.map(({ layer, candidate }) => ({ value: candidate.value, layer, path: candidate.path })),
    );
  return {
    value: wider?.candidate.value ?? candidate.value,
    layer,
    confidence: round(confidence),
    path: candidate.path,
    text: candidate.text.slice(0, 200),
    others,
  };
}

export function round(confidence: number): number {
  return Math.round(confidence * 1_000) / 1_000;
}
