/** What an alert knows when it is written; it explains itself by this alone, whatever changes later. As JSON in its row. */
import type { ComparisonNote } from '../comparable-price.ts';
import type { Money } from '../money.ts';

export interface AlertFacts {
  product: string;
  sku: string;
  competitor: string;
  /** Their page. */
  url: string;
  title: string | null;
  theirs: Money | null;
  /** Their price as the page has it, word for word. */
  snippet: string | null;
  observed_at: string;
  in_stock: boolean | null;
  /** The price that it is measured from, or was believed before, and when that was seen. */
  previous: Money | null;
  previous_at: string | null;
  ours: Money | null;
  /** Theirs in the terms of ours, and what was done for it; null with the reason where it cannot be. */
  comparable: Money | null;
  notes: readonly ComparisonNote[];
  incomparable: string | null;
  minimum_advertised: Money | null;
  /** Of ours among all, the cheapest first. */
  rank: number | null;
  competitors: number;
  /** Ours without tax costs us so much; what is left in percent now, and if we asked what they ask. */
  cost: Money | null;
  margin_percent: number | null;
  margin_after_percent: number | null;
  /** Of their page, as far as it was believed in the thirty days before. */
  lowest_30_days: Money | null;
  median_30_days: Money | null;
  days_known: number;
  layer: string | null;
  confidence: number | null;
  match: { by: string | null; confidence: number | null; reasons: readonly string[] };
  has_evidence: boolean;
  has_screenshot: boolean;
}

/** What is left of a price, in percent; null where the cost is not known. */
export function marginOf(price: Money | null, cost: Money | null): number | null {
  if (!price || !cost || price.currency !== cost.currency || price.amount <= 0) return null;
  return Math.round(((price.amount - cost.amount) / price.amount) * 1_000) / 10;
}
