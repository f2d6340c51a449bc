/** What merchandisers are told of competitors' prices, in German. */
import type { Words } from '../en/index.ts';

export const priceAlert: Words['shop']['price-alert'] = {
  rules: {
    undercut: {
      title: 'billiger als wir',
      why: ({ limit }) =>
        limit ? `Der Preis liegt mindestens ${limit} unter unserem.` : 'Der Preis liegt unter unserem.',
    },
    price_drop: {
      title: 'Preis gesunken',
      why: ({ limit }) => (limit ? `Der Preis ist um mindestens ${limit} gesunken.` : 'Der Preis ist gesunken.'),
    },
    price_rise: {
      title: 'Preis gestiegen',
      why: ({ limit }) => (limit ? `Der Preis ist um mindestens ${limit} gestiegen.` : 'Der Preis ist gestiegen.'),
    },
    lowest_in_30_days: {
      title: 'niedrigster Preis seit 30 Tagen',
      why: () => 'In den letzten 30 Tagen war der Preis dort nie niedriger.',
    },
    out_of_stock: { title: 'ausverkauft', why: () => 'Der Artikel war dort zu haben und ist es nicht mehr.' },
    back_in_stock: { title: 'wieder verfügbar', why: () => 'Der Artikel war dort nicht zu haben und ist es wieder.' },
    map_violation: {
      title: 'unter dem Mindestpreis',
      why: () => 'Der Preis liegt unter dem vereinbarten Mindestpreis.',
    },
    position: {
      title: 'wir haben unseren Platz verloren',
      why: ({ limit }) => `Unser Preis gehört nicht mehr zu den ${limit} niedrigsten.`,
    },
  },
  subject: ({ competitor, product, title }) => `${product}: ${title} (${competitor})`,
  preheader: ({ ours, theirs }) => [theirs && `Dort ${theirs}`, ours && `bei uns ${ours}`].filter(Boolean).join(', '),
  heading: ({ competitor, title }) => `${competitor}: ${title}`,
  both: ({ one, other }) => `${one} und ${other}`,
  escalated: 'Noch hat niemand etwas unternommen.',
  theirs: 'Preis dort',
  ours: 'Unser Preis',
  difference: 'Dort gegenüber uns',
  change: 'Änderung',
  before: 'Vorher',
  lowest: 'Tiefster Preis dort in 30 Tagen',
  median: 'Median dort in 30 Tagen',
  observed: 'Gesehen',
  why: 'Warum Sie davon hören',
  article: 'Artikelnummer',
  evidence: 'Was zu sehen war',
  comparable: 'Preis dort, wie unserer gerechnet',
  incomparable: 'Nicht verglichen: Es gibt keinen aktuellen Wechselkurs.',
  shipping: ({ amount }) => `mit Versand (${amount})`,
  shippingUnknown: 'Versandkosten unbekannt',
  pack: ({ count }) => `für eines von ${count}`,
  tax: ({ percent }) => `ohne ${percent} Steuer`,
  exchange: ({ from, rate, date }) => `1 ${from} = ${rate} (${date})`,
  minimum: 'Mindestpreis',
  rank: 'Unser Platz',
  place: ({ rank, all }) => `${rank} von ${all}`,
  margin: 'Unsere Marge zu deren Preis',
  marginNow: ({ percent }) => `jetzt ${percent}`,
  match: 'Gleicher Artikel',
  sure: ({ percent }) => `${percent} sicher`,
  matchedBy: { url: 'Seite von Ihnen genannt', gtin: 'GTIN', mpn: 'Marke und MPN', person: 'von Ihnen bestätigt' },
  stock: 'Verfügbarkeit',
  inStock: 'lieferbar',
  soldOut: 'ausverkauft',
  chart: 'Der Preis dort und unserer in den letzten 30 Tagen',
  reprice: 'Preis anpassen',
  page: 'Seite ansehen',
  mute: 'Eine Woche stumm',
  wrongMatch: 'Falscher Artikel',
  eyebrow: 'Preise',
  short: ({ shop, product, competitor, theirs, ours, title }) =>
    theirs && ours
      ? `${shop}: ${product} kostet ${theirs} bei ${competitor}, ${ours} bei uns.`
      : `${shop}: ${product} bei ${competitor}: ${title}.`,
};
