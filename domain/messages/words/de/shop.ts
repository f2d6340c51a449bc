/** What the people who run the shop are told of stock, money and prices, in German. */

import type { Words } from '../en/index.ts';
import { numberOf, pluralOf } from '../plural.ts';
import { priceAlert } from './price-alert.ts';

const count = pluralOf<'one' | 'other'>('de');
const many = numberOf('de');

export const shop: Words['shop'] = {
  'low-stock': {
    subject: ({ items, first }) =>
      count(items, { one: `Wenig Bestand: ${first}`, other: `Wenig Bestand: ${many(items)} Artikel` }),
    preheader: 'Es ist weniger da, als Sie vorrätig haben möchten.',
    heading: ({ items }) =>
      count(items, { one: 'Ein Artikel geht zur Neige', other: `${many(items)} Artikel gehen zur Neige` }),
    text: 'Es ist weniger da, als Sie vorrätig haben möchten.',
    left: ({ available, threshold }) => `${available} von ${threshold}`,
    eyebrow: 'Bestand',
    short: ({ shop, items, first, left }) =>
      count(items, {
        one: `${shop}: ${first} geht zur Neige, noch ${left}.`,
        other: `${shop}: ${many(items)} Artikel gehen zur Neige.`,
      }),
  },
  'daily-close': {
    subject: ({ day, sold }) => `Tagesabschluss ${day}${sold ? `: ${sold} Umsatz` : ''}`,
    preheader: ({ orders }) =>
      count(orders, {
        one: '1 Bestellung. Der Tag ist abgeschlossen.',
        other: `${many(orders)} Bestellungen. Der Tag ist abgeschlossen.`,
      }),
    heading: ({ day }) => `Die Bücher des ${day} sind geschlossen`,
    nothing: 'An diesem Tag wurde nichts gebucht.',
    text: 'Tage sind in UTC. Umsatz und Erstattungen sind ohne Steuern.',
    orders: 'Bestellungen',
    sold: 'Umsatz',
    refunded: 'Erstattet',
    tax: 'Steuern',
    fees: 'Gebühren',
    disputed: 'Angefochten',
    net: 'Bleibt',
    button: 'Journal öffnen',
    eyebrow: 'Buchhaltung',
    short: ({ shop, day, sold }) =>
      `${shop}: Die Bücher des ${day} sind geschlossen.${sold ? ` Umsatz: ${sold}.` : ''}`,
  },
  'reconciliation-summary': {
    subject: ({ day, open }) =>
      count(open, {
        one: `Abgleich ${day}: 1 offene Abweichung`,
        other: `Abgleich ${day}: ${many(open)} offene Abweichungen`,
      }),
    preheader: 'Unsere Bücher und die von Stripe stimmen nicht überein.',
    heading: ({ open }) =>
      count(open, {
        one: '1 Abweichung wartet auf eine Entscheidung',
        other: `${many(open)} Abweichungen warten auf eine Entscheidung`,
      }),
    text: 'Unsere Bücher und die von Stripe unterscheiden sich in dem, was hier steht. Jede Abweichung kann über die API oder mit `npm run stockroom` angenommen oder behoben werden.',
    unexplained: ({ currency }) => `Nicht erklärt, ${currency}`,
    greatest: 'Die größten Beträge',
    eyebrow: 'Buchhaltung',
    short: ({ shop, open, day }) =>
      count(open, {
        one: `${shop}: 1 Abweichung vom ${day} wartet auf eine Entscheidung.`,
        other: `${shop}: ${many(open)} Abweichungen vom ${day} warten auf eine Entscheidung.`,
      }),
  },
  'price-alert': priceAlert,
  digest: {
    subject: ({ total, topic }) =>
      count(total, { one: `${topic}: 1 Nachricht`, other: `${topic}: ${many(total)} Nachrichten` }),
    preheader: ({ since, until }) => `${since} bis ${until}`,
    heading: ({ total }) =>
      count(total, {
        one: 'Eine Nachricht seit der letzten Zusammenfassung',
        other: `${many(total)} Nachrichten seit der letzten Zusammenfassung`,
      }),
    text: ({ since, until }) => `Was zwischen dem ${since} und dem ${until} geschehen ist.`,
    more: ({ more }) => count(more, { one: 'und 1 weitere', other: `und ${many(more)} weitere` }),
    each: 'Im Einzelnen',
    short: ({ shop, total, topic }) =>
      count(total, {
        one: `${shop}: 1 Nachricht (${topic}).`,
        other: `${shop}: ${many(total)} Nachrichten (${topic}).`,
      }),
  },
  topics: {
    order: 'Bestellungen',
    payment: 'Zahlungen',
    shipment: 'Sendungen',
    refund: 'Erstattungen',
    return: 'Rücksendungen',
    subscription: 'Abonnements',
    account: 'Konto',
    dispute: 'Anfechtungen',
    stock: 'Bestand',
    finance: 'Buchhaltung',
    price_alert: 'Preise',
    image: 'Bilder',
    operations: 'Betrieb',
  },
  anyTopic: 'Nachrichten',
};
