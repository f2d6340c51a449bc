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
    button: 'Jetzt bezahlen',
    short: {
      title: 'Ihre Zahlung hat nicht geklappt',
      body: ({ plan, shop, amount }) =>
        `${shop}: Die Zahlung von ${amount} für "${plan}" wurde nicht angenommen. Bitte prüfen Sie Ihre Karte.`,
    },
  },
  'subscription-payment-action': {
    subject: ({ plan }) => `Ihre Bank bittet Sie, die Zahlung für „${plan}“ zu bestätigen`,
    preheader: 'Ein Schritt fehlt noch, damit Ihr Abonnement weiterläuft.',
    heading: 'Bitte bestätigen Sie Ihre Zahlung',
    text: ({ plan, amount }) =>
      `Ihre Bank möchte, dass Sie die Zahlung von ${amount} für „${plan}“ bestätigen. Danach versenden wir sofort.`,
    button: 'Zahlung bestätigen',
    short: {
      title: 'Bitte bestätigen Sie Ihre Zahlung',
      body: ({ plan, shop, amount }) =>
        `${shop}: Ihre Bank bittet Sie, die Zahlung von ${amount} für "${plan}" zu bestätigen.`,
    },
  },
  'subscription-goods-missing': {
    subject: ({ plan }) => `Etwas aus „${plan}“ ist nicht vorrätig`,
    preheader: 'Was wir nun tun, wie Sie es gewählt haben.',
    heading: 'Etwas ist nicht vorrätig',
    text: ({ plan }) => `Diesmal haben wir nicht alles aus „${plan}“. Wie von Ihnen gewählt, tun wir Folgendes:`,
    outcomes: {
      waits: 'Wir warten, bis es da ist, und versenden dann alles',
      skipped: 'Entfällt; der Preis wird von Ihrer nächsten Zahlung abgezogen',
      substituted: 'Ersetzt, ohne dass es mehr kostet',
      refunded: 'Entfällt; Sie erhalten den Preis zurück',
    },
    short: {
      title: 'Etwas ist nicht vorrätig',
      body: ({ plan, shop }) => `${shop}: Etwas aus "${plan}" ist nicht vorrätig. Sehen Sie, was wir nun tun.`,
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
