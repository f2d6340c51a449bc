/** What customers are told of an order's payment and way, in German. */
import type { Words } from '../en/index.ts';

export const orders: Words['orders'] = {
  'order-confirmation': {
    subject: ({ number }) => `Ihre Bestellung ${number} ist bestätigt`,
    preheader: ({ items, total }) => `${items === 1 ? '1 Artikel' : `${items} Artikel`}, ${total}. Dies ist Ihr Beleg.`,
    heading: 'Vielen Dank für Ihre Bestellung',
    text: ({ number }) => `Ihre Zahlung für die Bestellung ${number} ist bei uns eingegangen. Dies ist Ihr Beleg.`,
    short: {
      title: 'Ihre Bestellung ist bestätigt',
      body: ({ number, shop, amount }) =>
        `${shop}: Vielen Dank! Ihre Bestellung ${number} über ${amount} ist bestätigt.`,
    },
  },
  'payment-failed': {
    subject: ({ number }) => `Ihre Zahlung für die Bestellung ${number} hat nicht geklappt`,
    preheader: 'Wir halten Ihre Artikel noch kurz für Sie zurück. Sie können erneut bezahlen.',
    heading: 'Ihre Zahlung hat nicht geklappt',
    text: ({ number, amount }) => `Die Zahlung von ${amount} für die Bestellung ${number} wurde nicht angenommen.`,
    reason: 'Der angegebene Grund',
    again:
      'Wir halten Ihre Artikel noch kurze Zeit für Sie zurück. Sie können erneut bezahlen, mit derselben oder einer anderen Karte.',
    button: 'Erneut bezahlen',
    short: {
      title: 'Ihre Zahlung hat nicht geklappt',
      body: ({ number, shop, amount }) =>
        `${shop}: Die Zahlung von ${amount} für die Bestellung ${number} wurde nicht angenommen. Bitte bezahlen Sie bald erneut.`,
    },
  },
  'payment-action-required': {
    subject: ({ number }) => `Bitte bestätigen Sie die Zahlung für Ihre Bestellung ${number}`,
    preheader: 'Ihre Bank wartet auf Ihre Freigabe.',
    heading: 'Ihre Bank bittet um Bestätigung',
    text: ({ number, amount }) =>
      `Ihre Bank bittet Sie, die Zahlung von ${amount} für die Bestellung ${number} zu bestätigen.`,
    button: 'Zahlung bestätigen',
    short: {
      title: 'Bitte bestätigen Sie Ihre Zahlung',
      body: ({ number, shop, amount }) =>
        `${shop}: Ihre Bank bittet Sie, die Zahlung von ${amount} für die Bestellung ${number} zu bestätigen.`,
    },
  },
  shipped: {
    subject: ({ number }) => `Ihre Bestellung ${number} ist unterwegs`,
    preheader: ({ carrier }) =>
      carrier ? `Wir haben Ihr Paket an ${carrier} übergeben.` : 'Wir haben Ihr Paket auf den Weg gebracht.',
    heading: 'Ihre Bestellung ist unterwegs',
    text: ({ number, carrier }) =>
      carrier
        ? `Wir haben Ihr Paket zur Bestellung ${number} an ${carrier} übergeben.`
        : `Wir haben Ihr Paket zur Bestellung ${number} auf den Weg gebracht.`,
    button: 'Paket verfolgen',
    short: {
      title: 'Ihre Bestellung ist unterwegs',
      body: ({ number, shop, carrier, tracking }) =>
        `${shop}: Ihre Bestellung ${number} ist${carrier ? ` mit ${carrier}` : ''} unterwegs.${tracking ? ` Sendungsnummer: ${tracking}` : ''}`,
    },
  },
  delivered: {
    subject: ({ number }) => `Ihre Bestellung ${number} wurde zugestellt`,
    preheader: 'Wir wünschen Ihnen viel Freude damit.',
    heading: 'Ihre Bestellung wurde zugestellt',
    text: ({ number }) =>
      `Ihr Paket zur Bestellung ${number} ist angekommen. Wir wünschen Ihnen viel Freude mit dem Inhalt.`,
    button: 'Bestellung ansehen',
    short: {
      title: 'Ihre Bestellung wurde zugestellt',
      body: ({ number, shop }) => `${shop}: Ihre Bestellung ${number} wurde zugestellt. Viel Freude damit!`,
    },
  },
  canceled: {
    subject: ({ number }) => `Ihre Bestellung ${number} wurde storniert`,
    preheader: 'Was Sie bereits bezahlt haben, erhalten Sie zurück.',
    heading: 'Ihre Bestellung wurde storniert',
    text: ({ number }) => `Die Bestellung ${number} wurde storniert.`,
    reason: 'Grund',
    reasons: {
      expired: 'Sie wurde nicht rechtzeitig bezahlt.',
      payment_canceled: 'Die Zahlung wurde abgebrochen.',
      authorization_expired:
        'Die Zahlung wurde nicht rechtzeitig eingezogen; Ihre Bank hat den Betrag wieder freigegeben.',
    },
    money:
      'Was Sie dafür bereits bezahlt haben, erhalten Sie zurück; wir schreiben Ihnen, sobald das Geld unterwegs ist.',
    button: 'Bestellung ansehen',
    short: {
      title: 'Ihre Bestellung wurde storniert',
      body: ({ number, shop }) =>
        `${shop}: Ihre Bestellung ${number} wurde storniert. Was Sie bereits bezahlt haben, erhalten Sie zurück.`,
    },
  },
  refunded: {
    subject: ({ number }) => `Ihre Erstattung für die Bestellung ${number}`,
    preheader: 'Ihre Bank zeigt sie in wenigen Tagen an.',
    heading: 'Ihr Geld ist auf dem Weg zurück zu Ihnen',
    amount: 'Erstattet',
    text: ({ number, amount }) =>
      amount
        ? `Wir haben Ihnen ${amount} für die Bestellung ${number} erstattet.`
        : `Wir haben Ihnen die Zahlung für die Bestellung ${number} erstattet.`,
    for: 'Wofür',
    shipping: 'Versand',
    when: 'Ihre Bank zeigt den Betrag in wenigen Tagen an, auf der Karte oder dem Konto, mit dem Sie bezahlt haben.',
    button: 'Bestellung ansehen',
    short: {
      title: 'Ihre Erstattung ist unterwegs',
      body: ({ number, shop, amount }) =>
        `${shop}: Wir haben Ihnen ${amount || 'die Zahlung'} für die Bestellung ${number} erstattet. Ihre Bank zeigt es in wenigen Tagen an.`,
    },
  },
  'out-of-stock': {
    subject: ({ number }) => `Wir konnten Ihre Bestellung ${number} nicht annehmen`,
    preheader: 'Jemand war schneller. Ihnen wurde nichts berechnet.',
    heading: 'Leider ausverkauft',
    text: ({ number }) => `Jemand war schneller: Für die Bestellung ${number} haben wir nicht mehr genug vorrätig.`,
    shortage: ({ requested, available }) => `${requested} bestellt, ${available} verfügbar`,
    charged: 'Ihnen wurde nichts berechnet.',
    short: {
      title: 'Leider ausverkauft',
      body: ({ number, shop }) =>
        `${shop}: Für Ihre Bestellung ${number} haben wir leider nicht mehr genug vorrätig. Ihnen wurde nichts berechnet.`,
    },
  },
  declines: {
    declined: 'Ihre Karte wurde abgelehnt.',
    funds: 'Ihre Karte ist nicht ausreichend gedeckt.',
    expired: 'Ihre Karte ist abgelaufen.',
    cvc: 'Die Prüfnummer Ihrer Karte ist falsch.',
    number: 'Die Kartennummer ist falsch.',
    often: 'Ihre Karte wurde wegen zu vieler Versuche in kurzer Zeit abgelehnt.',
    authentication: 'Ihre Karte wurde abgelehnt: Diese Zahlung muss von Ihnen bestätigt werden.',
    processing: 'Beim Verarbeiten Ihrer Karte ist ein Fehler aufgetreten. Bitte versuchen Sie es gleich noch einmal.',
    unsupported: 'Ihre Karte unterstützt diese Art von Kauf nicht.',
  },
  receipt: {
    subtotal: 'Zwischensumme',
    shipping: 'Versand',
    free: 'Kostenlos',
    tax: 'Steuern',
    total: 'Gesamtbetrag',
    charged: 'Abgebucht',
    shipsTo: 'Lieferadresse',
    billedTo: 'Rechnungsadresse',
    button: 'Bestellung ansehen',
    carrier: 'Versand durch',
    trackingNumber: 'Sendungsnummer',
  },
  eyebrow: ({ number, date }) => `Bestellung ${number}${date ? ` · ${date}` : ''}`,
  hello: ({ name }) => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
};
