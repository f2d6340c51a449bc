/** A page of a shop, ready to be written in whatever make. */
import { decimalOf, priceText } from './money.ts';
import type { Shop } from './shops.ts';
import type { Shown } from './state.ts';
import { type Words, wordsOf } from './words.ts';

export interface View {
  shop: Shop;
  words: Words;
  /** `http://shop.localhost:4010`. */
  origin: string;
  url: string;
  image: string;
  offer: Shown;
  /** Several prices on one page: told from the least on, or from the least to the most. */
  kind: 'exact' | 'from' | 'range';
  upper: number;
  /** In which this visitor sees prices. */
  currency: string;
  variants: readonly Shown[];
  related: readonly Shown[];
  /** As people read it. */
  text(amount: number): string;
  /** As machines read it. */
  decimal(amount: number): string;
  linkOf(offer: Pick<Shown, 'key'>): string;
}

export interface ViewParts {
  shop: Shop;
  origin: string;
  offer: Shown;
  pages: readonly Shown[];
  /** Where the visitor seems to be, ISO 3166; undefined: at home. */
  country: string | undefined;
}

/** What one minor unit of US money is in others' minor units: rough, and fixed. */
const perUsCent: Readonly<Record<string, number>> = { usd: 1, eur: 0.92, gbp: 0.79, jpy: 1.5, sek: 10.4 };
const currencyOf: Readonly<Record<string, string>> = {
  ...{ US: 'usd', GB: 'gbp', JP: 'jpy', SE: 'sek' },
  ...{ DE: 'eur', FR: 'eur', AT: 'eur', NL: 'eur', ES: 'eur', IT: 'eur' },
};

export function viewOf({ shop, origin, offer, pages, country }: ViewParts): View {
  const currency = (country && currencyOf[country]) || shop.currency;
  const times = (perUsCent[currency] ?? 1) / (perUsCent[shop.currency] ?? 1);
  const convert = (amount: number) => (currency === shop.currency ? amount : Math.round(amount * times));
  const seen = (each: Shown): Shown => ({
    ...each,
    amount: convert(each.amount),
    listAmount: each.listAmount === null ? null : convert(each.listAmount),
  });
  const variants = offer.variants.flatMap((key) => pages.filter((page) => page.key === key)).map(seen);
  const { kind, lowest, upper } = spanOf(offer, variants);
  const shown = variants.length > 0 ? { ...seen(offer), ...lowest } : seen(offer);
  const linkOf = ({ key }: Pick<Shown, 'key'>) => `${origin}/p/${key}`;
  return {
    ...{ shop, words: wordsOf(shop.locale), origin, url: linkOf(offer), currency, kind, variants, linkOf },
    offer: shown,
    upper: Math.max(upper, shown.amount),
    image: `${origin}/pictures/${offer.product.slug}.svg`,
    related: relatedTo(offer, pages).map(seen),
    text: (amount) => priceText(amount, currency, shop.locale),
    decimal: (amount) => decimalOf(amount, currency),
  };
}

function spanOf(offer: Shown, variants: readonly Shown[]) {
  const amounts = variants.map(({ amount }) => amount);
  const upper = Math.max(...amounts);
  const least = Math.min(...amounts);
  if (variants.length === 0) return { kind: 'exact' as const, lowest: {}, upper: offer.amount };
  const lowest = { amount: least, listAmount: null };
  if (upper === least) return { kind: 'exact' as const, lowest, upper };
  return { kind: variants.length > 2 ? ('range' as const) : ('from' as const), lowest, upper };
}

/** Other goods with other prices, some cheaper and some dearer, as every shop has them at the foot of a page. */
function relatedTo(offer: Shown, pages: readonly Shown[]): Shown[] {
  const others = pages.filter(
    ({ product, ours, variants }) => product.slug !== offer.product.slug && ours !== null && variants.length === 0,
  );
  const start = [...offer.key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Array.from({ length: Math.min(4, others.length) }, (_, i) => others[(start + i * 5) % others.length]!);
}
