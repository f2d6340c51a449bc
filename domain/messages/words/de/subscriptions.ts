/** What customers are told of their subscriptions, in German. */

import type { Words } from '../en/index.ts';
import { pluralOf } from '../plural.ts';

const count = pluralOf<'one' | 'other'>('de');

export const subscriptions: Words['subscriptions'] = {
  'subscription-started': {
    subject: ({ plan }) => `Ihr Abonnement „${plan}“ hat begonnen`,
    preheader: ({ price }) => `${price}. Sie können es jederzeit ändern oder kündigen.`,
    heading: 'Ihr Abonnement hat begonnen',
    text: ({ plan }) => `Vielen Dank, dass Sie „${plan}“ abonniert haben.`,
    short: {
      title: 'Ihr Abonnement hat begonnen',
      body: ({ plan, shop }) => `${shop}: Ihr Abonnement "${plan}" hat begonnen. Vielen Dank!`,
    },
  },
  'subscription-renewed': {
    subject: ({ plan }) => `Ihr Abonnement „${plan}“ wurde verlängert`,
    preheader: ({ amount }) => `Wir haben ${amount} erhalten. Dies ist Ihr Beleg.`,
    heading: 'Ihr Abonnement wurde verlängert',
    text: ({ plan, amount }) => `Ihre Zahlung von ${amount} für „${plan}“ ist bei uns eingegangen. Dies ist Ihr Beleg.`,
    short: {
      title: 'Ihr Abonnement wurde verlängert',
      body: ({ plan, shop, amount }) => `${shop}: Ihr Abonnement "${plan}" wurde für ${amount} verlängert.`,
    },
  },
  'subscription-payment-failed': {
    subject: ({ plan }) => `Ihre Zahlung für das Abonnement „${plan}“ hat nicht geklappt`,
    preheader: 'Bitte prüfen Sie Ihre Karte, damit Ihr Abonnement weiterläuft.',
    heading: 'Ihre Zahlung hat nicht geklappt',
    text: ({ plan, amount }) => `Die Zahlung von ${amount} für „${plan}“ wurde nicht angenommen.`,
    reason: 'Der angegebene Grund',
    retry: ({ date }) => `Am ${date} versuchen wir es erneut. Bis dahin können Sie mit einer anderen Karte bezahlen.`,
    button: 'Karte prüfen',
    short: {
      title: 'Ihre Zahlung hat nicht geklappt',
      body: ({ plan, shop, amount }) =>
        `${shop}: Die Zahlung von ${amount} für "${plan}" wurde nicht angenommen. Bitte prüfen Sie Ihre Karte.`,
    },
  },
  'subscription-ending': {
    subject: ({ plan }) => `Ihr Abonnement „${plan}“ endet bald`,
    preheader: 'Sie können es noch behalten.',
    heading: 'Ihr Abonnement endet bald',
    text: ({ plan, date }) =>
      date ? `Ihr Abonnement „${plan}“ endet am ${date}.` : `Ihr Abonnement „${plan}“ endet bald.`,
    keep: 'Wenn Sie es behalten möchten, ist das bis dahin möglich.',
    button: 'Abonnement behalten',
    short: {
      title: 'Ihr Abonnement endet bald',
      body: ({ plan, shop, date }) =>
        `${shop}: Ihr Abonnement "${plan}" endet ${date ? `am ${date}` : 'bald'}. Sie können es noch behalten.`,
    },
  },
  'subscription-canceled': {
    subject: ({ plan }) => `Ihr Abonnement „${plan}“ wurde gekündigt`,
    preheader: 'Ihnen wird dafür nichts mehr berechnet.',
    heading: 'Ihr Abonnement wurde gekündigt',
    text: ({ plan, date }) =>
      date
        ? `Ihr Abonnement „${plan}“ wurde gekündigt. Sie können es bis zum ${date} nutzen.`
        : `Ihr Abonnement „${plan}“ wurde gekündigt.`,
    charged: 'Ihnen wird dafür nichts mehr berechnet.',
    button: 'Abonnement ansehen',
    short: {
      title: 'Ihr Abonnement wurde gekündigt',
      body: ({ plan, shop }) =>
        `${shop}: Ihr Abonnement "${plan}" wurde gekündigt. Ihnen wird dafür nichts mehr berechnet.`,
    },
  },
  plan: 'Abonnement',
  price: 'Preis',
  nextPayment: 'Nächste Zahlung',
  manage: 'Abonnement verwalten',
  unnamed: 'Ihr Abonnement',
  priceEvery: ({ price, every }) => `${price} ${every}`,
  every: {
    day: (n) => count(n, { one: 'pro Tag', other: `alle ${n} Tage` }),
    week: (n) => count(n, { one: 'pro Woche', other: `alle ${n} Wochen` }),
    month: (n) => count(n, { one: 'pro Monat', other: `alle ${n} Monate` }),
    year: (n) => count(n, { one: 'pro Jahr', other: `alle ${n} Jahre` }),
  },
};
