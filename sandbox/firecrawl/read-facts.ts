/** What a page says of its offer, wherever it says it: the played model reads what is there, and makes nothing up. */
import type { CheerioAPI } from 'cheerio/slim';
import JSON5 from 'json5';

export interface Facts {
  title?: string | undefined;
  description?: string | undefined;
  brand?: string | undefined;
  sku?: string | undefined;
  mpn?: string | undefined;
  gtin?: string | undefined;
  price?: number | undefined;
  /** Of a price that is the least of several. */
  lowest?: number | undefined;
  listPrice?: number | undefined;
  currency?: string | undefined;
  availability?: string | undefined;
  condition?: string | undefined;
  seller?: string | undefined;
  rating?: number | undefined;
  ratingCount?: number | undefined;
  shipping?: number | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** The first source that knows a price, filled up by what the others say. */
export function readFacts(page: CheerioAPI): Facts {
  const sources = [fromJsonLd(page), fromAttributes(page), fromMeta(page), fromState(page), fromText(page)];
  return Object.assign({}, ...sources.toReversed().map(defined)) as Facts;
}

const defined = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''));
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => {
  const found = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};
const nameOf = (value: unknown): string | undefined => text(value) ?? text(object(value).name);

function fromJsonLd(page: CheerioAPI): Facts {
  const nodes = page('script[type="application/ld+json"]')
    .toArray()
    .flatMap((script) => {
      try {
        const data = JSON5.parse(page(script).text()) as Json;
        return Array.isArray(data['@graph']) ? (data['@graph'] as Json[]) : [data];
      } catch {
        return [];
      }
    });
  const product = nodes.find(({ '@type': type }) => type === 'Product' || type === 'ProductGroup');
  if (!product) return {};
  const offers = Array.isArray(product.offers) ? object(product.offers[0]) : object(product.offers);
  const rating = object(product.aggregateRating);
  return {
    ...{ title: text(product.name), description: text(product.description), brand: nameOf(product.brand) },
    ...{ sku: text(product.sku), mpn: text(product.mpn), gtin: text(product.gtin13), price: number(offers.price) },
    ...{ lowest: number(offers.lowPrice), listPrice: number(object(offers.priceSpecification).price) },
    ...{ currency: text(offers.priceCurrency), availability: text(offers.availability) },
    ...{ condition: text(offers.itemCondition), seller: nameOf(offers.seller) },
    ...{ rating: number(rating.ratingValue), ratingCount: number(rating.reviewCount) },
    shipping: number(object(object(offers.shippingDetails).shippingRate).value),
  };
}

/** Microdata and RDFa: the first thing of type Product. */
function fromAttributes(page: CheerioAPI): Facts {
  const product = page('[itemtype$="/Product"], [typeof=Product]').first();
  const find = (name: string) => {
    const found = product.find(`[itemprop=${name}], [property=${name}]`).first();
    return found.attr('content') ?? found.attr('href') ?? (found.text().trim() || undefined);
  };
  if (product.length === 0) return {};
  return {
    ...{ title: find('name'), description: find('description'), brand: find('brand'), sku: find('sku') },
    ...{ mpn: find('mpn'), gtin: find('gtin13'), price: number(find('price')), lowest: number(find('lowPrice')) },
    ...{ currency: find('priceCurrency'), availability: find('availability'), condition: find('itemCondition') },
    ...{ seller: find('seller'), rating: number(find('ratingValue')), ratingCount: number(find('reviewCount')) },
  };
}

function fromMeta(page: CheerioAPI): Facts {
  const find = (name: string) => page(`meta[property="${name}"]`).attr('content');
  return {
    ...{ title: find('og:title'), description: find('og:description'), brand: find('product:brand') },
    ...{ price: number(find('product:price:amount')), currency: find('product:price:currency') },
    ...{ listPrice: number(find('product:original_price:amount')), availability: find('product:availability') },
    ...{ condition: find('product:condition'), gtin: find('product:ean'), mpn: find('product:mfr_part_no') },
    sku: find('product:retailer_item_id'),
  };
}

function fromState(page: CheerioAPI): Facts {
  try {
    const state = JSON.parse(page('#__NEXT_DATA__').text()) as Json;
    const product = object(object(object(state.props).pageProps).product);
    const main = (value: unknown) => {
      const { amount, currencyCode } = object(value);
      const digits = currencyCode === 'JPY' ? 0 : 2;
      return typeof amount === 'number' ? amount / 10 ** digits : undefined;
    };
    const { min } = object(product.priceRange);
    return {
      ...{ title: text(product.name), description: text(product.description), brand: nameOf(product.brand) },
      ...{ sku: text(product.sku), mpn: text(product.mpn), gtin: text(product.gtin), price: main(product.price) },
      ...{ lowest: main(min), listPrice: main(product.listPrice), availability: text(product.availability) },
      currency: text(object(product.price ?? min).currencyCode),
      ...{ condition: text(product.condition), seller: text(product.seller) },
    };
  } catch {
    return {};
  }
}

const SIGNS: Readonly<Record<string, string>> = {
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '￥': 'JPY',
  '¥': 'JPY',
  kr: 'SEK',
};

/** The printed price, where a page has nothing else. */
function fromText(page: CheerioAPI): Facts {
  const printed = printedPrice(page);
  const sign = Object.keys(SIGNS).find((each) => printed?.includes(each));
  const facts = {
    title: page('h1').first().text().trim(),
    description: page('meta[name=description]').attr('content'),
  };
  if (!printed || !sign) return facts;
  const digits = printed.replaceAll(/[^\d.,]/g, '').replace(/[.,](?=\d{2}$)/, '|');
  const price = Number(digits.replaceAll(/[.,]/g, '').replace('|', '.'));
  return { ...facts, price, currency: SIGNS[sign] };
}

/** As it stands on the page. */
export const printedPrice = (page: CheerioAPI): string | undefined =>
  page('.price-now, .preis, .pdp-price, .css-9pz, .produkt__pris, .vara-belopp').first().text().trim() || undefined;
