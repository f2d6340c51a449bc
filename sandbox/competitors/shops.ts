/** The shops next door: each its own host under localhost, its own make of pages, and its own way to write prices. */

/** How a shop's pages say what they offer; a redesign is another one of these. */
export const MAKES = [
  'json_ld_graph',
  'json_ld_loose',
  'microdata',
  'rdfa',
  'meta',
  'embedded_state',
  'plain',
  'plain_2',
] as const;
export type Make = (typeof MAKES)[number];

export interface Shop {
  /** Its host is this under localhost. */
  slug: string;
  name: string;
  /** BCP 47. */
  locale: string;
  /** ISO 4217, lower case. */
  currency: string;
  /** Minor units per US cent of the demo catalogue, tax included where the country shows prices with it. */
  rate: number;
  taxIncluded: boolean;
  /** What it asks in relation to the demo catalogue: 1.05 is five percent more. */
  level: number;
  /** Prices end a little below a multiple of this, in minor units. */
  step: number;
  ending: number;
  make: Make;
  /** What it sells, by category of the demo catalogue. */
  categories: readonly string[];
  /** In minor units; undefined: its pages don't say. */
  shipping?: number;
  /** How the demo looks at it. */
  source: 'built_in' | 'firecrawl';
  /** What it has always sold for less: our SKU, and the part of its usual level. */
  bargain?: { sku: string; level: number };
  color: string;
}

const usd = { locale: 'en-US', currency: 'usd', rate: 1, taxIncluded: false, step: 100, ending: 1 };

export const shops: readonly Shop[] = [
  {
    ...usd,
    ...{ slug: 'kettle-company', name: 'Kettle & Company', level: 1.06, make: 'json_ld_graph', color: '#7a3b2e' },
    ...{
      categories: ['kitchen', 'home'],
      shipping: 599,
      source: 'built_in',
      bargain: { sku: 'MILL-PEPPER', level: 0.88 },
    },
  },
  {
    ...{ slug: 'haushalt-hanse', name: 'Haushalt Hanse', locale: 'de-DE', currency: 'eur', taxIncluded: true },
    ...{ rate: 0.92 * 1.19, level: 1.04, step: 100, ending: 1, make: 'microdata', color: '#1f4e79' },
    ...{ categories: ['kitchen', 'home', 'desk'], shipping: 495, source: 'built_in' },
  },
  {
    ...{
      slug: 'maison-lin',
      name: 'Maison Lin',
      locale: 'fr-FR',
      currency: 'eur',
      taxIncluded: true,
      color: '#6b4f7d',
    },
    ...{ rate: 0.92 * 1.2, level: 1.1, step: 100, ending: 10, make: 'rdfa', source: 'built_in' },
    ...{ categories: ['home', 'wear'] },
  },
  {
    ...{ slug: 'barn-and-attic', name: 'Barn & Attic', locale: 'en-GB', currency: 'gbp', taxIncluded: true },
    ...{ rate: 0.79 * 1.2, level: 0.98, step: 50, ending: 1, make: 'meta', color: '#2e5d3b', source: 'built_in' },
    ...{ categories: ['kitchen', 'home', 'desk', 'outdoors', 'wear'] },
  },
  {
    ...{ slug: 'kurashi-ya', name: '暮らし屋', locale: 'ja-JP', currency: 'jpy', taxIncluded: true, color: '#a63d40' },
    ...{ rate: 1.5 * 1.1, level: 1.02, step: 10, ending: 0, make: 'embedded_state', source: 'built_in' },
    ...{ categories: ['kitchen', 'desk'], shipping: 660 },
  },
  {
    ...{ slug: 'nordlager', name: 'Nordlager', locale: 'sv-SE', currency: 'sek', taxIncluded: true, color: '#005b8c' },
    ...{ rate: 10.4 * 1.25, level: 1.03, step: 1000, ending: 100, make: 'plain', source: 'built_in' },
    ...{ categories: ['outdoors', 'wear'] },
  },
  {
    ...usd,
    ...{ slug: 'megamart', name: 'MegaMart', level: 1.02, make: 'json_ld_loose', color: '#c05a00' },
    ...{ categories: ['kitchen', 'home', 'desk', 'outdoors', 'wear'], shipping: 0, source: 'firecrawl' },
  },
  {
    ...usd,
    ...{ slug: 'shut-gate', name: 'Shut Gate', level: 0.9, make: 'json_ld_graph', color: '#555555' },
    ...{ categories: ['kitchen'], source: 'built_in' },
  },
];

export const findShop = (slug: string): Shop | undefined => shops.find((shop) => shop.slug === slug);

/** The shop of a host as an address or a Host header has it, with or without its port. Undefined: it is no shop's. */
export function shopOfHost(host: string | undefined): { shop: Shop; www: boolean } | undefined {
  const [, www, slug] = /^(www\.)?([a-z0-9-]+)\.localhost(?::\d+)?$/i.exec(host ?? '') ?? [];
  const shop = slug === undefined ? undefined : findShop(slug.toLowerCase());
  return shop && { shop, www: www !== undefined };
}

/** All hosts of the shops at a port, as `host:port`. */
export const competitorHosts = (port: number | string): string[] =>
  shops.flatMap(({ slug }) => [`${slug}.localhost:${port}`, `www.${slug}.localhost:${port}`]);
