/** What merchandisers are told of competitors' prices, in English. */
import type { PriceRule } from '../../message-data.ts';

const rules: Readonly<Record<PriceRule, { title: string; why: (facts: { limit: string }) => string }>> = {
  undercut: {
    title: 'cheaper than we are',
    why: ({ limit }) => (limit ? `Their price is at least ${limit} below ours.` : 'Their price is below ours.'),
  },
  price_drop: {
    title: 'price has fallen',
    why: ({ limit }) => (limit ? `Their price fell by at least ${limit}.` : 'Their price fell.'),
  },
  price_rise: {
    title: 'price has risen',
    why: ({ limit }) => (limit ? `Their price rose by at least ${limit}.` : 'Their price rose.'),
  },
  lowest_in_30_days: { title: 'lowest price in 30 days', why: () => 'They have not been cheaper in the last 30 days.' },
  out_of_stock: { title: 'sold out', why: () => 'They had it before and do not have it now.' },
  back_in_stock: { title: 'available again', why: () => 'They did not have it before and have it now.' },
  map_violation: { title: 'below the minimum price', why: () => 'Their price is below the minimum advertised price.' },
  position: {
    title: 'we have lost our place',
    why: ({ limit }) => `Of all prices, ours is no longer among the ${limit} lowest.`,
  },
};

export const priceAlert = {
  rules,
  subject: ({ competitor, product, title }: { competitor: string; product: string; title: string }) =>
    `${product}: ${title} (${competitor})`,
  preheader: ({ ours, theirs }: { ours: string; theirs: string }) =>
    [theirs && `Theirs ${theirs}`, ours && `ours ${ours}`].filter(Boolean).join(', '),
  heading: ({ competitor, title }: { competitor: string; title: string }) => `${competitor}: ${title}`,
  both: ({ one, other }: { one: string; other: string }) => `${one} and ${other}`,
  escalated: 'Nobody has done anything about it yet.',
  theirs: 'Their price',
  ours: 'Our price',
  difference: 'Theirs against ours',
  change: 'Change',
  before: 'Before',
  lowest: 'Their lowest in 30 days',
  median: 'Their median in 30 days',
  observed: 'Seen',
  why: 'Why you are told',
  article: 'SKU',
  evidence: 'What was seen',
  comparable: 'Theirs in our terms',
  incomparable: 'Not compared: there is no current exchange rate.',
  shipping: ({ amount }: { amount: string }) => `with shipping (${amount})`,
  shippingUnknown: 'shipping not known',
  pack: ({ count }: { count: string }) => `for one of ${count}`,
  tax: ({ percent }: { percent: string }) => `without ${percent} tax`,
  exchange: ({ from, rate, date }: { from: string; rate: string; date: string }) => `1 ${from} = ${rate} (${date})`,
  minimum: 'Minimum advertised price',
  rank: 'Our place',
  place: ({ rank, all }: { rank: string; all: string }) => `${rank} of ${all}`,
  margin: 'Our margin at their price',
  marginNow: ({ percent }: { percent: string }) => `now ${percent}`,
  match: 'Same product',
  sure: ({ percent }: { percent: string }) => `${percent} sure`,
  matchedBy: { url: 'page named by you', gtin: 'GTIN', mpn: 'brand and MPN', person: 'confirmed by you' },
  stock: 'Availability',
  inStock: 'in stock',
  soldOut: 'sold out',
  chart: 'Their price and ours in the last 30 days',
  reprice: 'Reprice',
  page: 'See their page',
  mute: 'Mute for a week',
  wrongMatch: 'Wrong match',
  eyebrow: 'Prices',
  short: ({
    shop,
    product,
    competitor,
    theirs,
    ours,
    title,
  }: Record<'shop' | 'product' | 'competitor' | 'theirs' | 'ours' | 'title', string>) =>
    theirs && ours
      ? `${shop}: ${product} costs ${theirs} at ${competitor}, ${ours} with us.`
      : `${shop}: ${product} at ${competitor}: ${title}.`,
};
