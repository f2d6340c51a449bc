/** Puts the shops next door on the demo shop's watch list, over the API, as a merchandiser would. */
import { call, type SeedOptions } from '../catalogue/seed-call.ts';
import { findShop, type Shop } from './shops.ts';

export interface PriceSeedOptions extends SeedOptions {
  /** Of the sandbox: the shops are there. */
  port: number;
  /** Whether the played Firecrawl looks at one of them; the real one could not reach it. */
  playsFirecrawl: boolean;
}

/** What is watched, by shop: the last parts of addresses. A price war is fought over some of them. */
const WATCHED: Readonly<Record<string, readonly string[]>> = {
  'kettle-company': ['mill-pepper', 'kettle-blk', 'mug-oat', 'lamp-amb'],
  'haushalt-hanse': ['lamp-amb', 'kettle-blk', 'phones-night', 'candle-l'],
  'maison-lin': ['blanket-rose', 'vase-sea', 'scarf-stripe'],
  'barn-and-attic': ['pen-brass', 'keys-coal', 'stove-3'],
  'kurashi-ya': ['teapot-6', 'knife-16', 'note-dot'],
  nordlager: ['pack-rust', 'bottle-sea', 'compass-1'],
  megamart: ['kettle-blk', 'phones-night', 'mill-pepper', 'tote-1'],
};
/** A page that nobody has tied to a product of ours: its barcode does. */
const UNTIED = { shop: 'kettle-company', page: 'board-s' };
/** A product whose page there nobody has looked up: what is found is suggested. */
const SEARCHED = { shop: 'kettle-company', sku: 'TEAPOT-6', search: 'cast iron teapot' };
/** In percent, where prices are shown with it. */
const TAX: Readonly<Record<string, number>> = {
  'de-DE': 19,
  'fr-FR': 20,
  'en-GB': 20,
  'ja-JP': 10,
  'sv-SE': 25,
};
const SELECTORS = { price: '.produkt__pris', availability: '.produkt__lager', title: '.produkt__namn' };
/** Of one US dollar; fixed, as the demo's prices are. */
const RATES = { eur: '0.92', gbp: '0.79', jpy: '150', sek: '10.4' } as const;
/** The least that the API takes: a demo is short. */
const INTERVAL_MINUTES = 5;

const RULES = [
  { name: 'Cheaper than we are', kind: 'undercut', percent: 3, cool_down_hours: 1 },
  { name: 'Price cut by a tenth', kind: 'price_drop', percent: 10, cool_down_hours: 1 },
  { name: 'Sold out elsewhere', kind: 'out_of_stock', delivery: 'digest' },
  { name: 'Available again elsewhere', kind: 'back_in_stock', delivery: 'digest' },
];

/** What is there already stays. Throws what the API answered. Returns how many pages are watched. */
export async function seedPrices({ port, playsFirecrawl, ...api }: PriceSeedOptions): Promise<number> {
  const as_of = new Date().toISOString();
  const rates = Object.entries(RATES).map(([quote, rate]) => ({ base: 'usd', quote, rate, as_of }));
  await call(api, 'PUT', '/v1/exchange-rates', { rates });
  const { data } = (await call(api, 'GET', '/v1/alert-rules')) as { data: unknown[] };
  if (data.length === 0) for (const rule of RULES) await call(api, 'POST', '/v1/alert-rules', rule);
  let watched = 0;
  for (const [slug, pages] of Object.entries(WATCHED)) {
    const shop = findShop(slug)!;
    const domain = `${slug}.localhost:${port}`;
    await call(api, 'POST', '/v1/competitors', competitorOf(shop, domain, playsFirecrawl));
    const listings = pages.map((page) => ({ url: `http://${domain}/p/${page}`, sku: page.toUpperCase() }));
    const untied = slug === UNTIED.shop ? [{ url: `http://${domain}/p/${UNTIED.page}` }] : [];
    const { shop: where, ...searched } = SEARCHED;
    for (const listing of [...listings, ...untied, ...(slug === where ? [searched] : [])]) {
      await call(api, 'POST', '/v1/listings', { competitor: domain, ...listing });
      watched += 1;
    }
  }
  return watched;
}

function competitorOf(
  { slug, name, currency, locale, source, shipping, make }: Shop,
  domain: string,
  firecrawl: boolean,
) {
  const tax = TAX[locale];
  return {
    ...{ name, domain, currency, locale, interval_minutes: INTERVAL_MINUTES, tags: ['demo'], metadata: { shop: slug } },
    source: firecrawl ? source : 'built_in',
    search_url: `http://${domain}/search?q={query}`,
    ...(tax === undefined ? { tax_included: false } : { tax_included: true, tax_percent: tax }),
    ...(shipping === undefined ? {} : { shipping_amount: shipping }),
    ...(make === 'plain' ? { selectors: SELECTORS } : {}),
  };
}
