/** What customers are told of goods that never came, came damaged or were missing, in German. */
import type { Words } from '../en/index.ts';

export const claims: Words['claims'] = {
  'exchange-made': {
    subject: ({ number }) => `Ihr Umtausch ist Bestellung ${number}`,
    preheader: 'Die Waren, die Sie stattdessen gewählt haben, kommen bald zu Ihnen.',
    heading: 'Ihr Umtausch',
    text: ({ number }) =>
      `Ihre Rücksendung ist da. Die Waren, die Sie stattdessen gewählt haben, kommen als Bestellung ${number} zu Ihnen.`,
    due: ({ amount }) =>
      `Die neuen Waren kosten ${amount} mehr. Bitte zahlen Sie die Differenz innerhalb von sieben Tagen, dann verschicken wir sie.`,
    refund: ({ amount }) => `Was Sie zurückgeschickt haben, war mehr wert: Wir erstatten ${amount}.`,
    pay: 'Differenz zahlen',
    short: ({ number }) => `Ihr Umtausch ist Bestellung ${number}.`,
    shortDue: ({ number, amount }) => `Ihr Umtausch ist Bestellung ${number}. Noch zu zahlen: ${amount}.`,
  },
  'claim-requested': {
    subject: ({ number }) => `Wir kümmern uns um Ihre Reklamation zur Bestellung ${number}`,
    preheader: 'Wir prüfen das und schreiben Ihnen wieder.',
    heading: 'Ihre Reklamation ist da',
    text: ({ number }) =>
      `Waren der Bestellung ${number} sind nicht so bei Ihnen angekommen, wie sie sollten. Das tut uns leid; wir prüfen es.`,
    next: 'Bitte bewahren Sie auf, was angekommen ist, auch die Verpackung, bis Sie von uns hören.',
    short: {
      title: 'Ihre Reklamation ist da',
      body: ({ number, shop }) =>
        `${shop}: Ihre Reklamation zur Bestellung ${number} ist da. Wir prüfen sie und schreiben Ihnen wieder.`,
    },
  },
  'claim-decided': {
    subject: ({ number }) => `Zu Ihrer Reklamation zur Bestellung ${number}`,
    preheaders: {
      reshipped: 'Die Waren werden noch einmal verschickt.',
      refunded: 'Sie bekommen Ihr Geld zurück.',
      refused: 'Hier steht, warum.',
    },
    headings: {
      reshipped: 'Wir schicken es noch einmal',
      refunded: 'Wir erstatten Ihr Geld',
      refused: 'Wir können die Reklamation nicht annehmen',
    },
    texts: {
      reshipped: ({ number, replacement }) =>
        `Wir schicken die Waren der Bestellung ${number} noch einmal${replacement ? `, als Bestellung ${replacement}` : ''}. Das kostet Sie nichts.`,
      refunded: ({ number, amount }) =>
        `Wir erstatten ${amount} für die Waren der Bestellung ${number}. Ihre Bank zeigt es in einigen Tagen an, auf der Karte oder dem Konto, mit dem Sie bezahlt haben.`,
      refused: ({ number }) =>
        `Wir haben Ihre Reklamation zur Bestellung ${number} geprüft und können sie nicht annehmen.`,
    },
    shorts: {
      reshipped: ({ number }) => `Die Waren der Bestellung ${number} kommen noch einmal, kostenlos.`,
      refunded: ({ number, amount }) => `Wir erstatten ${amount} zur Bestellung ${number}.`,
      refused: ({ number }) => `Zu Ihrer Reklamation zur Bestellung ${number}: Bitte lesen Sie unsere E-Mail.`,
    },
    reason: 'Grund',
    answer: 'Wenn Sie das anders sehen, antworten Sie auf diese Nachricht.',
  },
  items: 'Worum es geht',
  claimNumber: 'Reklamation',
  button: 'Bestellung ansehen',
};
