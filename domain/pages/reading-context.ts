/** What every layer is read with, and the form in which it answers. */
import type { ReadAmount } from './amounts.ts';
import type { PageIdentity } from './page-identity.ts';
import type { Layer, NoObservationReason, PageValues, SiteHints } from './page-reading.ts';
import type { VisibleAmounts } from './visible-amounts.ts';

export interface ReadingContext {
  readonly hints: SiteHints;
  readonly identity: PageIdentity;
  readonly visible: VisibleAmounts;
  /** When the page was fetched, in milliseconds. */
  readonly at: number;
}

export interface Candidate<T> {
  readonly value: T;
  readonly path: string;
  readonly text: string;
  readonly confidence: number;
}

export type Candidates = { [K in keyof PageValues]?: Candidate<PageValues[K]> };

export interface LayerReading {
  readonly layer: Layer;
  readonly fields: Candidates;
  /** Where the currency stands, when it is said. */
  readonly currencyPath?: string | undefined;
  /** Why this layer has no price, when it is about products. */
  readonly trouble?: { readonly reason: NoObservationReason; readonly detail: string } | undefined;
  /** Whether it names a product at all. */
  readonly isProduct: boolean;
}

export interface SettledAmount {
  readonly amount: number;
  /** Whether what it was read from can only mean this. */
  readonly sure: boolean;
}

/** What may mean several amounts means the one that the page shows, and nothing when it shows none or more of them. */
export function settle(read: ReadAmount, { visible }: ReadingContext): SettledAmount | undefined {
  const [first, ...others] = read.possible;
  if (first === undefined) return undefined;
  if (others.length === 0) return { amount: first, sure: true };
  const sights = read.possible.map((amount) => ({
    amount,
    shown: visible.sightings(amount).filter(({ marked, zone }) => marked && zone === 'main'),
  }));
  // What is struck through is the former price, unless nothing else is there.
  const current = sights.filter(({ shown }) => shown.some(({ struck, denied }) => !struck && !denied));
  const found = current.length > 0 ? current : sights.filter(({ shown }) => shown.length > 0);
  return found.length === 1 ? { amount: found[0]!.amount, sure: false } : undefined;
}

/** A currency as data writes it: `EUR`, `eur`, `€`. */
export function currencyCode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const code = text.trim().toLowerCase();
  if (/^[a-z]{3}$/.test(code)) return FORMER[code] ?? code;
  return SIGNS[code];
}

const FORMER: Readonly<Record<string, string>> = { rur: 'rub', rmb: 'cny', nis: 'ils' };
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'eur',
  '£': 'gbp',
  zł: 'pln',
  kč: 'czk',
  '₽': 'rub',
  '₹': 'inr',
  '₩': 'krw',
  '₺': 'try',
  ft: 'huf',
  '₴': 'uah',
};

export function marketOf({ hints }: ReadingContext, currency = hints.currency): { currency: string; locale: string } {
  return { currency, locale: hints.locale };
}
