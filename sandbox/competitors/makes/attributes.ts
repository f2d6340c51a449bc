/** Microdata and RDFa: what is said stands at what is shown. */
import { escapeHtml } from '../../page.ts';
import type { View } from '../view.ts';
import { availabilityUrl, bare, conditionUrl, type MakePage, type Marks, RATING } from './marks.ts';

/** How a vocabulary is written: the scope of a thing, a property, and a property that nobody sees. */
interface Syntax {
  scope(type: string): string;
  property(name: string): string;
  hidden(name: string, content: string): string;
  link(name: string, href: string): string;
}

const microdataSyntax: Syntax = {
  scope: (type) => ` itemscope itemtype="https://schema.org/${type}"`,
  property: (name) => ` itemprop="${name}"`,
  hidden: (name, content) => `<meta itemprop="${name}" content="${escapeHtml(content)}">`,
  link: (name, href) => `<link itemprop="${name}" href="${escapeHtml(href)}">`,
};

const rdfaSyntax: Syntax = {
  scope: (type) => ` vocab="https://schema.org/" typeof="${type}"`,
  property: (name) => ` property="${name}"`,
  hidden: (name, content) => `<meta property="${name}" content="${escapeHtml(content)}">`,
  link: (name, href) => `<link property="${name}" href="${escapeHtml(href)}">`,
};

export const microdata: MakePage = (view) => mark(view, microdataSyntax);
export const rdfa: MakePage = (view) => mark(view, rdfaSyntax);

function mark(view: View, { scope, property, hidden, link }: Syntax): Marks {
  const { offer, currency } = view;
  return {
    ...bare,
    product: scope('Product'),
    name: property('name'),
    description: property('description'),
    image: property('image'),
    brand: property('brand'),
    offer: property('offers') + scope(view.kind === 'exact' ? 'Offer' : 'AggregateOffer'),
    offerMore: [
      ...prices(view, hidden),
      hidden('priceCurrency', currency.toUpperCase()),
      link('availability', availabilityUrl(view)),
      link('itemCondition', conditionUrl(view)),
      hidden('seller', offer.seller ?? view.shop.name),
    ].join(''),
    rating: property('aggregateRating') + scope('AggregateRating'),
    ratingMore: hidden('ratingValue', String(RATING.value)) + hidden('reviewCount', String(RATING.count)),
    productMore: [
      hidden('sku', offer.sku),
      hidden('mpn', offer.mpn),
      ...(offer.gtin ? [hidden('gtin13', offer.gtin)] : []),
      ...Object.entries(offer.attributes).map(([name, value]) => hidden(name, value)),
    ].join(''),
    related: scope('Product'),
    relatedName: property('name'),
    relatedMore: (amount) =>
      `<span${property('offers')}${scope('Offer')}>${hidden('price', view.decimal(amount))}${hidden('priceCurrency', currency.toUpperCase())}</span>`,
    classes: { name: 'artikel-name', price: 'preis', was: 'preis-alt', stock: 'lagerstand' },
  };
}

function prices({ kind, offer, upper, decimal }: View, hidden: Syntax['hidden']): string[] {
  if (kind === 'exact') return [hidden('price', decimal(offer.amount))];
  const high = kind === 'range' ? [hidden('highPrice', decimal(upper))] : [];
  return [hidden('lowPrice', decimal(offer.amount)), ...high];
}
