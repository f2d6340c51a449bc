/** What vendors are told of what they have to send, in German. */
import type { Words } from '../en/index.ts';

export const vendors: Words['vendors'] = {
  'vendor-order': {
    created: {
      subject: ({ number }) => `Neue Bestellung ${number}`,
      preheader: 'Ihre Ware wurde gekauft. Das ist zu versenden.',
      heading: 'Sie haben eine neue Bestellung',
      text: 'Bitte versenden Sie diese Ware.',
      short: ({ number, shop }) => `${shop}: Sie haben eine neue Bestellung, ${number}.`,
    },
    changed: {
      subject: ({ number }) => `Bestellung ${number} wurde geändert`,
      preheader: 'Was oder wohin Sie versenden, hat sich geändert.',
      heading: 'Eine Bestellung wurde geändert',
      text: 'Das ist jetzt zu versenden.',
      short: ({ number, shop }) => `${shop}: Ihre Bestellung ${number} wurde geändert.`,
    },
    held: {
      subject: ({ number }) => `Bestellung ${number} ist angehalten`,
      preheader: 'Bitte versenden Sie vorerst nichts davon.',
      heading: 'Eine Bestellung ist angehalten',
      text: 'Bitte versenden Sie nichts davon, bis wir uns wieder melden.',
      short: ({ number, shop }) =>
        `${shop}: Ihre Bestellung ${number} ist angehalten. Bitte versenden Sie vorerst nichts davon.`,
    },
    released: {
      subject: ({ number }) => `Bestellung ${number} kann versendet werden`,
      preheader: 'Sie ist nicht mehr angehalten.',
      heading: 'Eine Bestellung kann wieder versendet werden',
      text: 'Sie ist nicht mehr angehalten. Bitte versenden Sie diese Ware.',
      short: ({ number, shop }) => `${shop}: Ihre Bestellung ${number} kann wieder versendet werden.`,
    },
    canceled: {
      subject: ({ number }) => `Bestellung ${number} ist storniert`,
      preheader: 'Nichts davon ist zu versenden.',
      heading: 'Eine Bestellung ist storniert',
      text: 'Bitte versenden Sie nichts davon. Was noch bei Ihnen ist, kommt zurück in Ihren Bestand.',
      short: ({ number, shop }) =>
        `${shop}: Ihre Bestellung ${number} ist storniert. Bitte versenden Sie nichts davon.`,
    },
    shipTo: 'Lieferadresse',
    items: 'Zu versenden',
    eyebrow: ({ number }) => `Bestellung ${number}`,
    lead: ({ days }) => `Bitte versenden Sie innerhalb von ${days === 1 ? '1 Tag' : `${days} Tagen`}.`,
  },
};
