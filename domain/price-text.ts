/**
 * Reads a price as a shop prints it, in whatever language. What could mean two things is null: a wrong price is worse than none.
 * Meant for the text of a price's element, not for a whole page.
 */
import { type Item, itemsOf } from './price-text/amounts.ts';
import type { CurrencyMark } from './price-text/currency-marks.ts';
import { type Offer, offersOf } from './price-text/offers.ts';
import { otherAmounts, says } from './price-text/other-amounts.ts';
import { isUnsafe, markedBesides } from './price-text/plain-numbers.ts';
import { plainText } from './price-text/plain-text.ts';
import { withRanges } from './price-text/ranges.ts';
import { type Hints, readValue, type Value } from './price-text/read-value.ts';
import { tokensOf } from './price-text/tokens.ts';

export interface PriceHints {
  /** ISO 4217 in either case: what the shop is known to sell in. Settles `$`, `kr`, `¥` and bare numbers. */
  readonly currency?: string | undefined;
  /** BCP 47: whose separators the shop uses. Settles `1.234`. */
  readonly locale?: string | undefined;
}

export interface ParsedPrice {
  /** `from`: the lowest of several. `range`: the lowest, with the highest in `upper`. */
  readonly kind: 'exact' | 'from' | 'range';
  /** What is to be paid, in units of 10^-`exponent`. */
  readonly amount: number;
  /** The currency's minor unit; hundredths where the currency is not known. */
  readonly exponent: number;
  /** ISO 4217, lower case; null when neither the text nor a hint settles it. */
  readonly currency: string | null;
  readonly upper?: number;
  /** The higher price that is said to have been asked before, or to be recommended. */
  readonly listAmount?: number;
  readonly tax?: 'included' | 'excluded';
}

export function parsePrice(text: string, hints: PriceHints = {}): ParsedPrice | null {
  const plain = plainText(text);
  if (plain === undefined) return null;
  const known: Hints = { currency: hints.currency?.toLowerCase(), locale: hints.locale };
  const tokens = tokensOf(plain, known.currency);
  const items = itemsOf(tokens);
  const money = markedBesides(tokens, items);
  const { others, negative } = otherAmounts(items, plain);
  if (money === undefined || negative || isUnsafe(items, others, plain, known)) return null;
  const offers = offersOf(withRanges(items, others, plain), others, money.all);
  const prices = pricesOf(offers, money.all, money.marks, known);
  const chosen = prices && choose(prices, known.currency);
  return chosen ? { ...chosen, ...taxOf(items) } : null;
}

interface Price {
  readonly role: Offer['role'];
  readonly price: ParsedPrice;
}

/** Undefined when one of the prices cannot be read: the others may then be anything. */
function pricesOf(
  offers: readonly Offer[],
  bare: boolean,
  marks: readonly (CurrencyMark | undefined)[],
  hints: Hints,
): Price[] | undefined {
  const prices: Price[] = [];
  const elsewhere = marks.length > 0 ? marks.filter((mark) => mark !== undefined) : onlyMarks(offers);
  for (const { amount, role, isFrom } of offers) {
    const ends = amount.kind === 'range' ? [amount.lower, amount.upper] : [amount];
    if (role === 'other' || !(bare || ends.some(({ marked }) => marked))) continue;
    const own = ends.flatMap((end) => end.marks);
    const all = own.length > 0 ? own : elsewhere;
    const [lower, upper] = ends.map((end) => readValue(end, all, hints));
    if (!lower || (ends.length > 1 && !(upper && upper.amount > lower.amount))) return undefined;
    prices.push({ role, price: priced(lower, upper, isFrom) });
  }
  return prices;
}

/** `CHF 12.– statt 15.–`: what one says holds for the other, if there is one to say it. */
function onlyMarks(offers: readonly Offer[]): readonly CurrencyMark[] {
  const said = offers.flatMap(({ amount }) =>
    amount.kind === 'amount' && amount.marks.length > 0 ? [amount.marks] : [],
  );
  return new Set(said.map(([first]) => first!.codes.join())).size === 1 ? said[0]! : [];
}

function priced(lower: Value, upper: Value | undefined, isFrom: boolean): ParsedPrice {
  if (upper) return { kind: 'range', ...lower, upper: upper.amount };
  return { kind: isFrom ? 'from' : 'exact', ...lower };
}

/** One price must be left: said once or repeated, or in the shop's currency beside another, or below what it was. */
function choose(prices: readonly Price[], currency: string | undefined): ParsedPrice | undefined {
  const inOurs = prices.filter(({ price }) => price.currency === currency);
  const foreign = prices.some(({ price }) => price.currency !== currency);
  const ours = currency !== undefined && foreign && inOurs.length > 0 ? inOurs : prices;
  const now = distinct(ours.filter(({ role }) => role === 'now'));
  const current = now.length > 0 ? now : distinct(ours.filter(({ role }) => role === 'plain'));
  const [price, ...others] = current;
  if (!price || others.length > 0) return undefined;
  const former = ours.filter((other) => other.role === 'was' || (now.length > 0 && other.role === 'plain'));
  if (former.length === 0) return price;
  const sound = former.every(({ price: was }) => was.currency === price.currency && was.amount >= price.amount);
  const listAmount = Math.max(...former.map(({ price: was }) => was.amount));
  return !sound ? undefined : listAmount > price.amount ? { ...price, listAmount } : price;
}

function distinct(prices: readonly Price[]): ParsedPrice[] {
  return [...new Map(prices.map(({ price }) => [JSON.stringify(price), price])).values()];
}

function taxOf(items: readonly Item[]): Pick<ParsedPrice, 'tax'> {
  const included = items.some((item) => says(item, 'taxIncluded'));
  const excluded = items.some((item) => says(item, 'taxExcluded'));
  if (included === excluded) return {};
  return { tax: included ? 'included' : 'excluded' };
}
