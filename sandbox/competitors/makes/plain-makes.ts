/** Makes without schema.org: OpenGraph in the head, state for a script, or nothing but HTML. */
import { escapeHtml } from '../../page.ts';
import type { View } from '../view.ts';
import { bare, type MakePage, RATING, scriptJson } from './marks.ts';

/** OpenGraph and product meta, as link previews and shopping feeds read them. */
export const meta: MakePage = (view) => {
  const { offer } = view;
  const availability = { in_stock: 'in stock', limited: 'in stock', preorder: 'preorder' } as Record<string, string>;
  const properties: [string, string][] = [
    ['og:type', 'product'],
    ['og:title', offer.title],
    ['og:url', view.url],
    ['og:image', view.image],
    ['og:description', offer.product.description],
    ['og:site_name', view.shop.name],
    ['product:price:amount', view.decimal(offer.amount)],
    ['product:price:currency', view.currency.toUpperCase()],
    ...(offer.listAmount === null
      ? []
      : ([['product:original_price:amount', view.decimal(offer.listAmount)]] satisfies [string, string][])),
    ['product:availability', availability[offer.availability] ?? 'out of stock'],
    ['product:condition', offer.condition],
    ['product:brand', offer.brand],
    ['product:retailer_item_id', offer.sku],
    ['product:mfr_part_no', offer.mpn],
    ...(offer.gtin ? ([['product:ean', offer.gtin]] satisfies [string, string][]) : []),
  ];
  const tags = properties.map(([name, content]) => `<meta property="${name}" content="${escapeHtml(content)}">`);
  const classes = { name: 'pdp-heading', price: 'pdp-price', was: 'pdp-rrp', stock: 'pdp-stock' };
  return { ...bare, head: tags.join('\n'), classes };
};

/** The state that a page's own script would start from. */
export const embeddedState: MakePage = (view) => {
  const related = view.related.map((each) => ({ name: each.title, price: moneyOf(view, each.amount) }));
  const pageProps = { locale: view.shop.locale, product: stateOf(view), recommendations: related };
  const state = {
    props: { pageProps, __N_SSP: true },
    page: '/p/[slug]',
    query: { slug: view.offer.key },
    buildId: 'k3',
  };
  const productMore = `<script id="__NEXT_DATA__" type="application/json">${scriptJson(state)}</script>`;
  return { ...bare, productMore, classes: { name: 'css-1x0', price: 'css-9pz', was: 'css-9pw', stock: 'css-77a' } };
};

const moneyOf = ({ currency }: View, amount: number) => ({ amount, currencyCode: currency.toUpperCase() });

function stateOf(view: View) {
  const { offer } = view;
  const common = {
    ...{ id: offer.sku, name: offer.title, description: offer.product.description, images: [view.image] },
    ...{ brand: { name: offer.brand }, sku: offer.sku, mpn: offer.mpn, gtin: offer.gtin, condition: offer.condition },
    ...{ attributes: offer.attributes, seller: offer.seller ?? view.shop.name },
    ...{ availability: offer.availability.toUpperCase(), rating: { average: RATING.value, count: RATING.count } },
  };
  if (view.variants.length > 0) {
    const variants = view.variants.map((each) => ({
      name: each.title,
      sku: each.sku,
      price: moneyOf(view, each.amount),
    }));
    const priceRange = { min: moneyOf(view, offer.amount), max: moneyOf(view, view.upper) };
    return {
      ...common,
      ...(view.kind === 'exact' ? { price: moneyOf(view, offer.amount) } : { priceRange }),
      variants,
    };
  }
  const listPrice = offer.listAmount === null ? {} : { listPrice: moneyOf(view, offer.listAmount) };
  return { ...common, price: moneyOf(view, offer.amount), ...listPrice };
}

export const plain: MakePage = () => ({
  ...bare,
  classes: { name: 'produkt__namn', price: 'produkt__pris', was: 'produkt__ordpris', stock: 'produkt__lager' },
});

/** The same site after its designers have left. */
export const plainRedesigned: MakePage = () => ({
  ...bare,
  classes: { name: 'vara-rubrik', price: 'vara-belopp', was: 'vara-struket', stock: 'vara-status' },
});
