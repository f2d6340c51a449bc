/** A change of a shop or of one of its pages, as the control API and the buttons ask for it. */

import { obstacles } from './obstacles.ts';
import { AVAILABILITIES } from './offers.ts';
import { findShop, MAKES, type Shop } from './shops.ts';
import type { PageChange, ShopState, SiteChange } from './state.ts';

export type WantedChange =
  | { shop: Shop; page: string; change: PageChange | undefined }
  | { shop: Shop; page: null; change: SiteChange };

type Body = Readonly<Record<string, unknown>>;

const isAmount = (value: unknown) => value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
const isOneOf = (names: readonly string[]) => (value: unknown) => value === null || names.includes(value as string);
const isText = (value: unknown) => value === null || typeof value === 'string';

/** What may be said of a page and of a shop: the name in JSON, the name here, and what is a value. */
const ofPage = {
  amount: ['amount', isAmount, 'an amount in minor units'],
  list_amount: ['listAmount', isAmount, 'an amount in minor units'],
  availability: ['availability', isOneOf(AVAILABILITIES), `one of ${AVAILABILITIES.join(', ')}`],
  obstacle: ['obstacle', isOneOf(Object.keys(obstacles)), `one of ${Object.keys(obstacles).join(', ')}`],
} as const;
const ofSite = {
  make: ['make', isOneOf(MAKES), `one of ${MAKES.join(', ')}`],
  obstacle: ofPage.obstacle,
  country: ['country', (value: unknown) => value === null || /^[A-Z]{2}$/.test(String(value)), 'a country, as DE'],
  robots: ['robots', isText, 'the text of a robots.txt'],
  robots_status: ['robotsStatus', isAmount, 'an HTTP status'],
} as const;
type Rule = readonly [name: string, holds: (value: unknown) => boolean, words: string];

/** Returns what is wrong with it in words. `sale` is in percent; `reset` takes a page back to its beginning. */
export function readChange(state: ShopState, body: Body): WantedChange | string {
  const { shop: slug, page, sale, reset, ...rest } = body;
  const shop = findShop(String(slug));
  if (!shop) return 'shop is none of the shops';
  if (page === undefined || page === null) {
    const change = read(rest, ofSite);
    return typeof change === 'string' ? change : { shop, page: null, change };
  }
  const known = state.page(shop, String(page));
  if (!known) return `${shop.slug} has no page ${String(page)}`;
  if (reset === true) return { shop, page: known.key, change: undefined };
  const onSale = sale !== undefined;
  const change: PageChange | string = onSale && Object.keys(rest).length === 0 ? {} : read(rest, ofPage);
  if (typeof change === 'string') return change;
  if (!onSale) return { shop, page: known.key, change };
  if (typeof sale !== 'number' || sale <= 0 || sale >= 100) return 'sale must be a percentage';
  const amount = Math.round(known.amount * (1 - sale / 100));
  return { shop, page: known.key, change: { ...change, amount, listAmount: known.amount } };
}

function read(body: Body, rules: Readonly<Record<string, Rule>>): Record<string, unknown> | string {
  const entries = Object.entries(body);
  if (entries.length === 0) return `nothing to change: ${Object.keys(rules).join(', ')}`;
  const change: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) return `${key} is none of ${Object.keys(rules).join(', ')}`;
    if (!rule[1](value)) return `${key} must be ${rule[2]}, or null for what it was`;
    change[rule[0]] = value;
  }
  return change;
}
