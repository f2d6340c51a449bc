/** JSON-LD: tidy in a graph beside other things, or as a template with a comma too many wrote it. */
import type { Shown } from '../state.ts';
import type { View } from '../view.ts';
import { availabilityUrl, bare, conditionUrl, type MakePage, RATING, scriptJson } from './marks.ts';

/** A graph of the site, its breadcrumbs and the product, tied together by ids. */
export const jsonLdGraph: MakePage = (view) => {
  const { origin, shop, url, offer } = view;
  const graph = [
    { '@type': 'Organization', '@id': `${origin}/#organization`, name: shop.name, url: origin },
    { '@type': 'WebSite', '@id': `${origin}/#website`, url: origin, publisher: { '@id': `${origin}/#organization` } },
    {
      '@type': 'BreadcrumbList',
      itemListElement: [
        { '@type': 'ListItem', position: 1, name: shop.name, item: origin },
        {
          '@type': 'ListItem',
          position: 2,
          name: offer.product.category,
          item: `${origin}/c/${offer.product.category}`,
        },
      ],
    },
    { '@type': 'ItemPage', '@id': url, mainEntity: { '@id': `${url}#product` } },
    { ...productOf(view), '@id': `${url}#product` },
    ...view.related.map((each) => relatedOf(view, each)),
  ];
  return { ...bare, head: script(scriptJson({ '@context': 'https://schema.org', '@graph': graph })) };
};

/** One object for each thing, the offer in a list; every object ends in a comma that JSON doesn't allow. */
export const jsonLdLoose: MakePage = (view) => {
  const product = productOf(view);
  const text = scriptJson({ '@context': 'http://schema.org/', ...product, offers: [product.offers] });
  return { ...bare, head: script(text.replaceAll(/([^{[,\s])(\s*)\}/g, '$1,$2}')) };
};

function productOf(view: View) {
  const { offer, variants, url, shop } = view;
  const common = {
    '@type': variants.length > 0 ? 'ProductGroup' : 'Product',
    ...{ name: offer.title, description: offer.product.description, image: [view.image], url },
    ...{ brand: { '@type': 'Brand', name: offer.brand }, sku: offer.sku, mpn: offer.mpn },
    ...(offer.gtin ? { gtin13: offer.gtin } : {}),
    aggregateRating: { '@type': 'AggregateRating', ratingValue: RATING.value, reviewCount: RATING.count },
    offers: offerOf(view, shop.name),
  };
  if (variants.length === 0) return { ...common, ...offer.attributes };
  const variesBy = Object.keys(variants[0]!.attributes).map((name) => `https://schema.org/${name}`);
  const hasVariant = variants.map((variant) => ({
    ...{ '@type': 'Product', name: variant.title, sku: variant.sku, ...variant.attributes },
    ...(variant.gtin ? { gtin13: variant.gtin } : {}),
    offers: offerOf({ ...view, offer: variant, kind: 'exact', url: view.linkOf(variant) }, shop.name),
  }));
  return { ...common, productGroupID: offer.product.slug, variesBy, hasVariant };
}

function offerOf(view: View, seller: string) {
  const { offer, kind } = view;
  const price = view.decimal(offer.amount);
  const common = {
    ...{ url: view.url, priceCurrency: view.currency.toUpperCase(), availability: availabilityUrl(view) },
    ...{ itemCondition: conditionUrl(view), seller: { '@type': 'Organization', name: offer.seller ?? seller } },
    ...shippingOf(view),
  };
  if (kind !== 'exact') {
    const high = kind === 'range' ? { highPrice: view.decimal(view.upper) } : {};
    return { '@type': 'AggregateOffer', lowPrice: price, ...high, offerCount: view.variants.length, ...common };
  }
  if (offer.listAmount === null) return { '@type': 'Offer', price, ...common };
  const listed = { '@type': 'UnitPriceSpecification', priceType: 'https://schema.org/ListPrice' };
  const priceCurrency = view.currency.toUpperCase();
  const priceSpecification = { ...listed, price: view.decimal(offer.listAmount), priceCurrency };
  return { '@type': 'Offer', price, ...common, priceSpecification };
}

function shippingOf({ shop, decimal, currency }: View) {
  if (shop.shipping === undefined || currency !== shop.currency) return {};
  const shippingRate = { '@type': 'MonetaryAmount', value: decimal(shop.shipping), currency: currency.toUpperCase() };
  return { shippingDetails: { '@type': 'OfferShippingDetails', shippingRate } };
}

const relatedOf = (view: View, each: Shown) => ({
  ...{ '@type': 'Product', name: each.title, url: view.linkOf(each) },
  offers: { '@type': 'Offer', price: view.decimal(each.amount), priceCurrency: view.currency.toUpperCase() },
});

const script = (text: string): string => `<script type="application/ld+json">\n${text}\n</script>`;
