/**
 * What a page says about its main offer. Every value has its source, how sure it is, and what other layers of the same page
 * said instead; a page that is not understood says nothing at all, with the reason.
 */
import type { Money } from '../money.ts';

/** From the most to the least trusted. */
export const LAYERS = ['json_ld', 'microdata', 'rdfa', 'meta', 'embedded_state', 'model', 'selector'] as const;
export type Layer = (typeof LAYERS)[number];

export interface Field<T> {
  value: T;
  layer: Layer;
  /** 0 to 1. */
  confidence: number;
  /** Where in its layer: a path of names or a selector. */
  path: string;
  /** As the page has it, cut short. */
  text: string;
  /** What other layers said that is not the same. */
  others: readonly { value: T; layer: Layer; path: string }[];
}

/** `from`: the least of several; `range`: up to `upper`. */
export interface PagePrice extends Money {
  kind: 'exact' | 'from' | 'range';
  upper: number | null;
}

export const AVAILABILITIES = ['in_stock', 'limited', 'preorder', 'backorder', 'out_of_stock', 'discontinued'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export const CONDITIONS = ['new', 'refurbished', 'used', 'damaged'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface UnitPrice extends Money {
  /** Of so many of the unit: 100 ml, 1 kg. */
  quantity: number;
  unit: string;
}

/** What can be read off a page; amounts in minor units. Absent: the page does not say. */
export interface PageValues {
  price: PagePrice;
  /** What it cost before, or is said to cost elsewhere. */
  listPrice: Money;
  unitPrice: UnitPrice;
  availability: Availability;
  condition: Condition;
  seller: string;
  shipping: Money;
  rating: number;
  ratingCount: number;
  title: string;
  brand: string;
  /** GTIN-14, checked; never one whose meaning is the shop's own. */
  gtin: string;
  mpn: string;
  sku: string;
  images: readonly string[];
  description: string;
  /** Of the offer that was read: color, size and the like, as the page names them. */
  attributes: Readonly<Record<string, string>>;
  /** How many are sold together. */
  packCount: number;
}

export type PageFields = { readonly [K in keyof PageValues]?: Field<PageValues[K]> };

/** Why nothing is known of a listing. None of them says anything about its price or its stock. */
export const NO_OBSERVATION_REASONS = [
  // Of the page:
  'captcha',
  'consent_wall',
  'login_wall',
  'soft_not_found',
  'not_a_product',
  'several_products',
  'not_understood',
  'price_unsure',
  'wrong_currency',
  'too_large',
  'not_html',
  // Of the way to it:
  'not_found',
  'gone',
  'blocked',
  'robots_forbidden',
  'robots_unreachable',
  'not_on_allowlist',
  'redirected_away',
  'unreachable',
  'server_error',
  'timed_out',
  'source_failed',
  'no_credits',
] as const;
export type NoObservationReason = (typeof NO_OBSERVATION_REASONS)[number];

export type PageReading =
  | {
      kind: 'offer';
      fields: PageFields;
      /**
       * How the page was understood, e.g. `json_ld:Product.offers.price`: the layer and path of price, currency and availability.
       * Pages of one make have one shape; it has nothing of a single product in it.
       */
      shape: string;
    }
  | { kind: 'none'; reason: NoObservationReason; detail: string; shape: string };

/** What is known of a site before its page is read. */
export interface SiteHints {
  /** ISO 4217, lower case. */
  currency: string;
  /** BCP 47. */
  locale: string;
  /** By name of a field, where it stands on this site's pages. */
  selectors: Readonly<Record<string, string>>;
  /** Its own name, and others that mean it: an offer of another seller on its pages is not its own. */
  siteName: string;
}
