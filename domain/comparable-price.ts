/**
 * A competitor's price in the terms of ours: one piece, in our currency, with shipping where that is compared, and with the tax of
 * ours, so that two prices are equal when a customer pays the same. What cannot be made comparable says why, and is no number.
 */
import { exponentOf, type Money } from './money.ts';

export interface TheirPrice extends Money {
  /** What they ask for shipping; null: not known. */
  shipping: Money | null;
  /** How many of ours are in one of theirs. */
  packCount: number;
}

export interface ComparisonTerms {
  /** Ours, ISO 4217 lower case. */
  currency: string;
  /** Whether their prices have tax in them, and of how much; null: as much as ours. */
  taxIncluded: boolean;
  taxPercent: number | null;
  /** What is put on our price at the checkout. */
  ourTaxPercent: number;
  withShipping: boolean;
  /** What one unit of their currency is in ours, and of when; undefined: not known, or too old. */
  exchange: { rate: number; asOf: string } | undefined;
}

/** What was done to their price, in order. */
export type ComparisonNote =
  | { kind: 'shipping'; amount: Money }
  | { kind: 'shipping_unknown' }
  | { kind: 'pack'; count: number }
  | { kind: 'tax'; percent: number }
  | { kind: 'currency'; from: string; rate: number; as_of: string };

export type Comparison =
  | { kind: 'comparable'; price: Money; notes: readonly ComparisonNote[] }
  | { kind: 'incomparable'; reason: 'no_exchange_rate' };

export function comparePrice(theirs: TheirPrice, terms: ComparisonTerms): Comparison {
  const notes: ComparisonNote[] = [];
  let amount = theirs.amount;
  if (terms.withShipping) {
    if (theirs.shipping?.currency === theirs.currency) {
      amount += theirs.shipping.amount;
      if (theirs.shipping.amount > 0) notes.push({ kind: 'shipping', amount: theirs.shipping });
    } else notes.push({ kind: 'shipping_unknown' });
  }
  if (theirs.packCount > 1) notes.push({ kind: 'pack', count: theirs.packCount });
  amount /= Math.max(1, theirs.packCount);
  const factor = taxFactor(terms);
  if (factor !== 1) notes.push({ kind: 'tax', percent: terms.ourTaxPercent });
  amount *= factor;
  if (theirs.currency !== terms.currency) {
    if (!terms.exchange) return { kind: 'incomparable', reason: 'no_exchange_rate' };
    const { rate, asOf } = terms.exchange;
    notes.push({ kind: 'currency', from: theirs.currency, rate, as_of: asOf });
    amount *= rate * 10 ** (exponentOf(terms.currency) - exponentOf(theirs.currency));
  }
  // Rounded once, at the end.
  return { kind: 'comparable', price: { amount: Math.round(amount), currency: terms.currency }, notes };
}

/** From their price to one before our tax, of which a customer pays as much as of theirs. */
function taxFactor({ taxIncluded, taxPercent, ourTaxPercent }: ComparisonTerms): number {
  const theirTax = taxIncluded ? 0 : (taxPercent ?? ourTaxPercent);
  if (!taxIncluded && theirTax === ourTaxPercent) return 1;
  return (1 + theirTax / 100) / (1 + ourTaxPercent / 100);
}
