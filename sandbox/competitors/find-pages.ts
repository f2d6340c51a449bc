/** A shop's pages as a search engine knows them. */
import type { Shop } from './shops.ts';
import type { ShopState } from './state.ts';

/** How many of the query's words a page must have. */
const SHARE = 0.6;

export function findPages(state: ShopState, shop: Shop, host: string, query: string | undefined) {
  const wanted = wordsOf(query ?? '');
  return state.pages(shop).flatMap(({ key, title, product, gtin, mpn, sku }) => {
    const known = new Set(wordsOf(`${title} ${product.category} ${gtin} ${mpn} ${sku}`));
    const score = wanted.length === 0 ? 1 : wanted.filter((word) => known.has(word)).length / wanted.length;
    if (score < SHARE) return [];
    return [
      { url: `http://${host}/p/${key}`, title: `${title} | ${shop.name}`, description: product.description, score },
    ];
  });
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}-]+/gu) ?? [];
