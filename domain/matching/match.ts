/** How a page and a variant of ours belong together. */
import type { Money } from '../money.ts';

export type Link = 'url' | 'gtin' | 'mpn' | 'person';

/** What may speak against a match: each is looked at by itself, whatever speaks for it. */
export const GUARDS = ['gtin', 'brand', 'pack_count', 'size', 'color', 'condition', 'seller'] as const;
export type Guard = (typeof GUARDS)[number];

export interface MatchReason {
  for: 'match' | 'against';
  /** What was compared. */
  kind: Guard | 'url' | 'person' | 'mpn' | 'title' | 'model_number' | 'attributes' | 'price' | 'accessory';
  /** In words, for the people who are asked. */
  text: string;
}

export interface Match {
  /**
   * linked: a price seen there is a price of the variant; contradicted: it is tied to it, and the page says something else, so
   * nobody is told before a person has looked; unmatched: tied to nothing.
   */
  verdict: 'linked' | 'contradicted' | 'unmatched';
  by: Link | null;
  /** 0 to 1. */
  confidence: number;
  reasons: readonly MatchReason[];
  contradictions: readonly Guard[];
}

/** Our variant, as far as it is compared. */
export interface OurVariant {
  sku: string;
  name: string;
  product_name: string;
  brand: string | null;
  mpn: string | null;
  /** GTIN-8, -12, -13 or -14. */
  barcode: string | null;
  attributes: Readonly<Record<string, unknown>>;
  prices: readonly Money[];
}

/** What the comparison knows besides the page. */
export interface Setting {
  /** How many of ours are in one of theirs, by a person's word. */
  packCount: number | null;
  /** Names under which the site sells itself. */
  ownNames: readonly string[];
}
