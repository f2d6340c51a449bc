/** What was changed in the shops: prices, stock, make, obstacles. Kept over restarts, with the time of each change. */
import type { Store } from '../store.ts';
import { type Availability, type Offer, offersOf } from './offers.ts';
import type { Make, Shop } from './shops.ts';

/** A page as it is now. */
export interface Shown extends Offer {
  /** Stands in its place. */
  obstacle: string | null;
}

export interface Site {
  make: Make;
  /** Stands in the place of all its pages. */
  obstacle: string | null;
  /** Where visitors are taken to be, ISO 3166; null: at home. */
  country: string | null;
  /** Instead of its own robots.txt: the text, and the status. */
  robots: string | null;
  robotsStatus: number | null;
}

export interface PageChange {
  amount?: number | null;
  listAmount?: number | null;
  availability?: Availability | null;
  obstacle?: string | null;
}

/** Null is back to what it was. */
export type SiteChange = { [K in keyof Site]?: Site[K] | null };

export interface ShopState {
  site(shop: Shop): Site;
  page(shop: Shop, key: string): Shown | undefined;
  pages(shop: Shop): Shown[];
  /** Without a change it is as at the beginning again. */
  changePage(shop: Shop, key: string, change?: PageChange): void;
  changeSite(shop: Shop, change: SiteChange): void;
  reset(): void;
  /** What was changed when, newest first. */
  changes(limit: number): { at: string; shop: string; page: string | null; change: object }[];
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS competitor_changes (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, shop TEXT NOT NULL, page TEXT, change TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS competitor_state (shop TEXT NOT NULL, page TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (shop, page));`;

/** The site itself is the page without a name. */
const SITE = '';

export function createShopState(store: Store, nowMs: () => number): ShopState {
  store.exec(SCHEMA);
  const kept = new Map<string, Record<string, unknown>>();
  const nameOf = (shop: string, page: string) => `${shop}/${page}`;
  for (const row of store.statement('SELECT shop, page, state FROM competitor_state').all())
    kept.set(nameOf(String(row.shop), String(row.page)), JSON.parse(String(row.state)));

  const note = (shop: string, page: string, wanted: object) => {
    const sql = 'INSERT INTO competitor_changes (at_ms, shop, page, change) VALUES (?, ?, ?, ?)';
    store.statement(sql).run(nowMs(), shop, page || null, JSON.stringify(wanted));
  };
  const change = (shop: Shop, page: string, wanted: object) => {
    const name = nameOf(shop.slug, page);
    const merged = Object.entries({ ...kept.get(name), ...wanted });
    const state = Object.fromEntries(merged.filter(([key, value]) => value !== null || (page && key === 'listAmount')));
    kept.set(name, state);
    const text = JSON.stringify(state);
    store.statement('INSERT OR REPLACE INTO competitor_state VALUES (?, ?, ?)').run(shop.slug, page, text);
    note(shop.slug, page, wanted);
  };
  const shown = (shop: Shop, offer: Offer): Shown => ({
    ...{ ...offer, obstacle: null },
    ...kept.get(nameOf(shop.slug, offer.key)),
  });
  return {
    site: ({ slug, make }) => ({
      ...{ make, obstacle: null, country: null, robots: null, robotsStatus: null },
      ...kept.get(nameOf(slug, SITE)),
    }),
    page: (shop, key) => {
      const offer = offersOf(shop).get(key);
      return offer && shown(shop, offer);
    },
    pages: (shop) => [...offersOf(shop).values()].map((offer) => shown(shop, offer)),
    changePage(shop, key, wanted) {
      if (wanted) return change(shop, key, wanted);
      kept.delete(nameOf(shop.slug, key));
      store.statement('DELETE FROM competitor_state WHERE shop = ? AND page = ?').run(shop.slug, key);
      note(shop.slug, key, { reset: true });
    },
    changeSite: (shop, wanted) => change(shop, SITE, wanted),
    reset() {
      kept.clear();
      store.exec('DELETE FROM competitor_state');
    },
    changes: (limit) =>
      store
        .statement('SELECT * FROM competitor_changes ORDER BY id DESC LIMIT ?')
        .all(limit)
        .map(({ at_ms, shop, page, change: what }) => ({
          at: new Date(Number(at_ms)).toISOString(),
          shop: String(shop),
          page: page === null ? null : String(page),
          change: JSON.parse(String(what)) as object,
        })),
  };
}
